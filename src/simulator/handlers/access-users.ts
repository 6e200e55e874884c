import { randomUUID } from 'node:crypto';
import { ApiFailure, badParameters, die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { UserState } from '../world.ts';
import { flag, integer, list, required, text } from './params.ts';

const userOf = (call: ApiCall, prefix = ''): UserState => {
  const userid = required(call, 'userid');
  return call.world.access.users.get(userid) ?? die(`${prefix}no such user ('${userid}')`);
};

const groupsOf = (call: ApiCall, userid: string): string[] =>
  [...call.world.access.groups].filter(([, group]) => group.members.has(userid)).map(([groupid]) => groupid);

const texts = ['firstname', 'lastname', 'email', 'comment'] as const;

const personal = (user: UserState): Record<string, unknown> => {
  const fields: Record<string, unknown> = { enable: user.enable ? 1 : 0, expire: user.expire };
  for (const name of texts) if (user[name] !== undefined) fields[name] = user[name];
  return fields;
};

type Token = UserState['tokens'] extends Map<string, infer T> ? T : never;

const tokenInfo = (token: Token): Record<string, unknown> => ({
  privsep: token.privsep ? 1 : 0,
  expire: token.expire,
  ...(token.comment === undefined ? {} : { comment: token.comment }),
});

const tokenRows = (user: UserState): Record<string, unknown>[] =>
  [...user.tokens].map(([tokenid, token]) => ({ tokenid, ...tokenInfo(token) }));

const realmType = (call: ApiCall, userid: string): string => {
  const realm = userid.slice(userid.lastIndexOf('@') + 1);
  return String(call.world.access.realms.get(realm)?.['type'] ?? realm);
};

const mayList = (call: ApiCall, userid: string): boolean =>
  userid === call.caller.authid ||
  groupsOf(call, userid).some((groupid) => call.may(`/access/groups/${groupid}`, 'User.Modify', 'Sys.Audit'));

const readUsers = (call: ApiCall): unknown => {
  const all = call.may('/access/groups', 'User.Modify', 'Sys.Audit');
  const enabled = integer(call, 'enabled');
  return [...call.world.access.users.values()]
    .filter((user) => all || mayList(call, user.userid))
    .filter((user) => enabled === undefined || user.enable === (enabled === 1))
    .map((user) => ({
      userid: user.userid,
      'realm-type': realmType(call, user.userid),
      ...personal(user),
      ...(flag(call, 'full') ? { groups: groupsOf(call, user.userid).join(','), tokens: tokenRows(user) } : {}),
    }));
};

const readUser = (call: ApiCall): unknown => {
  const user = userOf(call);
  const tokens = new Map([...user.tokens].map(([tokenid, token]) => [tokenid, tokenInfo(token)]));
  return {
    ...personal(user),
    groups: groupsOf(call, user.userid),
    tokens: tokens.size === 0 ? null : Object.fromEntries(tokens),
  };
};

const joinGroups = (call: ApiCall, userid: string, prefix: string): void => {
  const { groups } = call.world.access;
  const wanted = list(call, 'groups');
  for (const groupid of wanted) if (!groups.has(groupid)) die(`${prefix}no such group '${groupid}'`);
  for (const [groupid, group] of groups) {
    if (wanted.includes(groupid)) group.members.add(userid);
    else if (!flag(call, 'append')) group.members.delete(userid);
  }
};

const writeTexts = (call: ApiCall, user: UserState): void => {
  for (const name of texts) {
    const value = text(call, name);
    if (value !== undefined) user[name] = value;
  }
};

const createUser = (call: ApiCall): null => {
  const userid = required(call, 'userid');
  const { users, realms } = call.world.access;
  const realm = userid.slice(userid.lastIndexOf('@') + 1);
  if (users.has(userid)) die(`create user failed: user '${userid}' already exists`);
  if (!realms.has(realm)) die(`create user failed: domain '${realm}' does not exist`);
  const password = text(call, 'password');
  const user: UserState = {
    userid,
    enable: integer(call, 'enable') !== 0,
    expire: integer(call, 'expire') ?? 0,
    tokens: new Map(),
    tfa: [],
    ...(password === undefined ? {} : { password }),
  };
  if (list(call, 'groups').length > 0) joinGroups(call, userid, 'create user failed: ');
  writeTexts(call, user);
  users.set(userid, user);
  return null;
};

const updateUser = (call: ApiCall): null => {
  const user = userOf(call, 'update user failed: ');
  const enable = integer(call, 'enable');
  if (enable !== undefined) user.enable = enable === 1;
  user.expire = integer(call, 'expire') ?? user.expire;
  writeTexts(call, user);
  if (text(call, 'groups') !== undefined) joinGroups(call, user.userid, 'update user failed: ');
  return null;
};

const belongsTo = (ugid: string, userid: string): boolean => ugid === userid || ugid.startsWith(`${userid}!`);

const removeUser = (call: ApiCall): null => {
  const { userid } = userOf(call, 'delete user failed: ');
  const { access } = call.world;
  access.users.delete(userid);
  for (const group of access.groups.values()) group.members.delete(userid);
  access.acl.splice(
    0,
    access.acl.length,
    ...access.acl.filter((entry) => entry.type === 'group' || !belongsTo(entry.ugid, userid)),
  );
  return null;
};

const tokenOf = (call: ApiCall): Token => {
  const tokenid = required(call, 'tokenid');
  const user = userOf(call);
  return user.tokens.get(tokenid) ?? die(`no such token '${tokenid}' for user '${user.userid}'`);
};

const createToken = (call: ApiCall): unknown => {
  const user = userOf(call);
  const tokenid = required(call, 'tokenid');
  if (user.tokens.has(tokenid)) badParameters({ tokenid: 'Token already exists.' });
  const comment = text(call, 'comment');
  const expire = integer(call, 'expire');
  const privsep = text(call, 'privsep');
  const token: Token = {
    secret: randomUUID(),
    privsep: privsep !== '0',
    expire: expire ?? 0,
    ...(comment === undefined ? {} : { comment }),
  };
  user.tokens.set(tokenid, token);
  return {
    'full-tokenid': `${user.userid}!${tokenid}`,
    // What was given comes back as it was typed into the form, the default as a number.
    info: {
      privsep: privsep ?? 1,
      ...(expire === undefined ? {} : { expire: String(expire) }),
      ...(comment === undefined ? {} : { comment }),
    },
    value: token.secret,
  };
};

const updateToken = (call: ApiCall): unknown => {
  const token = tokenOf(call);
  const comment = text(call, 'comment');
  if (comment !== undefined) token.comment = comment;
  if (list(call, 'delete').includes('comment')) delete token.comment;
  const privsep = integer(call, 'privsep');
  if (privsep !== undefined) token.privsep = privsep === 1;
  token.expire = integer(call, 'expire') ?? token.expire;
  if (!flag(call, 'regenerate')) return tokenInfo(token);
  token.secret = randomUUID();
  return { ...tokenInfo(token), value: token.secret };
};

const removeToken = (call: ApiCall): null => {
  tokenOf(call);
  const user = userOf(call);
  const tokenid = required(call, 'tokenid');
  user.tokens.delete(tokenid);
  const { acl } = call.world.access;
  acl.splice(
    0,
    acl.length,
    ...acl.filter((entry) => entry.type !== 'token' || entry.ugid !== `${user.userid}!${tokenid}`),
  );
  return null;
};

const changePassword = (call: ApiCall): null => {
  const user = userOf(call);
  user.password = required(call, 'password');
  return null;
};

type Factor = UserState['tfa'][number];

const factorRow = ({ id, type, description, created, enable }: Factor): Record<string, unknown> => ({
  id,
  type,
  description,
  created,
  ...(enable ? {} : { enable: 0 }),
});

const mayReadFactors = (call: ApiCall, userid: string): boolean =>
  userid === call.caller.userid || call.may('/access/groups', 'User.Modify', 'Sys.Audit');

const readFactors = (call: ApiCall): unknown =>
  [...call.world.access.users.values()]
    .filter((user) => user.tfa.length > 0 && mayReadFactors(call, user.userid))
    .map((user) => ({ userid: user.userid, 'totp-locked': 0, entries: user.tfa.map(factorRow) }));

const factorOf = (call: ApiCall): Factor => {
  const id = required(call, 'id');
  const factor = call.world.access.users.get(required(call, 'userid'))?.tfa.find((entry) => entry.id === id);
  if (!factor) throw new ApiFailure(404, `no such tfa entry '${id}'`);
  return factor;
};

const addFactor = (call: ApiCall): unknown => {
  const user = userOf(call);
  const type = required(call, 'type');
  const id = type === 'recovery' ? 'recovery' : randomUUID();
  user.tfa.push({
    id,
    type,
    description: text(call, 'description') ?? '',
    created: Math.floor(call.now()),
    enable: true,
    secret: text(call, 'totp') ?? '',
  });
  return { id };
};

const updateFactor = (call: ApiCall): null => {
  const factor = factorOf(call);
  factor.description = text(call, 'description') ?? factor.description;
  const enable = integer(call, 'enable');
  if (enable !== undefined) factor.enable = enable === 1;
  return null;
};

const removeFactor = (call: ApiCall): null => {
  const factor = factorOf(call);
  const { tfa } = userOf(call);
  tfa.splice(tfa.indexOf(factor), 1);
  return null;
};

/** /access/users, their tokens, passwords and second factors (PVE::API2::User, PVE::API2::TFA). */
export const userRoutes: Routes = {
  'GET /access/users': readUsers,
  'POST /access/users': createUser,
  'GET /access/users/{userid}': readUser,
  'PUT /access/users/{userid}': updateUser,
  'DELETE /access/users/{userid}': removeUser,
  'GET /access/users/{userid}/tfa': () => ({}),
  'PUT /access/users/{userid}/unlock-tfa': (call) => (userOf(call), false),
  'GET /access/users/{userid}/token': (call) => tokenRows(userOf(call)),
  'GET /access/users/{userid}/token/{tokenid}': (call) => tokenInfo(tokenOf(call)),
  'POST /access/users/{userid}/token/{tokenid}': createToken,
  'PUT /access/users/{userid}/token/{tokenid}': updateToken,
  'DELETE /access/users/{userid}/token/{tokenid}': removeToken,
  'PUT /access/password': changePassword,
  'GET /access/tfa': readFactors,
  'GET /access/tfa/{userid}': (call) => call.world.access.users.get(required(call, 'userid'))?.tfa.map(factorRow) ?? [],
  'POST /access/tfa/{userid}': addFactor,
  'GET /access/tfa/{userid}/{id}': (call) => factorRow(factorOf(call)),
  'PUT /access/tfa/{userid}/{id}': updateFactor,
  'DELETE /access/tfa/{userid}/{id}': removeFactor,
};
