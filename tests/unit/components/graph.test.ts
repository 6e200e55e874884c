import { describe, expect, it } from 'vitest';
import { graphLines, highest, roundTop, spread, timeAxis } from '../../../components/graph.ts';
import { createLook } from '../../../components/look.ts';
import { cutStyled, fitStyled, styledWidth, withoutColours } from '../../../components/styled.ts';
import { percent } from '../../../components/units.ts';

const plain = createLook({ colour: false, unicode: true });
const coloured = createLook({ colour: true, unicode: true });

const points = (step: number, values: readonly (number | undefined)[]) =>
  values.map((value, at) => ({ time: (at + 1) * step, value }));

describe('spreading points over columns', () => {
  it('takes the mean of several points in a column', () => {
    expect(spread(points(10, [1, 3, 5, 7]), { from: 0, to: 40 }, 2)).toEqual([2, 6]);
  });

  it('lets a point stand for all columns since the one before', () => {
    expect(spread(points(20, [1, 3]), { from: 0, to: 40 }, 4)).toEqual([1, 1, 3, 3]);
  });

  it('leaves a gap where nothing is known, and before the history begins', () => {
    const values = spread(points(10, [undefined, 2, undefined, 4]), { from: -20, to: 40 }, 6);
    expect(values).toEqual([Number.NaN, Number.NaN, Number.NaN, 2, Number.NaN, 4]);
  });

  it('takes steps that differ within one answer', () => {
    const mixed = [
      { time: 20, value: 1 },
      { time: 40, value: 1 },
      { time: 50, value: 5 },
      { time: 60, value: 7 },
    ];
    expect(spread(mixed, { from: 0, to: 60 }, 6)).toEqual([1, 1, 1, 1, 5, 7]);
  });
});

describe('a scale', () => {
  it.each([
    [0, 1],
    [0.3, 0.5],
    [7, 10],
    [1100, 2 * 1024],
    [600 * 1024, 2 ** 20],
    [3 * 2 ** 20, 5 * 2 ** 20],
  ])('ends above %d at something round', (value, top) => {
    expect(roundTop(value)).toBe(top);
  });

  it('knows the highest value past gaps', () => {
    expect(highest([Number.NaN, 3, 1])).toBe(3);
    expect(highest([])).toBe(0);
  });
});

describe('a graph', () => {
  const graph = {
    title: 'cpu',
    token: 'accent',
    values: [0, 0.25, 0.5, 1, Number.NaN],
    top: 1,
    unit: percent,
  } as const;

  it('draws heights of an eighth of a line, and a gap as nothing', () => {
    const lines = graphLines(plain, graph, { width: 14, height: 2 });
    expect(withoutColours(lines[0] ?? '')).toMatch(/^cpu {2}100%/);
    expect(lines.slice(1)).toEqual(['    100%    █ ', '      0% ▁▄██ ']);
  });

  it('tells the value under the cursor, and shows the cursor through the graph', () => {
    const lines = graphLines(plain, { ...graph, cursor: 1 }, { width: 40, height: 2 });
    expect(lines[0]).toMatch(/^cpu {2}25%/);
    expect(lines[1]?.slice(9, 13)).toBe(' │ █');
    expect(graphLines(plain, { ...graph, cursor: 4 }, { width: 40, height: 2 })[0]).toMatch(/^cpu {2}–/);
  });

  it('is as wide as it says with colours, and in ASCII', () => {
    for (const look of [coloured, createLook({ colour: false, unicode: false })])
      for (const line of graphLines(look, graph, { width: 14, height: 3 }).slice(1)) expect(styledWidth(line)).toBe(14);
  });

  it('has an axis with beginning, middle and end, as far as there is room', () => {
    const time = (at: number): string => `t${String(at)}`;
    expect(timeAxis(plain, { from: 0, to: 10 }, 20, time)).toBe(`${' '.repeat(9)}t0       t5      t10`);
    expect(timeAxis(plain, { from: 0, to: 10 }, 8, time)).toBe(`${' '.repeat(9)}t0   t10`);
    expect(timeAxis(plain, { from: 0, to: 10 }, 8, time, 3)).toBe(`${' '.repeat(9)}t0 ▴ t10`);
  });
});

describe('cutting coloured text', () => {
  const text = `${coloured.paint('error', 'abcdef')} ${coloured.paint('ok', 'ghi')}`;

  it('keeps the colours of what is left and closes them', () => {
    expect(withoutColours(cutStyled(text, 4))).toBe('abc…');
    expect(cutStyled(text, 4)).toContain('\u001B[31m');
    expect(withoutColours(cutStyled(text, 9))).toBe('abcdef g…');
    expect(cutStyled(text, 10)).toBe(text);
    for (let columns = 0; columns < 12; columns += 1) {
      expect(styledWidth(cutStyled(text, columns))).toBeLessThanOrEqual(columns);
      expect(styledWidth(fitStyled(text, columns))).toBe(columns);
      const opened = cutStyled(text, columns).match(/\u001B\[3[0-8]m/g)?.length ?? 0;
      expect(cutStyled(text, columns).match(/\u001B\[39m/g)?.length ?? 0).toBe(opened);
    }
  });
});
