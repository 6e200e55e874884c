import { describe, expect, it } from 'vitest';
import { GraphModel } from '../../../src/ui/graph.ts';
import { TextModel } from '../../../src/ui/textView.ts';
import { addressIn } from '../../../src/ui/addressIn.ts';

const nothing = (): void => undefined;
const hundred = Array.from({ length: 100 }, (_, at) => `line ${String(at)}${at === 70 ? ' needle' : ''}`);

describe('looking at a text', () => {
  it('shows no more than fits and stays in bounds', () => {
    const model = new TextModel(nothing);
    expect(model.draw(hundred, 40, 10).map(({ text }) => text)).toEqual(hundred.slice(0, 10));
    model.scroll(-5);
    expect(model.top).toBe(0);
    model.scrollTo(Number.MAX_SAFE_INTEGER);
    expect(model.draw(hundred, 40, 10).at(-1)?.text).toBe('line 99');
    // It became shorter meanwhile.
    expect(model.draw(hundred.slice(0, 3), 40, 10)).toHaveLength(3);
  });

  it('wraps what is too wide, or cuts it', () => {
    const model = new TextModel(nothing);
    expect(model.draw(['abcdef', 'g'], 4, 10).map(({ text }) => text)).toEqual(['abcd', 'ef', 'g']);
    model.toggleWrap();
    expect(model.draw(['abcdef', 'g'], 4, 10).map(({ text }) => text)).toEqual(['abc…', 'g']);
    expect(model.text).toBe('abcdef\ng');
  });

  it('finds while one types, then the next one, and round the end', () => {
    const model = new TextModel(nothing);
    model.draw(hundred, 40, 10);
    model.setFind('NEEDLE');
    expect(model.found).toBe(70);
    expect(model.draw(hundred, 40, 10).some(({ line }) => line === 70)).toBe(true);
    expect(model.findNext(1)).toBe(true);
    expect(model.found).toBe(70);
    model.setFind('line 9');
    expect(model.found).toBe(90);
    model.findNext(-1);
    expect(model.found).toBe(9);
    model.setFind('zebra');
    expect(model.findNext(1)).toBe(false);
    expect(model.found).toBeUndefined();
  });
});

describe('looking at graphs', () => {
  it('points back in time and ends behind the newest moment', () => {
    const graph = new GraphModel(nothing);
    graph.columns = 10;
    graph.point(1);
    expect(graph.cursor).toBeUndefined();
    graph.point(-1);
    expect(graph.cursor).toBe(9);
    for (let step = 0; step < 50; step += 1) graph.point(-1);
    expect(graph.cursor).toBe(0);
    graph.lengthen(1);
    expect([graph.frame, graph.cursor]).toEqual(['day', undefined]);
  });

  it('has a longest and a shortest span', () => {
    const graph = new GraphModel(nothing);
    graph.lengthen(-1);
    expect(graph.frame).toBe('hour');
    for (let step = 0; step < 9; step += 1) graph.lengthen(1);
    expect(graph.frame).toBe('year');
  });
});

describe('an address in a filter', () => {
  it.each([
    ['10.10.0.1', '10.10.0.1'],
    ['ip:10.', '10.'],
    ['ip:10.10.0.1 node:pve1', '10.10.0.1'],
    ['web 192.168.1', '192.168.1'],
    ['fe80::1', 'fe80::1'],
    ['ip:2001:db8::5', '2001:db8::5'],
  ])('%s looks for %s', (filter, address) => {
    expect(addressIn(filter)).toBe(address);
  });

  it.each(['web', 'tag:prod', '104', '9.2', 'node:pve1', '10:30', 'ip:', ''])('%s looks for none', (filter) => {
    expect(addressIn(filter)).toBeUndefined();
  });
});
