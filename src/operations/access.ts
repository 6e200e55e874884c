import * as z from 'zod';
import { asProxdeckError } from '../models/error.ts';
import { reaches, type Reach } from './abilities.ts';
import type { Context } from './context.ts';
import { operation } from './operation.ts';
import type { Permissions } from './privileges.ts';
import { figure, flag, maybe, readRows, word } from './rows.ts';
import { understood } from './understood.ts';

/** Reads of `/access`: who there is, what they hold, and what this login may do (contract §6). Each login sees what it may see. */

const permissions = z.record(z.string(), z.record(z.string(), z.coerce.number()));

/**
 * Reads `GET /access/permissions`: what a login holds, by path; 1 when it reaches further down, else 0. Each login may ask that
 * of itself. Throws what the client throws.
 */
export const readPermissions = async (
  { proxmox, signal }: Pick<Context, 'proxmox' | 'signal'>,
  { userid: wanted, origin }: { readonly userid?: string; readonly origin: 'poll' | 'person' },
): Promise<Permissions> => {
  const { data } = await proxmox().request('GET', '/access/permissions', { userid: wanted }, { signal, origin });
  return permissions.parse(data);
};

/** Shows as whom the cluster is asked: the user, and the API token where one is used. */
export const showLogin = operation({
  name: 'access.show',
  summary: 'Show who this login is',
  risk: 'read',
  input: z.object({}),
  async *run(context) {
    const { identity } = context.proxmox();
    const [user = identity] = identity.split('!');
    return { login: identity, userid: user };
  },
});

const userid = z
  .string()
  .exactOptional()
  .describe('of this user or token (USER@REALM, USER@REALM!TOKEN) instead of your own');

/** Shows what a login holds, by path, as Proxmox VE tells it. */
export const showPermissions = operation({
  name: 'access.permissions',
  summary: 'Show the privileges of this login by path',
  risk: 'read',
  input: z.object({ userid }),
  async *run(context, _resolved, input): AsyncGenerator<never, Permissions, void> {
    return readPermissions(context, { ...input, origin: 'person' });
  },
});

/** Lists what a login may do and what it may not, in words. */
export const listAbilities = operation({
  name: 'access.may',
  summary: 'List what this login may do, and what it may not',
  risk: 'read',
  input: z.object({ userid, no: z.boolean().default(false).describe('only what it may not do everywhere') }),
  columns: [
    { field: 'allowed', title: 'MAY' },
    { field: 'area', title: 'ABOUT' },
    { field: 'what', title: 'WHAT' },
    { field: 'privilege', title: 'PRIVILEGE' },
    { field: 'path', title: 'PATH' },
    { field: 'only', title: 'ONLY' },
    { field: 'except', title: 'NOT ON' },
  ],
  async *run(context, _resolved, input): AsyncGenerator<never, readonly Reach[], void> {
    const { no, ...whose } = input;
    const all = reaches(await readPermissions(context, { ...whose, origin: 'person' }));
    return no ? all.filter(({ allowed }) => allowed !== 'yes') : all;
  },
});

const names = z
  .union([z.string().transform((text) => text.split(',').filter((name) => name !== '')), z.array(z.string())])
  .default([])
  .catch([]);

const token = z.looseObject({
  tokenid: z.string(),
  privsep: maybe(flag),
  expire: maybe(figure),
  comment: maybe(word),
});

const user = z.looseObject({
  userid: z.string(),
  enable: maybe(flag),
  /** Seconds since 1970; 0 for never. */
  expire: maybe(figure),
  firstname: maybe(word),
  lastname: maybe(word),
  email: maybe(word),
  comment: maybe(word),
  'realm-type': maybe(z.string()),
  'totp-locked': maybe(flag),
  'tfa-locked-until': maybe(figure),
  groups: names,
  tokens: z
    .unknown()
    .optional()
    .transform((rows) => understood(token, rows)),
});

/** A user as `GET /access/users?full=1` tells of it. */
export interface UserRow extends z.output<typeof user> {
  /** Kinds of second factors; absent where this login is not told. */
  readonly tfa?: readonly string[];
}

const factors = z.looseObject({
  userid: z.string(),
  entries: z.array(z.looseObject({ type: z.string(), enable: maybe(flag) })).default([]),
});

/** Kinds of second factors by user: `GET /access/tfa`. Undefined where the server does not tell: before 7.1, or for a narrow login. */
const readFactors = async (context: Context): Promise<ReadonlyMap<string, readonly string[]> | undefined> => {
  try {
    const rows = await readRows(context, '/access/tfa', factors);
    return new Map(
      rows.map((row) => [row.userid, row.entries.filter(({ enable }) => enable !== false).map(({ type }) => type)]),
    );
  } catch (thrown) {
    const { code } = asProxdeckError(thrown);
    if (code === 'permission' || code === 'not-found' || code === 'server') return undefined;
    throw thrown;
  }
};

/** Lists users with their groups, tokens and second factors. A narrow login sees itself. */
export const listUsers = operation({
  name: 'access.users',
  summary: 'List users',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'userid', title: 'USER' },
    { field: 'enable', title: 'ENABLED' },
    { field: 'expire', title: 'EXPIRES', unit: 'moment' },
    { field: 'realm-type', title: 'REALM' },
    { field: 'tfa', title: 'TFA' },
    { field: 'groups', title: 'GROUPS' },
    { field: 'email', title: 'EMAIL' },
    { field: 'comment', title: 'COMMENT' },
  ],
  async *run(context): AsyncGenerator<never, readonly UserRow[], void> {
    const [users, kinds] = await Promise.all([
      readRows(context, '/access/users', user, { full: 1 }),
      readFactors(context),
    ]);
    return users.map((row) => (kinds === undefined ? row : { ...row, tfa: kinds.get(row.userid) ?? [] }));
  },
});

/** An API token, and whose it is. */
export interface TokenRow extends z.output<typeof token> {
  /** `root@pam!main` */
  readonly id: string;
  readonly userid: string;
}

/** Lists API tokens, out of `GET /access/users?full=1`. A narrow login sees its own. */
export const listTokens = operation({
  name: 'access.tokens',
  summary: 'List API tokens',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'id', title: 'TOKEN' },
    { field: 'privsep', title: 'SEPARATED' },
    { field: 'expire', title: 'EXPIRES', unit: 'moment' },
    { field: 'comment', title: 'COMMENT' },
  ],
  async *run(context): AsyncGenerator<never, readonly TokenRow[], void> {
    const users = await readRows(context, '/access/users', user, { full: 1 });
    return users.flatMap(({ userid: owner, tokens }) =>
      tokens.map((one) => ({ id: `${owner}!${one.tokenid}`, userid: owner, ...one })),
    );
  },
});

const group = z.looseObject({ groupid: z.string(), users: names, comment: maybe(word) });
export type GroupRow = z.output<typeof group>;

/** Lists groups with their members: `GET /access/groups`. */
export const listGroups = operation({
  name: 'access.groups',
  summary: 'List groups',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'groupid', title: 'GROUP' },
    { field: 'users', title: 'MEMBERS' },
    { field: 'comment', title: 'COMMENT' },
  ],
  async *run(context): AsyncGenerator<never, readonly GroupRow[], void> {
    return readRows(context, '/access/groups', group);
  },
});

const role = z.looseObject({ roleid: z.string(), privs: names, special: maybe(flag) });
export type RoleRow = z.output<typeof role>;

/** Lists roles with their privileges: `GET /access/roles`. Those that come with Proxmox VE are `special`. */
export const listRoles = operation({
  name: 'access.roles',
  summary: 'List roles and their privileges',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'roleid', title: 'ROLE' },
    { field: 'special', title: 'BUILT IN' },
    { field: 'privs', title: 'PRIVILEGES' },
  ],
  async *run(context): AsyncGenerator<never, readonly RoleRow[], void> {
    return readRows(context, '/access/roles', role);
  },
});

const aclEntry = z.looseObject({
  path: z.string(),
  /** user, group or token */
  type: z.string(),
  ugid: z.string(),
  roleid: z.string(),
  propagate: maybe(flag),
});
export type AclRow = z.output<typeof aclEntry>;

/** Lists who has which role where: `GET /access/acl`. A narrow login sees the paths that it may change. */
export const listAcl = operation({
  name: 'access.acl',
  summary: 'List who has which role where',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'path', title: 'PATH' },
    { field: 'type', title: 'TYPE' },
    { field: 'ugid', title: 'WHO' },
    { field: 'roleid', title: 'ROLE' },
    { field: 'propagate', title: 'REACHES DOWN' },
  ],
  async *run(context): AsyncGenerator<never, readonly AclRow[], void> {
    return readRows(context, '/access/acl', aclEntry);
  },
});

const realm = z.looseObject({
  realm: z.string(),
  type: z.string(),
  comment: maybe(word),
  default: maybe(flag),
  /** The kind of second factor that the realm demands. */
  tfa: maybe(z.string()),
});
export type RealmRow = z.output<typeof realm>;

/** Lists realms, where users come from: `GET /access/domains`, which everybody may read. */
export const listRealms = operation({
  name: 'access.realms',
  summary: 'List realms',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'realm', title: 'REALM' },
    { field: 'type', title: 'TYPE' },
    { field: 'default', title: 'DEFAULT' },
    { field: 'tfa', title: 'TFA' },
    { field: 'comment', title: 'COMMENT' },
  ],
  async *run(context): AsyncGenerator<never, readonly RealmRow[], void> {
    return readRows(context, '/access/domains', realm);
  },
});
