import { randomBytes } from 'node:crypto';
import { grantsAt } from '../acl.ts';
import { isActiveUser } from '../auth.ts';
import { ApiFailure } from '../handler.ts';
import { verifyTotp } from '../totp.ts';
import type { Authority } from '../auth.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { UserState, World } from '../world.ts';

/** Which privileges each area of the web interface asks about (PVE::RPCEnvironment::compute_api_permission). */
const areas: Readonly<Record<string, RegExp>> = {
  vms: /^VM\.|^Permissions\.Modify$/,
  access: /^(User|Group)\.|^Permissions\.Modify$/,
  storage: /^Datastore\.|^Permissions\.Modify$/,
  nodes: /^Sys\.|^Permissions\.Modify$/,
  sdn: /^SDN\.|^Permissions\.Modify$/,
  dc: /^Sys\.Audit$|^Sys\.Modify$|^SDN\./,
  mapping: /^Mapping\.|^Permissions\.Modify$/,
};

const areaOf = (path: string): string => (path === '/' ? 'dc' : (path.split('/')[1] ?? ''));

const capabilities = (world: World, authid: string): Record<string, Record<string, 1>> => {
  const cap: Record<string, Record<string, 1>> = {};
  for (const area of Object.keys(areas)) cap[area] = {};
  const paths = new Set([
    '/',
    '/vms',
    '/access',
    '/storage',
    '/nodes',
    '/sdn',
    '/mapping',
    ...world.access.acl.map((entry) => entry.path),
  ]);
  for (const path of paths)
    for (const privilege of grantsAt(world, authid, path).keys())
      for (const area of areaOf(path) === 'pool' ? ['vms', 'storage'] : [areaOf(path)]) {
        const granted = cap[area];
        if (granted !== undefined && areas[area]?.test(privilege) === true) granted[privilege] = 1;
      }
  return cap;
};

const refuse = (): never => {
  throw new ApiFailure(401, 'authentication failure');
};

const text = (call: ApiCall, name: string): string | undefined =>
  call.params[name] === undefined ? undefined : String(call.params[name]);

const unusedKeys = (secret: string): number[] =>
  secret.split(/\s+/).flatMap((key, index) => (key === '' || key === '-' ? [] : [index]));

/** What the half ticket asks for: `{"totp":true,"recovery":[0,1]}`. */
const challengeFor = (user: UserState): Record<string, unknown> | undefined => {
  const factors = user.tfa.filter((entry) => entry.enable);
  if (factors.length === 0) return undefined;
  const recovery = factors.filter((entry) => entry.type === 'recovery').flatMap((entry) => unusedKeys(entry.secret));
  const credentials = factors.filter((entry) => entry.type === 'webauthn').map((entry) => entry.secret);
  return {
    ...(factors.some((entry) => entry.type === 'totp') ? { totp: true } : {}),
    ...(recovery.length > 0 ? { recovery } : {}),
    ...(credentials.length > 0 ? { webauthn: webauthnRequest(credentials) } : {}),
  };
};

/** What a browser hands to a security key (WebAuthn §5.5). */
const webauthnRequest = (credentials: readonly string[]): Record<string, unknown> => ({
  publicKey: {
    challenge: randomBytes(32).toString('base64url'),
    timeout: 60_000,
    allowCredentials: credentials.map((id) => ({ type: 'public-key', id })),
    userVerification: 'discouraged',
  },
});

/** A recovery key works once. */
const useRecoveryKey = (user: UserState, key: string): boolean => {
  for (const entry of user.tfa) {
    if (!entry.enable || entry.type !== 'recovery') continue;
    const keys = entry.secret.split(/\s+/);
    const at = keys.indexOf(key);
    if (key === '' || key === '-' || at < 0) continue;
    keys[at] = '-';
    entry.secret = keys.join(' ');
    return true;
  }
  return false;
};

const verifyFactor = (user: UserState, response: string, now: number): boolean => {
  const [, kind, value = ''] = /^(totp|recovery):(.*)$/.exec(response) ?? [];
  if (kind === 'totp')
    return user.tfa.some((entry) => entry.enable && entry.type === 'totp' && verifyTotp(entry.secret, value, now));
  return kind === 'recovery' && useRecoveryKey(user, value);
};

/** Who got in is in the cluster's log. */
const logSuccess = (call: ApiCall, userid: string): void => {
  const { clusterLog } = call.world;
  const uid = (clusterLog.at(-1)?.uid ?? 0) + 1;
  const msg = `successful auth for user '${userid}'`;
  clusterLog.push({
    uid,
    time: call.now(),
    pri: 6,
    tag: 'pvedaemon',
    pid: 1000,
    node: call.localNode,
    user: userid,
    msg,
  });
};

const fullTicket = (call: ApiCall, authority: Authority, userid: string): Record<string, unknown> => {
  const { world } = call;
  logSuccess(call, userid);
  const seesCluster = world.cluster !== undefined && grantsAt(world, userid, '/').has('Sys.Audit');
  return {
    username: userid,
    ticket: authority.ticket(userid),
    CSRFPreventionToken: authority.csrfToken(userid),
    cap: capabilities(world, userid),
    ...(seesCluster ? { clustername: world.cluster?.name } : {}),
  };
};

const halfTicket = (
  authority: Authority,
  userid: string,
  challenge: Record<string, unknown>,
): Record<string, unknown> => ({
  username: userid,
  ticket: authority.challengeTicket(userid, JSON.stringify(challenge)),
  CSRFPreventionToken: authority.csrfToken(userid),
  NeedTFA: 1,
});

/** A ticket used as password: its owner's own, or root's for anybody. */
const byTicket = (authority: Authority, userid: string, password: string): boolean => {
  if (!password.startsWith('PVE:')) return false;
  const owner = authority.userOf(password);
  return owner === userid || owner === 'root@pam';
};

const logIn = (call: ApiCall, authority: Authority): Record<string, unknown> => {
  const { world } = call;
  const name = text(call, 'username') ?? '';
  const realm = text(call, 'realm');
  const userid = realm === undefined || name.endsWith(`@${realm}`) ? name : `${name}@${realm}`;
  const password = text(call, 'password') ?? '';
  const user = world.access.users.get(userid) ?? refuse();
  if (!isActiveUser(world, userid, call.now())) return refuse();
  const half = text(call, 'tfa-challenge');
  if (half !== undefined) {
    if (!authority.verifyChallenge(half, userid) || !verifyFactor(user, password, call.now())) return refuse();
    return fullTicket(call, authority, userid);
  }
  if (byTicket(authority, userid, password)) return fullTicket(call, authority, userid);
  if (user.password === undefined || user.password !== password) return refuse();
  const challenge = challengeFor(user);
  if (challenge === undefined) return fullTicket(call, authority, userid);
  const otp = text(call, 'otp');
  if (otp === undefined) return halfTicket(authority, userid, challenge);
  return verifyFactor(user, otp.includes(':') ? otp : `totp:${otp}`, call.now())
    ? fullTicket(call, authority, userid)
    : refuse();
};

/** POST and GET /access/ticket (contract §3.2-3.4). */
export const ticketRoutes = (authority: Authority): Routes => ({
  'POST /access/ticket': (call) => logIn(call, authority),
  'GET /access/ticket': () => null,
});
