import { clean, wrapWords } from '../../components/text.ts';
import type { Permissions } from '../../src/operations/privileges.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { privilegeLines, privilegeSummary } from './rules.ts';
import { accessLooking, sectionOf, textFields } from './section.ts';

/** What this login holds, by path: a tree in which a deeper path replaces what came from above. */
interface PathRow {
  readonly path: string;
  /** Steps below the root. */
  readonly depth: number;
  /** Held here and on everything below that says nothing else. */
  readonly down: readonly string[];
  /** Held on the path itself alone. */
  readonly here: readonly string[];
}

const rowsOf = (permissions: Permissions): readonly PathRow[] =>
  Object.entries(permissions)
    .map(([path, held]) => ({
      path,
      depth: path === '/' ? 0 : path.split('/').length - 1,
      down: Object.keys(held).filter((privilege) => held[privilege] === 1),
      here: Object.keys(held).filter((privilege) => held[privilege] !== 1),
    }))
    .toSorted((a, b) => (sortable(a.path) < sortable(b.path) ? -1 : 1));

/** Text that sorts paths as a tree with numbers in their order. */
const sortable = (path: string): string => path.replaceAll(/\d+/g, (digits) => digits.padStart(10, '0'));

/** Rows of answers that were already made. */
const made = new WeakMap<Permissions, readonly PathRow[]>();

const rows = (app: AppModel): Answer<readonly PathRow[]> => {
  const { value, ...rest } = app.look('access.permissions', {}, accessLooking);
  if (value === undefined) return rest;
  const known = made.get(value) ?? rowsOf(value);
  made.set(value, known);
  return { ...rest, value: known };
};

/** The last step of a path under its parents, with the name of a guest beside its number. */
const stepText = ({ path, depth }: PathRow, app: AppModel): string => {
  const [, vmid] = /^\/vms\/(\d+)$/.exec(path) ?? [];
  const name = vmid === undefined ? undefined : app.guestName(vmid);
  const step = path === '/' ? '/' : path.slice(path.lastIndexOf('/'));
  return `${'  '.repeat(depth)}${step}${name === undefined ? '' : ` ${name}`}`;
};

const lines = ({ path, down, here }: PathRow, { look, width }: Drawing & Area): readonly string[] => [
  ...(down.length === 0
    ? []
    : [look.paint('muted', `holds on ${clean(path)} and below`), ...privilegeLines(down, look, width), '']),
  ...(here.length === 0
    ? []
    : [look.paint('muted', `holds on ${clean(path)} itself, not below`), ...privilegeLines(here, look, width), '']),
  ...wrapWords(
    'A deeper path that is listed replaces what comes from above; one that is not takes it over.',
    width,
  ).map((line) => look.paint('muted', line)),
];

export const paths = (app: AppModel) =>
  sectionOf<PathRow>({
    id: 'paths',
    title: 'paths',
    rows,
    idOf: ({ path }) => path,
    columns: [
      {
        id: 'path',
        title: 'path',
        width: 24,
        flex: { share: 1, most: 44 },
        priority: 0,
        cell: (row) => ({ text: clean(stepText(row, app)) }),
        sortKey: ({ path }) => sortable(path),
      },
      {
        id: 'count',
        title: 'held',
        width: 5,
        align: 'right',
        priority: 0,
        cell: ({ down, here }) => ({ text: String(down.length + here.length) }),
        sortKey: ({ down, here }) => down.length + here.length,
      },
      {
        id: 'below',
        title: 'below',
        width: 6,
        priority: 1,
        cell: ({ down, here }) =>
          here.length === 0
            ? { text: 'too', token: 'muted' }
            : { text: down.length === 0 ? 'no' : 'partly', token: 'warn' },
      },
      {
        id: 'about',
        title: 'privileges',
        width: 20,
        flex: { share: 2, most: 80 },
        priority: 2,
        cell: ({ down, here }) => ({ text: clean(privilegeSummary([...down, ...here])), token: 'muted' }),
      },
    ],
    filterFields: ({ path, down, here }) => textFields([path, ...down, ...here], { name: [path] }),
    empty: 'this login holds nothing anywhere: a separated token needs rules of its own',
    heading: ({ path }) => path,
    kind: () => 'path',
    lines,
  })(app);
