import { describe, expect, it } from 'vitest';
import { loadOperation } from '../../../src/operations/catalog.ts';
import { fieldsOf } from '../../../src/operations/fields.ts';
import { inputFrom, quoteWord, splitLine, usageOf } from '../../../src/operations/words.ts';

const inputOf = async (name: string, line: string): Promise<unknown> =>
  inputFrom(name, fieldsOf(await loadOperation(name)), splitLine(line).words);

describe('splitLine', () => {
  it.each([
    ['guest start 104', ['guest', 'start', '104'], 12],
    ['  guest  ', ['guest'], 9],
    ['name:"a b" c', ['name:a b', 'c'], 11],
    ["it's one", ['its one'], 0],
    [String.raw`a\ b "c\"d"`, ['a b', 'c"d'], 5],
    ['""', [''], 0],
    ['', [], 0],
  ] as const)('%j', (text, words, lastAt) => {
    expect(splitLine(text)).toMatchObject({ words, lastAt });
  });

  it('reads back what quoteWord wrote', () => {
    for (const word of ['plain', 'two words', `a"b'c\\d`, '', 'tab\there'])
      expect(splitLine(`x ${quoteWord(word)}`).words).toEqual(['x', word]);
  });
});

describe('inputFrom', () => {
  it('takes positional fields, flags with values and flags without', async () => {
    expect(await inputOf('guest.start', '104 web-01')).toEqual({ guests: ['104', 'web-01'] });
    expect(await inputOf('api.get', '/version')).toEqual({ path: '/version' });
  });

  it('says what was meant, and what is missing', async () => {
    await expect(inputOf('guest.start', '')).rejects.toThrow('guest.start needs guests');
    await expect(inputOf('node.show', 'pve1 pve2')).rejects.toThrow('does not take “pve2”');
    await expect(inputOf('guest.start', '104 --wiat')).rejects.toThrow('has no --wiat');
  });

  it('never takes a secret from the line', async () => {
    await expect(inputOf('context.add', 'lab --token abc')).rejects.toThrow('secret');
    expect(usageOf(fieldsOf(await loadOperation('context.add')))).not.toContain('token');
  });
});
