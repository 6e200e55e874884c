import { mkdtempSync, readFileSync, statSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipboardSequence, longestCopy } from '../../../src/ui/clipboard.ts';
import { saveText } from '../../../src/ui/saveText.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-save-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const moment = Date.UTC(2026, 10, 21, 12, 0, 5);

describe('saving a log', () => {
  it('says where it is, and never overwrites', async () => {
    const first = await saveText('proxdeck-vzdump-104', ['a', 'b'], moment, [folder]);
    expect(path.basename(first)).toBe('proxdeck-vzdump-104-20261121-120005.log');
    const second = await saveText('proxdeck-vzdump-104', ['c'], moment, [folder]);
    expect(second).not.toBe(first);
    expect([readFileSync(first, 'utf8'), readFileSync(second, 'utf8')]).toEqual(['a\nb\n', 'c\n']);
    expect(statSync(first).mode & 0o077).toBe(0);
  });

  it('keeps a hostile name inside the folder', async () => {
    const file = await saveText('../../etc/$(id) x', ['a'], moment, [folder]);
    expect(path.dirname(file)).toBe(folder);
    expect(path.basename(file)).toMatch(/^[\w.@-]+$/);
  });

  it('takes the next place where one cannot be written, and says when there is none', async () => {
    const nowhere = path.join(folder, 'missing');
    expect(path.dirname(await saveText('x', ['a'], moment, [nowhere, folder]))).toBe(folder);
    await expect(saveText('x', ['a'], moment, [nowhere])).rejects.toMatchObject({ code: 'state' });
  });
});

describe('copying through the terminal', () => {
  it('goes through tmux as well', () => {
    const plain = `\u001B]52;c;${Buffer.from('é').toString('base64')}\u0007`;
    expect(clipboardSequence('é', {})).toBe(plain);
    expect(clipboardSequence('é', { TMUX: '/tmp/tmux,1,0' })).toBe(`${plain}\u001BPtmux;\u001B${plain}\u001B\\`);
  });

  it('takes as much as terminals take, and no more', () => {
    expect(clipboardSequence('x'.repeat(longestCopy), {})?.length).toBeLessThanOrEqual(74_994);
    expect(clipboardSequence('x'.repeat(longestCopy + 1), {})).toBeUndefined();
    expect(clipboardSequence('é'.repeat(longestCopy), {})).toBeUndefined();
  });
});
