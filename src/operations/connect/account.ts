import * as z from 'zod';
import { ProxdeckError } from '../../models/error.ts';
import { readPermissions } from '../access.ts';
import type { Context } from '../context.ts';
import type { Event } from '../event.ts';
import type { PlannedCall, Privilege } from '../operation.ts';
import { missingPrivileges } from '../privileges.ts';
import { maybe, readRows, word } from '../rows.ts';
import { privilegesOf, roleIdOf, type Level } from './rights.ts';
import type { Undo } from './undoing.ts';

/** What is wanted: a token of `userid`, with the rights of a level, or with all the rights of its user. */
export interface Wanted {
  readonly userid: string;
  /** The first free one of `laptop`, `laptop-2` … is taken. */
  readonly tokenid: string;
  readonly level: Level | 'own';
  readonly comment: string;
}

interface Made {
  /** `user@realm!id=secret` */
  readonly token: string;
  readonly role?: string;
}

const list = word.transform((text) => text.split(',').filter(Boolean));
const roleRow = z.looseObject({ roleid: z.string(), privs: list.catch([]) });
const userRow = z.looseObject({ userid: z.string() });
const tokenRow = z.looseObject({ tokenid: z.string() });
const aclRow = z.looseObject({
  path: z.string(),
  type: z.string(),
  ugid: z.string(),
  roleid: z.string(),
  propagate: maybe(word),
});
const madeToken = z.looseObject({ 'full-tokenid': z.string(), value: z.string() });

const tokenPath = (userid: string, tokenid: string): string =>
  `/access/users/${encodeURIComponent(userid)}/token/${encodeURIComponent(tokenid)}`;

/** The calls that make it all on a cluster that has none of it yet, for `--dry-run`. */
export const plannedCalls = ({ userid, tokenid, level }: Omit<Wanted, 'comment'>): readonly PlannedCall[] => {
  const token: PlannedCall = { method: 'POST', path: tokenPath(userid, tokenid) };
  if (level === 'own') return [{ ...token, parameters: { privsep: '0' } }];
  const grant = { path: '/', roles: roleIdOf(level) };
  return [
    { method: 'POST', path: '/access/roles', parameters: { roleid: roleIdOf(level) } },
    { method: 'POST', path: '/access/users', parameters: { userid } },
    { method: 'PUT', path: '/access/acl', parameters: { ...grant, users: userid } },
    { ...token, parameters: { privsep: '1' } },
    { method: 'PUT', path: '/access/acl', parameters: { ...grant, tokens: `${userid}!${tokenid}` } },
  ];
};

const done = (title: string): Event => ({ type: 'step', id: title, title, state: 'done' });
const skipped = (title: string): Event => ({ type: 'step', id: title, title, state: 'skipped' });

/** Makes the pieces one after the other with the session of an administrator, and keeps how each is taken back in `made`. */
class Account {
  readonly #context: Context;
  readonly #wanted: Wanted;
  readonly #made: Undo[];

  constructor(context: Context, wanted: Wanted, made: Undo[]) {
    this.#context = context;
    this.#wanted = wanted;
    this.#made = made;
  }

  /** Makes the role where it is not there. One that is there is used as it is: somebody may have meant it so. */
  async *role(level: Level): AsyncGenerator<Event, string, void> {
    const roleid = roleIdOf(level);
    const title = `make the role ${roleid}`;
    const roles = await readRows(this.#context, '/access/roles', roleRow);
    const privilegesIn = (id: string) => roles.find((role) => role.roleid === id)?.privs ?? [];
    const all = privilegesIn('Administrator');
    const privileges = privilegesOf(level, { all, auditor: privilegesIn('PVEAuditor') });
    if (!roles.some((role) => role.roleid === roleid)) {
      await this.#send(
        { method: 'POST', path: '/access/roles', parameters: { roleid, privs: privileges.join(',') } },
        { what: `remove the role ${roleid}`, method: 'DELETE', path: `/access/roles/${roleid}` },
      );
      yield done(title);
      return roleid;
    }
    yield skipped(title);
    const missing = privileges.filter((privilege) => !privilegesIn(roleid).includes(privilege));
    if (missing.length > 0) {
      yield {
        type: 'warning',
        code: 'role',
        message: `The role ${roleid} is there already, without ${missing.join(', ')}. It is used as it is.`,
        hint: `To add them: pveum role modify ${roleid} --append 1 --privs ${missing.join(',')}`,
      };
    }
    return roleid;
  }

  async *user(): AsyncGenerator<Event, void, void> {
    const { userid, comment } = this.#wanted;
    const title = `make the user ${userid}, who has no password`;
    const users = await readRows(this.#context, '/access/users', userRow);
    if (users.some((user) => user.userid === userid)) {
      yield skipped(title);
      return;
    }
    await this.#send(
      { method: 'POST', path: '/access/users', parameters: { userid, comment } },
      { what: `remove the user ${userid}`, method: 'DELETE', path: `/access/users/${encodeURIComponent(userid)}` },
    );
    yield done(title);
  }

  /** Gives the role on `/` and all below. A token with privilege separation holds only what its user holds too. */
  async *grant(roleid: string, type: 'user' | 'token', ugid: string): AsyncGenerator<Event, void, void> {
    const title = `give ${roleid} to the ${type} ${ugid}`;
    const entries = await readRows(this.#context, '/access/acl', aclRow);
    const has = entries.some(
      (one) => one.path === '/' && one.roleid === roleid && one.ugid === ugid && one.propagate !== '0',
    );
    if (has) {
      yield skipped(title);
      return;
    }
    const parameters = { path: '/', roles: roleid, [`${type}s`]: ugid };
    await this.#send(
      { method: 'PUT', path: '/access/acl', parameters: { ...parameters, propagate: '1' } },
      {
        what: `take ${roleid} from ${ugid}`,
        method: 'PUT',
        path: '/access/acl',
        parameters: { ...parameters, delete: '1' },
      },
    );
    yield done(title);
  }

  /** Makes the token and returns its full id and secret, which the server tells this once. */
  async *token(): AsyncGenerator<Event, { readonly id: string; readonly secret: string }, void> {
    const { userid, tokenid: wanted, level, comment } = this.#wanted;
    const path = `/access/users/${encodeURIComponent(userid)}/token`;
    const taken = new Set((await readRows(this.#context, path, tokenRow)).map(({ tokenid }) => tokenid));
    let tokenid = wanted;
    for (let number = 2; taken.has(tokenid); number += 1) tokenid = `${wanted}-${String(number)}`;
    const own = tokenPath(userid, tokenid);
    const data = await this.#send(
      { method: 'POST', path: own, parameters: { comment, privsep: level === 'own' ? '0' : '1' } },
      { what: `remove the token ${userid}!${tokenid}`, method: 'DELETE', path: own },
    );
    const { 'full-tokenid': id, value: secret } = madeToken.parse(data);
    yield done(`make the token ${id}`);
    return { id, secret };
  }

  async #send({ method, path, parameters = {} }: PlannedCall, undo: Undo): Promise<unknown> {
    // Not to be given up halfway: whether it was done would not be known.
    const { data } = await this.#context.proxmox().request(method, path, parameters, { origin: 'person' });
    this.#made.push(undo);
    return data;
  }
}

/** What an administrator must hold to make all of it (contract §6.4). */
const needs = (realm: string): readonly Privilege[] => [
  { path: '/access', privilege: 'Sys.Modify' },
  { path: `/access/realm/${realm}`, privilege: 'Realm.AllocateUser' },
  { path: '/access/groups', privilege: 'User.Modify' },
  { path: '/', privilege: 'Permissions.Modify' },
];

const requireAdministrator = async (context: Context, userid: string): Promise<void> => {
  const permissions = await readPermissions(context, { origin: 'person' });
  const [missing] = missingPrivileges(permissions, needs(userid.slice(userid.lastIndexOf('@') + 1)));
  if (missing === undefined) return;
  throw new ProxdeckError(
    'permission',
    `Making a user, a role and a token needs ${missing.privilege} on ${missing.path}, which this login does not hold.`,
    {
      hint: 'Sign in as an administrator (root@pam), or take --role own: a token of your own user, with all its rights.',
    },
  );
};

/**
 * Makes a token with the rights of a level: role, user, ACL of both, each only where it is missing. `context` is signed in as
 * somebody who may do that. What was made, and how it is taken back, is in `made` also when it throws.
 */
export async function* makeToken(context: Context, wanted: Wanted, made: Undo[]): AsyncGenerator<Event, Made, void> {
  const account = new Account(context, wanted, made);
  if (wanted.level === 'own') {
    const { id, secret } = yield* account.token();
    return { token: `${id}=${secret}` };
  }
  await requireAdministrator(context, wanted.userid);
  const role = yield* account.role(wanted.level);
  yield* account.user();
  yield* account.grant(role, 'user', wanted.userid);
  const { id, secret } = yield* account.token();
  yield* account.grant(role, 'token', id);
  return { token: `${id}=${secret}`, role };
}
