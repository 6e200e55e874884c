import type { Cell } from '../../components/table.ts';
import { clean, fit, wrapWords } from '../../components/text.ts';
import { duration, moment } from '../../components/units.ts';
import type { GroupRow, TokenRow, UserRow } from '../../src/operations/access.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { nothing, type Condition } from '../condition.ts';
import { ruleLines } from './rules.ts';
import { accessLooking, sectionOf, textFields } from './section.ts';

/** Users, their tokens, and groups. */

const soonDays = 30;
const day = 86_400;

/** Whether something with an expiry still counts; 0 or nothing is never. */
const expiryOf = (expire: number | undefined, now: number): 'never' | 'past' | 'soon' | 'later' => {
  if (expire === undefined || expire === 0) return 'never';
  const left = expire - now / 1000;
  if (left <= 0) return 'past';
  return left < soonDays * day ? 'soon' : 'later';
};

const expiryCell = (expire: number | undefined, now: number): Cell => {
  const when = expiryOf(expire, now);
  if (when === 'never' || expire === undefined) return { text: 'never', token: 'muted' };
  const distance = duration(Math.abs(expire - now / 1000)).split(' ')[0] ?? '';
  if (when === 'past') return { text: `${distance} ago`, token: 'error' };
  return { text: `in ${distance}`, token: when === 'soon' ? 'warn' : 'text' };
};

const userState = (user: UserRow, now: number): Condition => {
  if (user.enable === false) return { glyph: 'stopped', word: 'disabled', token: 'muted' };
  if (expiryOf(user.expire, now) === 'past') return { glyph: 'failed', word: 'expired', token: 'error' };
  if (user['totp-locked'] === true || (user['tfa-locked-until'] ?? 0) > now / 1000)
    return { glyph: 'locked', word: 'locked', token: 'warn' };
  return { glyph: 'running', word: 'enabled', token: 'ok' };
};

const realmOf = (userid: string): string => userid.slice(userid.lastIndexOf('@') + 1);

const factorText = ({ tfa }: UserRow): string => (tfa === undefined ? '?' : tfa.length === 0 ? 'none' : tfa.join(', '));

const fullName = ({ firstname, lastname }: UserRow): string =>
  [firstname, lastname].filter((part) => part !== undefined && part !== '').join(' ');

const labelWidth = 8;
const label = (name: string, value: string, { look }: Drawing): string =>
  `${look.paint('muted', fit(name, labelWidth))} ${clean(value)}`;

const userLines = (user: UserRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { look, now, width } = drawing;
  const state = userState(user, now);
  const shown: (string | Line)[] = [look.paint(state.token, `${look.glyphs[state.glyph]} ${state.word}`), ''];
  for (const [name, value] of [
    ['name', fullName(user)],
    ['email', user.email],
    ['realm', `${realmOf(user.userid)}${user['realm-type'] === undefined ? '' : ` (${user['realm-type']})`}`],
    ['tfa', user.tfa === undefined ? 'not told to this login' : factorText(user)],
    ['groups', user.groups.join(', ')],
    ['expires', user.expire === undefined || user.expire === 0 ? 'never' : moment(user.expire * 1000, now)],
  ] as const) {
    if (value !== undefined && value !== '') shown.push(label(name, value, drawing));
  }
  if (user.comment !== undefined) shown.push(...wrapWords(clean(user.comment), width));
  if (user.tokens.length > 0) shown.push('', look.paint('muted', 'tokens'));
  for (const token of user.tokens)
    shown.push(`  ${clean(token.tokenid)}${token.privsep === false ? look.paint('warn', '  as its user') : ''}`);
  const member = new Set(user.groups);
  const rules = ruleLines(
    {
      isOf: ({ type, ugid }) => (type === 'user' && ugid === user.userid) || (type === 'group' && member.has(ugid)),
      none: user.userid === 'root@pam' ? 'may do everything, without any rule' : 'has no rule: may do nothing',
      via: 'through',
    },
    drawing,
  );
  return [...shown, '', look.paint('muted', 'roles'), ...rules];
};

export const users = (app: AppModel) =>
  sectionOf<UserRow>({
    id: 'users',
    title: 'users',
    rows: () => app.look('access.users', {}, accessLooking),
    idOf: ({ userid }) => userid,
    columns: [
      {
        id: 'user',
        title: 'user',
        width: 18,
        flex: { share: 2, most: 40 },
        priority: 0,
        cell: ({ userid }) => ({ text: clean(userid) }),
        sortKey: ({ userid }) => userid,
      },
      {
        id: 'state',
        title: 'state',
        width: 10,
        priority: 0,
        cell: (user, look) => {
          const { glyph, word, token } = userState(user, app.now());
          return { text: `${look.glyphs[glyph]} ${word}`, token };
        },
        sortKey: (user) => userState(user, app.now()).word,
      },
      {
        id: 'tfa',
        title: 'tfa',
        width: 8,
        flex: { share: 1, most: 20 },
        priority: 1,
        cell: (user) => ({ text: clean(factorText(user)), ...(user.tfa?.length === 0 ? { token: 'muted' } : {}) }),
        sortKey: (user) => factorText(user),
      },
      {
        id: 'expires',
        title: 'expires',
        width: 9,
        priority: 2,
        cell: ({ expire }) => expiryCell(expire, app.now()),
        sortKey: ({ expire }) => expire ?? 0,
      },
      {
        id: 'groups',
        title: 'groups',
        width: 12,
        flex: { share: 2, most: 40 },
        priority: 3,
        cell: ({ groups: names }) => (names.length === 0 ? nothing : { text: clean(names.join(', ')) }),
      },
      {
        id: 'comment',
        title: 'comment',
        width: 14,
        flex: { share: 3, most: 60 },
        priority: 4,
        cell: (user) => ({ text: clean(user.comment ?? fullName(user)), token: 'muted' }),
      },
    ],
    filterFields: (user) =>
      textFields([user.userid, fullName(user), user.email, user.comment, user.groups.join(' ')], {
        name: [user.userid],
        type: [realmOf(user.userid), user['realm-type'] ?? ''],
        status: [user.enable === false ? 'disabled' : 'enabled'],
      }),
    isFault: (user) => userState(user, app.now()).token === 'error' || userState(user, app.now()).token === 'warn',
    empty: 'no users that this login may see (Sys.Audit or User.Modify on /access/groups)',
    heading: ({ userid }) => userid,
    kind: () => 'user',
    lines: userLines,
  })(app);

const tokenLines = (token: TokenRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { look, now, width } = drawing;
  const separate = token.privsep !== false;
  const what = separate
    ? 'separated: it may do what both its own roles and its user allow'
    : 'not separated: it may do everything that its user may';
  return [
    ...wrapWords(what, width).map((line) => look.paint(separate ? 'text' : 'warn', line)),
    '',
    label('owner', token.userid, drawing),
    label(
      'expires',
      token.expire === undefined || token.expire === 0 ? 'never' : moment(token.expire * 1000, now),
      drawing,
    ),
    ...(token.comment === undefined ? [] : wrapWords(clean(token.comment), width)),
    '',
    look.paint('muted', separate ? 'its own roles' : 'its own roles (they do not count)'),
    ...ruleLines(
      {
        isOf: ({ type, ugid }) => type === 'token' && ugid === token.id,
        none: separate ? 'none: a separated token without a role may do nothing' : 'none, and it needs none',
      },
      drawing,
    ),
  ];
};

export const tokens = (app: AppModel) =>
  sectionOf<TokenRow>({
    id: 'tokens',
    title: 'tokens',
    rows: () => app.look('access.tokens', {}, accessLooking),
    idOf: ({ id }) => id,
    columns: [
      {
        id: 'token',
        title: 'token',
        width: 20,
        flex: { share: 2, most: 44 },
        priority: 0,
        cell: ({ id }) => ({ text: clean(id) }),
        sortKey: ({ id }) => id,
      },
      {
        id: 'rights',
        title: 'rights',
        width: 12,
        priority: 0,
        cell: ({ privsep }) =>
          privsep === false ? { text: 'as its user', token: 'warn' } : { text: 'its own', token: 'text' },
        sortKey: ({ privsep }) => (privsep === false ? 0 : 1),
      },
      {
        id: 'expires',
        title: 'expires',
        width: 9,
        priority: 1,
        cell: ({ expire }) => expiryCell(expire, app.now()),
        sortKey: ({ expire }) => expire ?? 0,
      },
      {
        id: 'comment',
        title: 'comment',
        width: 14,
        flex: { share: 3, most: 60 },
        priority: 2,
        cell: ({ comment }) => ({ text: clean(comment ?? ''), token: 'muted' }),
      },
    ],
    filterFields: ({ id, userid, comment }) => textFields([id, comment], { name: [id], type: [realmOf(userid)] }),
    isFault: ({ expire }) => ['past', 'soon'].includes(expiryOf(expire, app.now())),
    empty: 'no tokens that this login may see',
    heading: ({ id }) => id,
    kind: () => 'token',
    lines: tokenLines,
  })(app);

const groupLines = (group: GroupRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { look, width } = drawing;
  return [
    ...(group.comment === undefined ? [] : [...wrapWords(clean(group.comment), width), '']),
    look.paint('muted', 'members'),
    ...(group.users.length === 0 ? ['  none'] : group.users.map((userid) => `  ${clean(userid)}`)),
    '',
    look.paint('muted', 'roles'),
    ...ruleLines(
      {
        isOf: ({ type, ugid }) => type === 'group' && ugid === group.groupid,
        none: 'has no rule: being in it allows nothing',
      },
      drawing,
    ),
  ];
};

export const groups = (app: AppModel) =>
  sectionOf<GroupRow>({
    id: 'groups',
    title: 'groups',
    rows: () => app.look('access.groups', {}, accessLooking),
    idOf: ({ groupid }) => groupid,
    columns: [
      {
        id: 'group',
        title: 'group',
        width: 14,
        flex: { share: 1, most: 32 },
        priority: 0,
        cell: ({ groupid }) => ({ text: clean(groupid) }),
        sortKey: ({ groupid }) => groupid,
      },
      {
        id: 'count',
        title: 'users',
        width: 5,
        align: 'right',
        priority: 0,
        cell: ({ users: members }) => ({ text: String(members.length) }),
        sortKey: ({ users: members }) => members.length,
      },
      {
        id: 'members',
        title: 'members',
        width: 18,
        flex: { share: 3, most: 80 },
        priority: 1,
        cell: ({ users: members }) => (members.length === 0 ? nothing : { text: clean(members.join(', ')) }),
      },
      {
        id: 'comment',
        title: 'comment',
        width: 14,
        flex: { share: 2, most: 60 },
        priority: 2,
        cell: ({ comment }) => ({ text: clean(comment ?? ''), token: 'muted' }),
      },
    ],
    filterFields: ({ groupid, users: members, comment }) =>
      textFields([groupid, comment, ...members], { name: [groupid] }),
    empty: 'no groups that this login may see',
    heading: ({ groupid }) => groupid,
    kind: () => 'group',
    lines: groupLines,
  })(app);
