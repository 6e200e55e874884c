import { describe, expect, it } from 'vitest';
import { parseDotenv, type DotenvReading } from '../../../../src/stacks/compose/dotenv.ts';

const around: Readonly<Record<string, string>> = { HOME_OF: '/home/ada', SET: 'set' };
const read = (text: string, more: Partial<DotenvReading> = {}): Record<string, string> =>
  Object.fromEntries(
    parseDotenv(new TextEncoder().encode(text), { name: '.env', lookup: (name) => around[name], ...more }),
  );

describe('a file of variables', () => {
  it('has names, values, comments, `export`, and colons for equals', () => {
    expect(read('# one\n\nA=1\nB = 2 \nC: 3\nexport D=4\nE=a#b\nF=a # b\nG=\nH=x=y\n')).toEqual({
      A: '1',
      B: '2',
      C: '3',
      D: '4',
      E: 'a#b',
      F: 'a',
      G: '',
      H: 'x=y',
    });
  });

  it('has quotes: double ones with escapes and variables, single ones as they stand, both over several lines', () => {
    expect(read(`A="a\\nb\\t\\"q\\" \\0101 \\q"\nB='a\\nb $SET'\nC="one\ntwo" # c\nD="\\$SET $$SET $SET"\n`)).toEqual({
      A: 'a\nb\t"q" A \\q',
      B: 'a\\nb $SET',
      C: 'one\ntwo',
      D: '$SET $SET set',
    });
  });

  it('knows the variables before each one, and what is set around counts before them', () => {
    expect(read('A=1\nB=$A-${A:-x}\nSET=own\nC=$SET\nD=${NOPE:-d}\n')).toEqual({
      A: '1',
      B: '1-1',
      SET: 'own',
      C: 'set',
      D: 'd',
    });
  });

  it('takes a name alone from around, and leaves it out when it is not set there', () => {
    expect(read('SET\nNOPE\nA=1\n')).toEqual({ SET: 'set', A: '1' });
  });

  it('is laid over those before it', () => {
    expect(
      read('B=2\nC=$A\n', {
        before: new Map([
          ['A', '1'],
          ['B', '1'],
        ]),
      }),
    ).toEqual({ A: '1', B: '2', C: '1' });
  });

  it('takes lines of the format raw as they stand', () => {
    expect(read('# c\nA="q" # x\nB=$SET\nSET\nNOPE\n', { format: 'raw' })).toEqual({
      A: '"q" # x',
      B: '$SET',
      SET: 'set',
    });
  });

  it.each([
    ['A B=1\n', '.env:1:1: a name has no blank in it: `A B`.'],
    ['A=1\nB$=2\n', '.env:2:2: `$` cannot stand in the name of a variable.'],
    ['A=1\nB="x\n', '.env:2:3: the quote that begins here is never closed.'],
    ['A=${1}\n', '.env:1:3: `${1}` is no variable as Compose writes them.'],
    ['A=1\nB=${NOPE:?set it}\n', '.env:2:3: the variable NOPE is needed and not set: set it'],
  ])('is refused with its place: %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('is refused in a format that there is not', () => {
    expect(() => read('A=1\n', { format: 'toml' })).toThrow('`toml` is no format of a file of variables.');
  });
});
