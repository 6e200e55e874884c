import { describe, expect, it } from 'vitest';
import { LogBuffer, type LogEntry } from '../../../src/ui/logBuffer.ts';
import { LogPane } from '../../../src/ui/logPane.ts';
import { cleanLine } from '../../../src/ui/logText.ts';

const entry = (text: string, at?: number): LogEntry => ({ text, level: 'info', ...(at === undefined ? {} : { at }) });
const textsOf = (buffer: LogBuffer): string[] => [...buffer.shown()].map(({ text }) => text);
const batchOf = (from: number, count: number): LogEntry[] =>
  Array.from({ length: count }, (_, at) => entry(`line ${String(from + at)}`, from + at));

describe('a log of a million lines', () => {
  const limits = { lines: 10_000, bytes: 2 ** 20 };

  it('keeps its end in constant memory and counts what went', () => {
    const buffer = new LogBuffer(limits);
    for (let from = 0; from < 1_000_000; from += 5000) {
      buffer.append(batchOf(from, 5000));
      expect(buffer.lines).toBeLessThanOrEqual(limits.lines);
      expect(buffer.bytes).toBeLessThanOrEqual(limits.bytes);
    }
    expect(buffer.lines).toBe(10_000);
    expect(buffer.dropped).toBe(990_000);
    expect(buffer.at(buffer.end - 1)?.text).toBe('line 999999');
    expect(buffer.at(buffer.first)?.text).toBe('line 990000');
    expect(buffer.at(989_999)).toBeUndefined();
    expect(buffer.bytes).toBe(textsOf(buffer).reduce((sum, text) => sum + text.length * 2, 0));
  });

  it('drops by bytes when lines are long', () => {
    const buffer = new LogBuffer(limits);
    for (let at = 0; at < 1000; at += 1) buffer.append([entry('x'.repeat(5000))]);
    expect(buffer.bytes).toBeLessThanOrEqual(limits.bytes);
    expect(buffer.lines).toBe(Math.floor(limits.bytes / 10_000));
    expect(buffer.lines + buffer.dropped).toBe(1000);
  });

  it('looks at each new line once while it is filtered', () => {
    const buffer = new LogBuffer(limits);
    let looked = 0;
    buffer.append(batchOf(0, 10_000));
    buffer.show(({ text }) => {
      looked += 1;
      return text.endsWith('7');
    });
    expect(looked).toBe(10_000);
    for (let from = 10_000; from < 1_000_000; from += 5000) buffer.append(batchOf(from, 5000));
    expect(looked).toBe(1_000_000);
    expect(buffer.end - buffer.first).toBe(1000);
    expect(buffer.at(buffer.first)?.text).toBe('line 990007');
    expect(buffer.at(buffer.end - 1)?.text).toBe('line 999997');
    buffer.show(undefined);
    expect(buffer.end - buffer.first).toBe(10_000);
  });

  it('composes only the lines that are seen, however long it is', () => {
    const buffer = new LogBuffer(limits);
    const pane = new LogPane(buffer, () => undefined);
    for (let from = 0; from < 1_000_000; from += 5000) pane.append(batchOf(from, 5000));
    pane.height = 40;
    pane.toggleWrap();
    let asked = 0;
    const at = buffer.at.bind(buffer);
    buffer.at = (number) => {
      asked += 1;
      return at(number);
    };
    expect(pane.rows().at(-1)?.text).toBe('line 999999');
    expect(asked).toBeLessThan(1000);
  });

  it('keeps nothing of an endless line but its beginning', () => {
    const line = cleanLine(`${'é'.repeat(40_000)}`);
    expect(line.length).toBe(16_385);
    expect(line.endsWith('…')).toBe(true);
    expect(cleanLine(`a\u001B[31m${'b'.repeat(2000)}\u0007`)).toBe(`a${'b'.repeat(2000)}·`);
  });
});

describe('lines of several sources', () => {
  it('stand in the order of their times, those of the same second in the order they came', () => {
    const buffer = new LogBuffer();
    buffer.merge([entry('a1', 1), entry('a5', 5), entry('a9', 9)]);
    buffer.merge([entry('b9', 9), entry('b2', 2)]);
    buffer.merge([entry('c5', 5)]);
    expect(textsOf(buffer)).toEqual(['a1', 'b2', 'a5', 'c5', 'a9', 'b9']);
  });

  it('stay in order and bounded under a filter, whatever comes late', () => {
    const buffer = new LogBuffer({ lines: 100, bytes: 2 ** 20 });
    buffer.show(({ text }) => text.startsWith('b'));
    for (let round = 0; round < 200; round += 1) {
      buffer.merge([entry(`a${String(round)}`, round * 10)]);
      buffer.merge([entry(`b${String(round)}`, round * 10 - 25)]);
    }
    const shown = textsOf(buffer);
    expect(shown.at(-1)).toBe('b199');
    expect(shown).toEqual(shown.toSorted((x, y) => Number(x.slice(1)) - Number(y.slice(1))));
    buffer.show(undefined);
    const times = [...buffer.shown()].map(({ at }) => at ?? 0);
    expect(times).toHaveLength(100);
    expect(times).toEqual(times.toSorted((x, y) => x - y));
  });
});

describe('looking at a log', () => {
  const open = (count: number, height = 10): LogPane => {
    const pane = new LogPane(new LogBuffer({ lines: 1000, bytes: 2 ** 20 }), () => undefined);
    pane.append(batchOf(0, count));
    pane.height = height;
    pane.width = 20;
    return pane;
  };
  const seen = (pane: LogPane): string[] => pane.rows().map(({ text }) => text);

  it('follows the end until one moves up, and again from the last line on', () => {
    const pane = open(50);
    expect(seen(pane).at(-1)).toBe('line 49');
    pane.move(-1);
    pane.append(batchOf(50, 5));
    expect(pane.follow).toBe(false);
    expect(pane.current()?.text).toBe('line 48');
    expect(seen(pane).at(-1)).toBe('line 49');
    pane.moveTo(pane.buffer.end - 1);
    pane.append(batchOf(55, 5));
    expect(seen(pane).at(-1)).toBe('line 59');
  });

  it('stays on its line while older ones are dropped, and at the first when it is dropped itself', () => {
    const pane = open(1000);
    pane.moveTo(500);
    pane.append(batchOf(1000, 400));
    expect(pane.current()?.text).toBe('line 500');
    pane.append(batchOf(1400, 400));
    expect(pane.current()?.text).toBe('line 800');
    expect(pane.buffer.dropped).toBe(800);
  });

  it('stays on its line while lines come in above it', () => {
    const pane = open(0);
    pane.merge([entry('a', 10), entry('b', 20), entry('c', 30)]);
    pane.moveTo(1);
    pane.merge([entry('x', 5), entry('y', 15), entry('z', 25)]);
    expect(pane.current()?.text).toBe('b');
  });

  it('finds in both directions, round the end, and only what is shown', () => {
    const pane = open(50);
    pane.setFind('LINE 3');
    expect(pane.current()?.text).toBe('line 3');
    expect(pane.findNext(1)).toBe(true);
    expect(pane.current()?.text).toBe('line 30');
    expect(pane.findNext(-1) && pane.findNext(-1)).toBe(true);
    expect(pane.current()?.text).toBe('line 39');
    pane.show(({ text }) => !text.includes('39'));
    expect(pane.findNext(-1)).toBe(true);
    pane.setFind('zebra');
    expect(pane.findNext(1)).toBe(false);
  });

  it('keeps the current line in sight when a filter comes and goes', () => {
    const pane = open(500);
    pane.moveTo(200);
    pane.show(({ text }) => text.endsWith('0'));
    expect(pane.current()?.text).toBe('line 200');
    expect(seen(pane)).toContain('line 200');
    pane.show(undefined);
    expect(pane.current()?.text).toBe('line 200');
    expect(seen(pane)).toContain('line 200');
  });

  it('wraps without leaving a gap, and goes through a line that is taller than the screen', () => {
    const pane = open(0, 4);
    pane.append([entry('first'), entry(Array.from('abcdefgh', (letter) => letter.repeat(20)).join('')), entry('last')]);
    pane.toggleWrap();
    expect(seen(pane)).toEqual(['f', 'g', 'h'].map((letter) => letter.repeat(20)).concat('last'));
    pane.moveTo(0);
    expect(seen(pane)).toEqual(['first', ...['a', 'b', 'c'].map((letter) => letter.repeat(20))]);
    pane.move(1);
    expect(seen(pane)[0]).toBe('a'.repeat(20));
    pane.move(1);
    expect(seen(pane)[0]).toBe('b'.repeat(20));
    for (let key = 0; key < 3; key += 1) pane.move(1);
    expect(seen(pane).at(-1)).toBe('h'.repeat(20));
    pane.move(1);
    expect(seen(pane).at(-1)).toBe('last');
    expect(pane.follow).toBe(true);
  });
});
