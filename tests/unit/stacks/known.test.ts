import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rememberingReader } from '../../../src/stacks/known.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-known-'));
  mkdirSync(path.join(folder, 'files'));
  writeFileSync(path.join(folder, 'compose.yaml'), 'one');
  writeFileSync(path.join(folder, 'files/a.conf'), 'two');
  // What was written this instant is not relied on.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const counting = (kept = true) => {
  let count = 0;
  const read = rememberingReader(
    async () => (count += 1),
    () => kept,
  );
  return () => read(folder);
};

describe('a folder that is read again and again', () => {
  it('is read once while nothing in it changes', async () => {
    const read = counting();
    expect([await read(), await read(), await read()]).toEqual([1, 1, 1]);
  });

  it.each([
    ['a file has another time', () => utimesSync(path.join(folder, 'files/a.conf'), 1, 1)],
    ['a file has another size', () => writeFileSync(path.join(folder, 'compose.yaml'), 'longer')],
    ['a file comes', () => writeFileSync(path.join(folder, 'b'), '')],
    ['a file goes', () => rmSync(path.join(folder, 'files/a.conf'))],
  ])('is read again when %s', async (_what, change) => {
    const read = counting();
    await read();
    change();
    vi.setSystemTime(Date.now() + 60_000);
    expect([await read(), await read()]).toEqual([2, 2]);
  });

  it('is read each time while its files are too new to tell changes', async () => {
    vi.setSystemTime(Date.now() - 60_000);
    const read = counting();
    expect([await read(), await read()]).toEqual([1, 2]);
  });

  it('is read each time where a link leads nowhere, or what was read is not to be kept', async () => {
    const passing = counting(false);
    expect([await passing(), await passing()]).toEqual([1, 2]);
    symlinkSync(path.join(folder, 'missing'), path.join(folder, 'link'));
    const read = counting();
    expect([await read(), await read()]).toEqual([1, 2]);
  });
});
