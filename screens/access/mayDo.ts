import { clean, wrapWords } from '../../components/text.ts';
import type { Reach } from '../../src/operations/abilities.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import type { Condition } from '../condition.ts';
import { accessLooking, sectionOf, textFields } from './section.ts';

/** What this login may do and what it may not, in words; what it may not comes first. */

const conditions: Readonly<Record<Reach['allowed'], Condition>> = {
  no: { glyph: 'failed', word: 'no', token: 'error' },
  some: { glyph: 'paused', word: 'partly', token: 'warn' },
  most: { glyph: 'paused', word: 'mostly', token: 'warn' },
  yes: { glyph: 'running', word: 'yes', token: 'ok' },
};
const order: readonly Reach['allowed'][] = ['no', 'some', 'most', 'yes'];

/** Rows of answers that were already put in order. */
const ordered = new WeakMap<readonly Reach[], readonly Reach[]>();

const rows = (app: AppModel): Answer<readonly Reach[]> => {
  const answer = app.look('access.may', {}, accessLooking);
  const { value } = answer;
  if (value === undefined) return answer;
  let sorted = ordered.get(value);
  if (sorted === undefined) {
    sorted = value.toSorted((a, b) => order.indexOf(a.allowed) - order.indexOf(b.allowed));
    ordered.set(value, sorted);
  }
  return { ...answer, value: sorted };
};

/** Privileges as a person reads them: `VM.Snapshot or VM.Snapshot.Rollback`. */
const privilegeText = ({ privilege }: Reach): string => privilege.split('|').join(' or ');

/** `/vms/104` by what it is. */
const placeName = (app: AppModel, path: string): string => {
  const [, vmid] = /^\/vms\/(\d+)$/.exec(path) ?? [];
  if (vmid !== undefined) return `${vmid} ${app.cluster.guestName(vmid) ?? ''}`.trim();
  return path.replace(/^\/(?:storage|nodes|pool)\//, '');
};

/** Where it may, or why it may not, in one line. */
const whereText = (reach: Reach): string => {
  const last = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  if (reach.allowed === 'no') return reach.privilege.split('|')[0] ?? '';
  if (reach.allowed === 'some') return `only ${reach.only.map(last).join(', ')}`;
  return reach.allowed === 'most' ? `not on ${reach.except.map(last).join(', ')}` : '';
};

const lines = (reach: Reach, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const { glyph, token } = conditions[reach.allowed];
  const can = reach.allowed === 'no' ? 'may not' : reach.allowed === 'some' ? 'may only here and there' : 'may';
  const paragraph = (text: string): readonly string[] => wrapWords(clean(text), width);
  const places = (title: string, paths: readonly string[]): readonly string[] =>
    paths.length === 0
      ? []
      : ['', look.paint('muted', title), ...paths.map((path) => `  ${clean(placeName(app, path))}`)];
  return [
    ...wrapWords(`${look.glyphs[glyph]} this login ${can} ${reach.what}`, width).map((line) => look.paint(token, line)),
    '',
    ...paragraph(
      `It takes ${privilegeText(reach)} on ${reach.path}${reach.path === '/' ? '' : ', or on what lies below it'}.`,
    ),
    ...places('only on', reach.only),
    ...places('not on', reach.except),
    ...(reach.allowed === 'yes' ? [] : grantLines(reach, drawing)),
  ];
};

/** Roles that would do, the smallest first, and the command that gives the smallest one. */
const grantLines = (reach: Reach, { app, look, width }: Drawing & Area): readonly (string | Line)[] => {
  const roles = app.look('access.roles', {}, accessLooking).value ?? [];
  const wanted = reach.privilege.split('|');
  const enough = roles
    .filter(({ privs }) => wanted.some((one) => privs.includes(one)))
    .toSorted((a, b) => a.privs.length - b.privs.length);
  const [smallest] = enough;
  const login = app.look('access.show', {}, accessLooking).value;
  if (smallest === undefined || login === undefined) return [];
  // A separated token has what both it and its user have: the role goes to both.
  const token = login.login === login.userid ? '' : ` --tokens '${login.login}'`;
  const command = `pveum acl modify ${reach.path} --roles ${smallest.roleid} --users ${login.userid}${token}`;
  return [
    '',
    look.paint('muted', 'roles that have it'),
    ...wrapWords(clean(enough.map(({ roleid }) => roleid).join(', ')), width - 2).map((line) => `  ${line}`),
    '',
    look.paint('muted', 'the command, on a node (Y copies it)'),
    ...wrapWords(clean(command), width - 2).map((line): Line => ({ text: `  ${line}`, copy: command })),
    ...(reach.path === '/'
      ? []
      : [
          '',
          ...wrapWords('A role given there replaces what the login has from above.', width).map((line) =>
            look.paint('muted', line),
          ),
        ]),
  ];
};

export const mayDo = sectionOf<Reach>({
  id: 'may',
  title: 'rights',
  rows,
  idOf: ({ area, what }) => `${area} ${what}`,
  columns: [
    {
      id: 'may',
      title: 'may',
      width: 8,
      priority: 0,
      cell: ({ allowed }, look) => {
        const { glyph, word, token } = conditions[allowed];
        return { text: `${look.glyphs[glyph]} ${word}`, token };
      },
      sortKey: ({ allowed }) => order.indexOf(allowed),
    },
    {
      id: 'what',
      title: 'what',
      width: 27,
      priority: 0,
      cell: ({ what }) => ({ text: what }),
      sortKey: ({ what }) => what,
    },
    {
      id: 'where',
      title: 'where, or what it takes',
      width: 26,
      flex: { share: 2, most: 60 },
      priority: 1,
      cell: (reach) => ({ text: clean(whereText(reach)), token: 'muted' }),
    },
    {
      id: 'path',
      title: 'on',
      width: 8,
      flex: { share: 1, most: 16 },
      priority: 2,
      cell: ({ path }) => ({ text: path, token: 'muted' }),
      sortKey: ({ path }) => path,
    },
    {
      id: 'area',
      title: 'about',
      width: 8,
      priority: 3,
      cell: ({ area }) => ({ text: area, token: 'muted' }),
      sortKey: ({ area }) => area,
    },
  ],
  filterFields: ({ what, area, privilege, allowed, path }) =>
    textFields([what, area, privilege, allowed, path], {
      type: [area],
      status: [allowed],
      name: [what],
    }),
  isFault: ({ allowed }) => allowed !== 'yes',
  empty: 'nothing is known of this login',
  heading: ({ what }) => what,
  kind: ({ area }) => area,
  lines,
});
