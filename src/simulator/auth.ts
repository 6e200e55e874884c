import { createHmac, createSign, createVerify, generateKeyPairSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { splitAuthid } from './acl.ts';
import type { Clock } from './clock.ts';
import type { Caller } from './handler.ts';
import type { World } from './world.ts';

/** Signs and checks tickets and CSRF tokens: real signatures, real expiry (contract §3.2). */
export interface Authority {
  ticket(userid: string): string;
  /** The half ticket that asks for a second factor. */
  challengeTicket(userid: string, challenge: string): string;
  csrfToken(userid: string): string;
  /** Returns the user of a valid full ticket. */
  userOf(ticket: string): string | undefined;
  verifyChallenge(ticket: string, userid: string): boolean;
  verifyCsrf(token: string, userid: string): boolean;
}

const lifeSeconds = 7200;
const skewSeconds = 300;

const hexTime = (seconds: number): string => seconds.toString(16).toUpperCase().padStart(8, '0');

/** Makes the authority of one simulated cluster; its RSA key is made with the first ticket. */
export const createAuthority = (clock: Clock): Authority => {
  const csrfSecret = randomBytes(32);
  let keys: { publicKey: KeyObject; privateKey: KeyObject } | undefined;
  const pair = () => (keys ??= generateKeyPairSync('rsa', { modulusLength: 2048 }));

  const sign = (data: string, secret: string): string =>
    `${data}::${createSign('sha1')
      .update(data + secret)
      .sign(pair().privateKey, 'base64')}`;
  const fresh = (time: string): boolean => {
    const age = clock.now() - Number.parseInt(time, 16);
    return age > -skewSeconds && age < lifeSeconds;
  };
  const verify = (ticket: string, secret: string): string | undefined => {
    const [, data, subject, time, signature] = /^(PVE:([^:]+):([0-9A-F]{8}))::(.+)$/.exec(ticket) ?? [];
    if (data === undefined || subject === undefined || time === undefined || signature === undefined) return undefined;
    const valid = createVerify('sha1')
      .update(data + secret)
      .verify(pair().publicKey, signature, 'base64');
    return valid && fresh(time) ? decodeURIComponent(subject) : undefined;
  };
  const csrf = (time: string, userid: string): string =>
    `${time}:${createHmac('sha256', csrfSecret).update(`${time}:${userid}`).digest('base64').replace(/=+$/, '')}`;

  return {
    ticket: (userid) => sign(`PVE:${userid}:${hexTime(clock.now())}`, ''),
    challengeTicket: (userid, challenge) =>
      sign(`PVE:!tfa!${challenge.replaceAll(':', '%3A')}:${hexTime(clock.now())}`, userid),
    csrfToken: (userid) => csrf(hexTime(clock.now()), userid),
    userOf: (ticket) => {
      const subject = verify(ticket, '');
      return subject === undefined || subject.startsWith('!') ? undefined : subject;
    },
    verifyChallenge: (ticket, userid) => verify(ticket, userid)?.startsWith('!tfa!') === true,
    verifyCsrf: (token, userid) => {
      const time = token.split(':')[0] ?? '';
      return fresh(time) && sameText(token, csrf(time, userid));
    },
  };
};

const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/** True when the account may sign in now: it exists, is enabled and has not expired. */
export const isActiveUser = (world: World, userid: string, now: number): boolean => {
  const user = world.access.users.get(userid);
  return user !== undefined && user.enable && (user.expire === 0 || user.expire > now);
};

/** A 401: no body, delayed, the text only in the reason phrase. */
export class Unauthorized extends Error {}

export interface Credentials {
  readonly method: string;
  readonly path: string;
  readonly cookie: string | undefined;
  readonly authorization: string | undefined;
  readonly csrf: string | undefined;
}

const failed = 'Authentication failed!';

/** Calls that need no ticket (PVE::HTTPServer::auth_handler). */
const open = new Set([
  'GET /access/domains',
  'GET /access/ticket',
  'POST /access/ticket',
  'GET /access/openid',
  'POST /access/openid/auth-url',
  'POST /access/openid/login',
]);

/** Uploads come from a browser form that can send no header. */
const csrfExempt = /^\/nodes\/[^/]+\/storage\/[^/]+\/upload$/;

const ticketIn = ({ cookie, authorization }: Credentials): string | undefined => {
  const found =
    /(?:^|[\s;])PVEAuthCookie=([^;]*)/.exec(cookie ?? '')?.[1] ??
    /^PVEAuthCookie[= ](.+)$/.exec(authorization ?? '')?.[1];
  if (found === undefined) return undefined;
  try {
    return decodeURIComponent(found);
  } catch {
    return found;
  }
};

const byToken = (world: World, text: string, now: number): Caller => {
  const at = text.lastIndexOf('=');
  const authid = text.slice(0, at);
  const { userid, tokenid } = splitAuthid(authid);
  const token = tokenid === undefined ? undefined : world.access.users.get(userid)?.tokens.get(tokenid);
  if (token === undefined || tokenid === undefined || !sameText(token.secret, text.slice(at + 1)))
    throw new Unauthorized(failed);
  if (!isActiveUser(world, userid, now) || (token.expire !== 0 && token.expire <= now)) throw new Unauthorized(failed);
  return { authid, userid, tokenid, root: false };
};

/** Who is calling; undefined for the few calls that need nobody. Throws Unauthorized. */
export const authenticate = (
  world: World,
  authority: Authority,
  now: number,
  given: Credentials,
): Caller | undefined => {
  const nobodyIsFine = open.has(`${given.method} ${given.path}`);
  const ticket = ticketIn(given);
  const token = ticket === undefined ? /^PVEAPIToken[= ](.+)$/.exec(given.authorization ?? '')?.[1] : undefined;
  if (token !== undefined) return byToken(world, token, now);
  if (ticket === undefined || ticket === '') {
    if (nobodyIsFine) return undefined;
    throw new Unauthorized('No ticket');
  }
  const userid = authority.userOf(ticket);
  if (userid === undefined || !isActiveUser(world, userid, now)) {
    if (nobodyIsFine) return undefined;
    throw new Unauthorized(failed);
  }
  if (
    given.method !== 'GET' &&
    !nobodyIsFine &&
    !csrfExempt.test(given.path) &&
    !authority.verifyCsrf(given.csrf ?? '', userid)
  )
    throw new Unauthorized('Permission denied - invalid csrf token');
  return { authid: userid, userid, root: userid === 'root@pam' };
};
