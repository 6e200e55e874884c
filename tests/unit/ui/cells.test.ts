import { describe, expect, it } from 'vitest';
import { parseCells } from '../../../src/ui/terminal/cells.ts';

const styles = (line: string): readonly string[] => parseCells(line).map(({ style }) => style);

describe('parseCells', () => {
  it('builds a style up from the sequences before it, and lets each part of it go', () => {
    const line = '\u001B[1;31ma\u001B[44mb\u001B[22mc\u001B[39md\u001B[38;2;1;2;3me\u001B[49;4mf\u001B[24mg\u001B[mh';
    expect(styles(line)).toEqual(['1;31', '1;31;44', '31;44', '44', '44;38;2;1;2;3', '38;2;1;2;3;4', '38;2;1;2;3', '']);
  });

  it('knows a style that two ways lead to as one', () => {
    expect(styles('\u001B[1;31ma\u001B[0;1;31mb\u001B[m\u001B[1m\u001B[31mc')).toEqual(['1;31', '1;31', '1;31']);
  });

  it('keeps colours apart, however many there are', () => {
    const colour = (at: number): string => `38;2;${String(at >> 8)};${String(at & 255)};7`;
    for (let at = 0; at < 6_000; at += 1)
      expect(styles(`\u001B[${colour(at)}m●\u001B[1mx\u001B[my`)).toEqual([colour(at), `${colour(at)};1`, '']);
  });

  it('leaves out sequences that are no colours, and nothing of the text between them', () => {
    expect(parseCells('a\u001B[2Kb\u001B[4:3mc\u001B]0;title\u0007d').map(({ text }) => text)).toEqual([...'abcd']);
    expect(styles('\u001B[999mx\u001B[mé́')).toEqual(['', '']);
  });
});
