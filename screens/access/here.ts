import { clean, wrapWords } from '../../components/text.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { accessLooking, sectionOf, textFields } from './section.ts';

/** What Proxdeck lets a person do here by `access.yaml`, whatever the login may do in the cluster. */

type Mine = ResultOf<'access.role'>;
type Row = Mine['operations'][number] & { readonly mine: Mine };

/** Rows of answers that were already put in order: what is not allowed comes first. */
const ordered = new WeakMap<Mine, readonly Row[]>();

const rowsOf = (mine: Mine): readonly Row[] => {
  const known = ordered.get(mine);
  if (known !== undefined) return known;
  const rows = mine.operations
    .map((one) => ({ ...one, mine }))
    .toSorted((a, b) => Number(a.may) - Number(b.may) || a.operation.localeCompare(b.operation));
  ordered.set(mine, rows);
  return rows;
};

const rows = (app: AppModel): Answer<readonly Row[]> => {
  const { value, ...answer } = app.look('access.role', {}, accessLooking);
  return value === undefined ? answer : { ...answer, value: rowsOf(value) };
};

/** Whose rules count, for the line above all sections; undefined where nobody is limited, or nothing is known yet. */
export const roleText = (app: AppModel): string | undefined => {
  const mine = app.look('access.role', {}, accessLooking).value;
  return mine?.limited === true ? `role ${mine.role ?? 'none'}` : undefined;
};

const lines = ({ may, summary, why, mine }: Row, { look, width }: Drawing & Area): readonly (string | Line)[] => {
  const paragraph = (text: string): readonly string[] => wrapWords(clean(text), width);
  const headed = (title: string, texts: readonly string[]): readonly string[] =>
    texts.length === 0
      ? []
      : [
          '',
          look.paint('muted', title),
          ...texts.flatMap((text) => wrapWords(clean(text), width - 2).map((line) => `  ${line}`)),
        ];
  const verdict = may ? 'Proxdeck lets you do this here' : 'Proxdeck does not let you do this here';
  const glyph = look.glyphs[may ? 'running' : 'failed'];
  return [
    ...wrapWords(`${glyph} ${verdict}`, width).map((line) => look.paint(may ? 'ok' : 'error', line)),
    '',
    ...paragraph(`${summary}.`),
    ...(may || why === '' ? [] : ['', ...paragraph(why)]),
    ...(mine.limited
      ? [
          ...headed('role', [mine.role ?? 'none: who is not named may look only']),
          ...headed('pools', mine.pools ?? []),
          ...headed('at most', mine.bounds),
          ...headed('written in', [mine.place]),
        ]
      : headed('nobody is limited here: there is no', [mine.place])),
    '',
    ...wrapWords('What the login may do in the cluster stands under rights; both must allow it.', width).map((line) =>
      look.paint('muted', line),
    ),
  ];
};

export const here = sectionOf<Row>({
  id: 'here',
  title: 'Proxdeck',
  rows,
  idOf: ({ operation }) => operation,
  columns: [
    {
      id: 'may',
      title: 'may',
      width: 5,
      priority: 0,
      cell: ({ may }, look) => ({
        text: `${look.glyphs[may ? 'running' : 'failed']} ${may ? 'yes' : 'no'}`,
        token: may ? 'ok' : 'error',
      }),
      sortKey: ({ may }) => Number(may),
    },
    {
      id: 'operation',
      title: 'operation',
      width: 22,
      priority: 0,
      cell: ({ operation }) => ({ text: operation }),
      sortKey: ({ operation }) => operation,
    },
    {
      id: 'why',
      title: 'where, or what it is',
      width: 30,
      flex: { share: 1, most: 80 },
      priority: 1,
      cell: ({ may, summary, why }) => ({
        text: clean(may && why !== '' ? `${summary}, ${why}` : summary),
        token: 'muted',
      }),
    },
  ],
  filterFields: ({ operation, summary, may }) =>
    textFields([operation, summary, may ? 'yes' : 'no'], { status: [may ? 'yes' : 'no'], name: [operation] }),
  isFault: ({ may }) => !may,
  empty: 'nothing can be changed here',
  heading: ({ operation }) => operation,
  kind: ({ mine }) => (mine.limited ? `role ${clean(mine.role ?? 'none')}` : 'not limited'),
  lines,
});
