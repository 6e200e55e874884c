import { clean, wrapWords } from '../../components/text.ts';
import { privilegesAt, type Permissions } from '../../src/operations/privileges.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { privilegeLines, privilegeSummary } from './rules.ts';
import { accessLooking, sectionOf, textFields } from './section.ts';

/** What this login holds, by path: a tree of the paths where it changes. */
interface PathRow {
  readonly path: string;
  /** How many of the paths that are shown it lies below. */
  readonly depth: number;
  /** What of it is below the nearest of those. */
  readonly step: string;
  /** Held here and on everything below that says nothing else. */
  readonly down: readonly string[];
  /** Held on the path itself alone. */
  readonly here: readonly string[];
}

/** Whether a path says no more than what reaches it from above: then the tree is read more easily without it. */
const repeats = (permissions: Permissions, path: string): boolean => {
  if (path === '/') return false;
  const held = permissions[path] ?? {};
  const names = Object.keys(held);
  const parent = path.slice(0, path.lastIndexOf('/'));
  const above = privilegesAt(permissions, `${parent}/?`);
  return names.length === above.size && names.every((name) => above.has(name) && held[name] === 1);
};

const rowsOf = (permissions: Permissions): readonly PathRow[] => {
  const paths = Object.keys(permissions).filter((path) => !repeats(permissions, path));
  return paths
    .map((path): PathRow => {
      const above = paths.filter((other) => other !== path && path.startsWith(other === '/' ? '/' : `${other}/`));
      const nearest = above.reduce((longest, other) => (other.length > longest.length ? other : longest), '');
      const held = permissions[path] ?? {};
      return {
        path,
        depth: above.length,
        step: nearest === '' || nearest === '/' ? path : path.slice(nearest.length),
        down: Object.keys(held).filter((privilege) => held[privilege] === 1),
        here: Object.keys(held).filter((privilege) => held[privilege] !== 1),
      };
    })
    .toSorted((a, b) => (sortable(a.path) < sortable(b.path) ? -1 : 1));
};

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

/** The path below the one it stands under, with the name of a guest beside its number. */
const stepText = ({ path, depth, step }: PathRow, app: AppModel): string => {
  const [, vmid] = /^\/vms\/(\d+)$/.exec(path) ?? [];
  const name = vmid === undefined ? undefined : app.cluster.guestName(vmid);
  return `${'  '.repeat(depth)}${step}${name === undefined ? '' : ` ${name}`}`;
};

const lines = ({ path, down, here }: PathRow, { look, width }: Drawing & Area): readonly string[] => [
  ...(down.length === 0
    ? []
    : [look.paint('muted', `holds on ${clean(path)} and below`), ...privilegeLines(down, look, width), '']),
  ...(here.length === 0
    ? []
    : [look.paint('muted', `holds on ${clean(path)} itself, not below`), ...privilegeLines(here, look, width), '']),
  ...wrapWords('What is not listed holds what the path above it hands down.', width).map((line) =>
    look.paint('muted', line),
  ),
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
