import { describe, expect, it } from 'vitest';
import { cardLines } from '../../../components/card.ts';
import { createLook } from '../../../components/look.ts';
import { bar, sparkline } from '../../../components/meters.ts';
import { segmentLine } from '../../../components/segments.ts';
import { headingText, planColumns, rowText, type TableColumn } from '../../../components/table.ts';
import { clean, fit, truncate, widthOf, wrapHard } from '../../../components/text.ts';
import { bytes, duration, percent, shortDuration } from '../../../components/units.ts';
import { Random } from '../../support/random.ts';

const look = createLook({ colour: false, unicode: true });
const samples = [
  '',
  'a',
  'plain text',
  '漢字かな',
  'é́ combining',
  '👩‍👩‍👧‍👦 family',
  '🇩🇪 flag',
  'tab\tx',
  '\u001B[31mred\u001B[0m',
  'x'.repeat(5000),
  '❤️',
  'mixed 漢 and 👍🏽 text',
];

describe('text', () => {
  it('fits every text into exactly the columns asked for', () => {
    for (const sample of samples.map(clean)) {
      for (let columns = 0; columns < 30; columns += 1) {
        expect(widthOf(fit(sample, columns)), `${sample} in ${String(columns)}`).toBe(columns);
        expect(widthOf(truncate(sample, columns))).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('leaves no control character, escape sequence or direction mark', () => {
    const random = new Random(3);
    for (let step = 0; step < 3000; step += 1) {
      let text = '';
      for (let at = 0; at < 12; at += 1)
        text += String.fromCodePoint(
          random.between(0, 1) === 0 ? random.between(0, 0x1_f6) : random.between(0x2000, 0x2fff),
        );
      const shown = clean(`\u001B]0;title\u0007\u001B[2J${text}\u009B5m\u202E`);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it('wraps without losing a character', () => {
    for (const sample of samples.map(clean)) {
      const lines = wrapHard(sample, 7);
      expect(lines.join('')).toBe(sample);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(7);
    }
  });
});

describe('units', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 kB'],
    [10 * 1024, '10 kB'],
    [1.1 * 2 ** 40, '1.1 TB'],
    [2 ** 30 - 1, '1.0 GB'],
    [Number.NaN, '–'],
    [-5, '–'],
  ])('%s bytes → %s', (count, text) => expect(bytes(count)).toBe(text));
  it.each([
    [0, '0s', '0s'],
    [59, '59s', '59s'],
    [72, '1m', '1m 12s'],
    [3 * 3600 + 60, '3h', '3h 1m'],
    [12 * 86_400 + 4 * 3600, '12d', '12d 4h'],
    [-4, '0s', '0s'],
  ])('%s seconds → %s, %s', (seconds, short, long) => {
    expect(shortDuration(seconds)).toBe(short);
    expect(duration(seconds)).toBe(long);
  });
  it('says nothing of a share that is not known or not a number', () => {
    expect([percent(0.374), percent(undefined), percent(Number.NaN), percent(-0.0004)]).toEqual([
      '37%',
      '–',
      '–',
      '0%',
    ]);
  });
});

describe('meters', () => {
  it('are as wide as asked, whatever the value', () => {
    for (const value of [-1, 0, 0.001, 0.5, 1, 3, Number.NaN]) expect(widthOf(bar(look, value, 10))).toBe(10);
    expect(bar(look, 0.001, 10)).toBe('▓░░░░░░░░░');
    expect(sparkline(look, [0, 0.5, Number.NaN, 1], 6)).toBe('  ▁▅ █');
    expect(sparkline(look, [], 4)).toBe('    ');
  });
});

interface Row {
  readonly name: string;
  readonly size: number;
}
const columns: readonly TableColumn<Row>[] = [
  {
    id: 'name',
    title: 'name',
    width: 6,
    flex: { share: 1, most: 20 },
    priority: 0,
    cell: ({ name }) => ({ text: name }),
  },
  {
    id: 'size',
    title: 'size',
    width: 5,
    align: 'right',
    priority: 1,
    cell: ({ size }) => ({ text: String(size), token: 'ok' }),
  },
  { id: 'more', title: 'more', width: 10, priority: 2, cell: () => ({ text: 'more' }) },
];

describe('table', () => {
  it('drops the least important columns first and gives the rest away', () => {
    expect(planColumns(columns, 12).map(({ column }) => column.id)).toEqual(['name']);
    expect(planColumns(columns, 18).map(({ column }) => column.id)).toEqual(['name', 'size']);
    expect(planColumns(columns, 60).map(({ column, width }) => [column.id, width])).toEqual([
      ['name', 20],
      ['size', 5],
      ['more', 10],
    ]);
  });
  it('draws a selected row in the whole width, a marked one with its mark, numbers to the right', () => {
    const plan = planColumns(columns, 30);
    const row = { name: 'web', size: 12 };
    expect(rowText(row, plan, look, { selected: false, marked: true, width: 30 })).toMatch(/^ ✓ web +12 +more/);
    expect(
      widthOf(
        rowText(row, plan, createLook({ colour: false, unicode: false }), {
          selected: true,
          marked: false,
          width: 30,
        }).replaceAll(/\u001B\[\d+m/g, ''),
      ),
    ).toBe(30);
    expect(headingText(plan, look, { column: 'size', descending: true })).toContain('size▾');
  });
});

describe('segmentLine', () => {
  it('gives up parts in their order until the line fits, never its width', () => {
    const left = [{ text: 'always' }, { text: 'first to go', drop: 9 }];
    const right = [{ text: 'second', drop: 5 }, { text: 'stays' }];
    expect(segmentLine(look, left, right, 60)).toMatch(/^always {2}first to go +second {2}stays$/);
    expect(segmentLine(look, left, right, 24)).toBe('always     second  stays');
    expect(segmentLine(look, left, right, 14)).toBe('always   stays');
    for (let width = 1; width < 70; width += 1)
      expect(widthOf(segmentLine(look, left, right, width))).toBeLessThanOrEqual(width);
  });
});

describe('cardLines', () => {
  it('frames its contents, cut to the terminal', () => {
    const lines = cardLines(look, 'Title', [{ text: 'short' }, { text: 'x'.repeat(100) }], 40);
    for (const line of lines) expect(widthOf(line)).toBe(40);
    expect(lines[0]).toContain(' Title ');
  });
});
