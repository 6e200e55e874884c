import { grantsAt, holdsAny } from './acl.ts';
import { ApiFailure, forbidden } from './handler.ts';
import { splitList } from './formats.ts';
import type { Caller } from './handler.ts';
import type { MethodSpec, PermissionCheck } from './schema.ts';
import type { World } from './world.ts';

interface Question {
  readonly world: World;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, unknown>>;
}

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

const fill = (template: string, params: Question['params']): string => {
  const path = template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => text(params[name])).replaceAll(/\/+/g, '/');
  return path.length > 1 ? path.replace(/\/$/, '') : path;
};

const options = (rest: readonly unknown[]): Record<string, unknown> => {
  const found: Record<string, unknown> = {};
  for (let index = 0; index + 1 < rest.length; index += 2) found[text(rest[index])] = rest[index + 1];
  return found;
};

const perm = ({ world, caller, params }: Question, [, template, wanted, ...rest]: PermissionCheck): void => {
  const { any, require_param: needed } = options(rest);
  if (typeof needed === 'string' && params[needed] === undefined) forbidden();
  const path = fill(text(template), params);
  const privileges = asTexts(wanted);
  const grants = grantsAt(world, caller.authid, path);
  if (any === 1) {
    if (!privileges.some((name) => grants.has(name))) forbidden(`${path}, ${privileges.join('|')}`);
    return;
  }
  const missing = privileges.find((name) => !grants.has(name));
  if (missing !== undefined) forbidden(`${path}, ${missing}`);
};

const modifiers: Readonly<Record<string, string>> = {
  storage: 'Datastore.Allocate',
  vms: 'VM.Allocate',
  pool: 'Pool.Allocate',
};

const permModify = ({ world, caller, params }: Question, [, template]: PermissionCheck): void => {
  const path = fill(text(template), params);
  const kind = /^\/([^/]+)\/.+/.exec(path)?.[1] ?? '';
  const wanted = ['Permissions.Modify', ...(modifiers[kind] === undefined ? [] : [modifiers[kind]])];
  if (!holdsAny(world, caller.authid, path, wanted)) forbidden(`${path}, ${wanted.join('|')}`);
};

const userParam = ({ world, caller, params }: Question, [, what]: PermissionCheck): void => {
  const userid = text(params['userid']);
  if (what === 'self') {
    if (caller.authid !== userid) forbidden();
    return;
  }
  const path = `/access/realm/${userid.split('@').at(-1)}`;
  if (!holdsAny(world, caller.authid, path, [text(what)])) forbidden(`${path}, ${text(what)}`);
};

const userGroup = ({ world, caller, params }: Question, [, wanted, ...rest]: PermissionCheck): void => {
  const privileges = asTexts(wanted);
  const { groups_param: groupsParam } = options(rest);
  const userid = text(params['userid']);
  if (groupsParam !== 'create' && !world.access.users.has(userid))
    throw new ApiFailure(500, `no such user ('${userid}')`);
  if (holdsAny(world, caller.authid, '/access/groups', privileges)) return;
  const mine = [...world.access.groups.keys()].filter((name) =>
    holdsAny(world, caller.authid, `/access/groups/${name}`, privileges),
  );
  if (groupsParam !== undefined) {
    const named = splitList(text(params['groups']));
    if (named.length === 0) forbidden(`/access/groups, ${privileges.join('|')}`);
    const denied = named.find((name) => !mine.includes(name));
    if (denied !== undefined) forbidden(`/access/groups/${denied}, ${privileges.join('|')}`);
  }
  if (groupsParam === 'create') return;
  if (!mine.some((name) => world.access.groups.get(name)?.members.has(userid) === true)) forbidden();
};

const isCheck = (part: unknown): part is PermissionCheck => Array.isArray(part) && typeof part[0] === 'string';

const asTexts = (list: unknown): string[] => (Array.isArray(list) ? list.map(text) : []);

const passes = (question: Question, check: PermissionCheck): boolean => {
  try {
    test(question, check);
    return true;
  } catch (error) {
    if (error instanceof ApiFailure) return false;
    throw error;
  }
};

/** PVE::RPCEnvironment::exec_api2_perm_check: throws the 403 that the server would send. */
const test = (question: Question, check: PermissionCheck): void => {
  const [kind, ...rest] = check;
  if (kind === 'perm') return perm(question, check);
  if (kind === 'perm-modify') return permModify(question, check);
  if (kind === 'userid-param') return userParam(question, check);
  if (kind === 'userid-group') return userGroup(question, check);
  const parts = rest.filter(isCheck);
  if (kind === 'and') return parts.forEach((part) => test(question, part));
  if (!parts.some((part) => passes(question, part))) forbidden();
};

/** Checks what a method declares about who may call it. A method that declares nothing belongs to root@pam with a ticket. */
export const checkPermission = (spec: MethodSpec, question: Question): void => {
  if (question.caller.root) return;
  const { permissions } = spec;
  if (permissions === undefined) return forbidden('user != root@pam');
  if (permissions.user !== undefined) return;
  if (permissions.check !== undefined) test(question, permissions.check);
};

/** A token may not reach the paths that change credentials (contract §3.5). */
export const checkTokenAllowed = (spec: MethodSpec, caller: Caller, path: string): void => {
  if (caller.tokenid !== undefined && spec.allowtoken !== 1)
    forbidden(`URI '${path}' not available with API token, need proper ticket.\n`);
};
