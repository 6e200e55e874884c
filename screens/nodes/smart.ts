import type { TableColumn } from '../../components/table.ts';
import { clean, truncate, wrapWords } from '../../components/text.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { Condition } from '../condition.ts';
import { openDescription } from '../describeView.ts';
import { tableLines } from '../detailTable.ts';
import { diskState } from './diskState.ts';

type Smart = ResultOf<'node.smart'>;
type Attribute = NonNullable<Smart['attributes']>[number];

/** Counters that foretell a failure as soon as they are not zero, whatever the vendor's scale says; in words. */
const telling: Readonly<Record<number, string>> = {
  5: 'sectors replaced by spare ones',
  187: 'errors that could not be corrected',
  188: 'commands that timed out',
  196: 'attempts to replace a sector',
  197: 'sectors waiting to be replaced',
  198: 'sectors that cannot be read',
};

const idOf = ({ id }: Attribute): number => Number(id ?? Number.NaN);

/** The count at the beginning of a raw value; other raw values are several numbers in one. */
const countOf = ({ raw = '' }: Attribute): number => Number(/^\d+/.exec(raw.trim())?.[0] ?? 0);

/** How an attribute is: at its limit, foretelling, or well. */
const attributeState = (attribute: Attribute): Condition => {
  const { value, threshold, fail } = attribute;
  if (
    /now/i.test(fail ?? '') ||
    (value !== undefined && threshold !== undefined && threshold > 0 && value <= threshold)
  )
    return { glyph: 'failed', word: 'at its limit', token: 'error' };
  if (/past/i.test(fail ?? '')) return { glyph: 'warning', word: 'was at its limit', token: 'warn' };
  if (telling[idOf(attribute)] !== undefined && countOf(attribute) > 0)
    return { glyph: 'warning', word: 'counts', token: 'warn' };
  return { glyph: 'running', word: 'well', token: 'ok' };
};

const columns: readonly TableColumn<Attribute>[] = [
  {
    id: 'state',
    title: 'state',
    width: 14,
    priority: 0,
    cell: (attribute, look) => {
      const { glyph, word, token } = attributeState(attribute);
      return { text: `${look.glyphs[glyph]} ${word}`, token };
    },
  },
  {
    id: 'name',
    title: 'attribute',
    width: 22,
    flex: { share: 2, most: 32 },
    priority: 0,
    cell: ({ name }) => ({ text: clean(name.replaceAll('_', ' ')) }),
  },
  {
    id: 'raw',
    title: 'count',
    width: 12,
    flex: { share: 1, most: 22 },
    align: 'right',
    priority: 1,
    cell: ({ raw }) => ({ text: clean(raw ?? '–') }),
  },
  {
    id: 'value',
    title: 'value',
    width: 5,
    align: 'right',
    priority: 2,
    cell: ({ value }) => ({ text: String(value ?? '–') }),
  },
  {
    id: 'worst',
    title: 'worst',
    width: 5,
    align: 'right',
    priority: 4,
    cell: ({ worst }) => ({ text: String(worst ?? '–'), token: 'muted' }),
  },
  {
    id: 'limit',
    title: 'limit',
    width: 5,
    align: 'right',
    priority: 3,
    cell: ({ threshold }) => ({ text: String(threshold ?? '–'), token: 'muted' }),
  },
  {
    id: 'means',
    title: 'means',
    width: 20,
    flex: { share: 2, most: 40 },
    priority: 5,
    cell: (attribute) => ({ text: telling[idOf(attribute)] ?? '', token: 'muted' }),
  },
];

const order = { error: 0, warn: 1 } as const;
const rankOf = (attribute: Attribute): number => {
  const { token } = attributeState(attribute);
  return token === 'error' || token === 'warn' ? order[token] : 2;
};

/** What is to be done, in a sentence; nothing when all is well. */
const advice = (smart: Smart): string | undefined => {
  const { attributes = [] } = smart;
  const worst = Math.min(2, ...attributes.map(rankOf));
  if (diskState(smart).token === 'error' || worst === 0)
    return 'This disk is about to fail: copy what lies on it elsewhere, then replace it.';
  return worst === 1
    ? 'It still passes, but it counts errors: see whether they grow, and have a spare disk.'
    : undefined;
};

const smartLines = (smart: Smart, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { look, width } = drawing;
  const { glyph, word, token } = diskState(smart);
  const shown: (string | Line)[] = [look.paint(token, `${look.glyphs[glyph]} ${word}`)];
  const what = advice(smart);
  if (what !== undefined) shown.push(...wrapWords(what, width));
  const attributes = (smart.attributes ?? []).toSorted((a, b) => rankOf(a) - rankOf(b));
  if (attributes.length > 0) shown.push('', ...tableLines({ rows: attributes, columns }, drawing));
  if (smart.text !== undefined)
    shown.push(
      '',
      ...smart.text
        .trimEnd()
        .split('\n')
        .map((line) => truncate(clean(line), width)),
    );
  return shown;
};

/** Shows over the screen what a disk says of itself: `GET /nodes/{node}/disks/smart`. */
export const openSmart = (app: AppModel, node: string, disk: string): void =>
  openDescription(app, `smart ${node} ${disk}`, {
    heading: ({ look, width }) =>
      look.paint('heading', truncate(clean(disk), width - 12)) + look.paint('muted', `  of ${clean(node)}`),
    lines: (drawing) => {
      const answer = drawing.app.look('node.smart', { node, disk }, { dwellMs: 0 });
      return [
        ...answerLines(answer, drawing),
        ...(answer.value === undefined ? [] : smartLines(answer.value, drawing)),
      ];
    },
  });
