import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DesiredFile, Strategy } from '../../../src/workspace/changes.ts';
import { applyRender, planRender } from '../../../src/workspace/rendered.ts';
import { disk, type Disk } from '../../../src/workspace/write.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'proxdeck-rendered-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const usual = { 'compose/compose.yaml': 'one\ntwo\nthree\nfour\nfive\nsix\n', 'docs/guide/README.md': '# Guide\n' };
const generators = ['compose', 'docs'];

interface Wish {
  readonly files?: Readonly<Record<string, string>>;
  readonly strategy?: Strategy;
  readonly generators?: readonly string[];
  readonly disk?: Disk;
  readonly signal?: AbortSignal;
}

const planOf = ({ files = usual, strategy = 'keep', generators: names = generators }: Wish) =>
  planRender({
    workspace,
    stack: 'web',
    generators: names,
    desired: new Map(
      Object.entries(files).map(([name, content]): [string, DesiredFile] => [
        name,
        { content, mode: name.endsWith('.sh') ? 0o755 : 0o644 },
      ]),
    ),
    strategy,
  });

/** Renders; returns what was done with each file but those that are unchanged. */
const render = async (wish: Wish = {}): Promise<Readonly<Record<string, string>>> => {
  const plan = await planOf(wish);
  const { disk: target, signal } = wish;
  const options = { ...(target !== undefined && { disk: target }), ...(signal !== undefined && { signal }) };
  for await (const _count of applyRender(plan, options)) continue;
  return Object.fromEntries(
    plan.changes.filter(({ kind }) => kind !== 'unchanged').map(({ path: name, kind }) => [name, kind]),
  );
};

const file = (name: string): string => path.join(workspace, 'rendered/web', name);
const text = (name: string): string => readFileSync(file(name), 'utf8');

/** Everything in the workspace: names, content, modes, and when it was written. */
const picture = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(workspace, { recursive: true, withFileTypes: true }).map((entry) => {
      const whole = path.join(entry.parentPath, entry.name);
      const { mode, mtimeNs } = statSync(whole, { bigint: true });
      const content = entry.isFile() ? readFileSync(whole, 'utf8') : '';
      return [path.relative(workspace, whole), `${String(mode)} ${String(mtimeNs)} ${content}`];
    }),
  );

describe('rendering into a folder', () => {
  it('writes files, modes and a manifest without a time in it', async () => {
    expect(await render({ files: { ...usual, 'compose/up.sh': '#!/bin/sh\n' } })).toEqual({
      'compose/compose.yaml': 'new',
      'compose/up.sh': 'new',
      'docs/guide/README.md': 'new',
    });
    expect(text('docs/guide/README.md')).toBe('# Guide\n');
    expect(statSync(file('compose/up.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(file('compose/compose.yaml')).mode & 0o777).toBe(0o644);
    const sha = createHash('sha256').update(usual['compose/compose.yaml']).digest('hex');
    expect(JSON.parse(text('manifest.json'))).toMatchObject({
      version: 1,
      generators: { compose: { 'compose.yaml': { sha256: sha, mode: '0644' }, 'up.sh': { mode: '0755' } } },
    });
  });

  it('writes nothing the second time', async () => {
    await render();
    const before = picture();
    expect((await planOf({})).writes).toEqual([]);
    expect(await render()).toEqual({});
    expect(picture()).toEqual(before);
  });

  it('does not depend on the mask of the process', async () => {
    const mask = process.umask(0o077);
    try {
      await render();
    } finally {
      process.umask(mask);
    }
    expect(statSync(file('compose/compose.yaml')).mode & 0o777).toBe(0o644);
  });

  it('takes a mode of a clone under another mask for the same', async () => {
    await render();
    chmodSync(file('compose/compose.yaml'), 0o600);
    expect(await render()).toEqual({});
  });

  it('updates what is as it was rendered, and leaves what another generator made', async () => {
    await render();
    expect(await render({ files: { 'compose/compose.yaml': 'other\n' }, generators: ['compose'] })).toEqual({
      'compose/compose.yaml': 'updated',
    });
    expect(text('compose/compose.yaml')).toBe('other\n');
    expect(text('docs/guide/README.md')).toBe('# Guide\n');
    expect(JSON.parse(text('manifest.json'))).toHaveProperty(['generators', 'docs', 'guide/README.md']);
  });

  it('makes again what was deleted', async () => {
    await render();
    rmSync(file('docs'), { recursive: true });
    expect(await render()).toEqual({ 'docs/guide/README.md': 'new' });
  });

  it('keeps what was edited by hand, again and again, until it is told otherwise', async () => {
    await render();
    writeFileSync(file('compose/compose.yaml'), 'mine\n');
    expect(await render()).toEqual({ 'compose/compose.yaml': 'kept' });
    expect(await render({ files: { ...usual, 'compose/compose.yaml': 'newer\n' } })).toEqual({
      'compose/compose.yaml': 'kept',
    });
    expect(text('compose/compose.yaml')).toBe('mine\n');
    const before = picture();
    expect(await render()).toEqual({ 'compose/compose.yaml': 'kept' });
    expect(picture()).toEqual(before);
    expect(await render({ strategy: 'overwrite' })).toEqual({ 'compose/compose.yaml': 'overwritten' });
    expect(text('compose/compose.yaml')).toBe(usual['compose/compose.yaml']);
    expect(await render()).toEqual({});
  });

  it('keeps a script that was made not executable by hand', async () => {
    const files = { 'compose/up.sh': '#!/bin/sh\n' };
    await render({ files });
    chmodSync(file('compose/up.sh'), 0o644);
    expect(await render({ files })).toEqual({ 'compose/up.sh': 'kept' });
  });

  it('merges what was edited with what is rendered now', async () => {
    await render();
    writeFileSync(file('compose/compose.yaml'), 'ONE\ntwo\nthree\nfour\nfive\nsix\n');
    const files = { ...usual, 'compose/compose.yaml': 'one\ntwo\nthree\nfour\nfive\nSIX\n' };
    expect(await render({ files, strategy: 'merge' })).toEqual({ 'compose/compose.yaml': 'merged' });
    expect(text('compose/compose.yaml')).toBe('ONE\ntwo\nthree\nfour\nfive\nSIX\n');
    expect(await render({ files, strategy: 'merge' })).toEqual({ 'compose/compose.yaml': 'kept' });
    const later = { ...usual, 'compose/compose.yaml': 'one\ntwo\nTHREE\nfour\nfive\nSIX\n' };
    expect(await render({ files: later, strategy: 'merge' })).toEqual({ 'compose/compose.yaml': 'merged' });
    expect(text('compose/compose.yaml')).toBe('ONE\ntwo\nTHREE\nfour\nfive\nSIX\n');
  });

  it('tells the lines where both changed, and leaves the file as it is', async () => {
    await render();
    const edited = 'one\ntwo\nmine\nfour\nfive\nsix\n';
    writeFileSync(file('compose/compose.yaml'), edited);
    const files = { ...usual, 'compose/compose.yaml': 'one\ntwo\nyours\nfour\nfive\nsix\n' };
    const { changes } = await planOf({ files, strategy: 'merge' });
    expect(changes.find(({ kind }) => kind === 'conflict')).toMatchObject({
      path: 'compose/compose.yaml',
      conflicts: [{ line: 3, lines: 1 }],
    });
    expect(await render({ files, strategy: 'merge' })).toEqual({ 'compose/compose.yaml': 'conflict' });
    expect(text('compose/compose.yaml')).toBe(edited);
  });

  it('says when there is nothing to merge with: on a machine where it was not rendered', async () => {
    await render();
    writeFileSync(file('compose/compose.yaml'), 'mine\n');
    rmSync(path.join(workspace, '.proxdeck'), { recursive: true });
    const { changes } = await planOf({ files: { 'compose/compose.yaml': 'new\n' }, strategy: 'merge' });
    expect(changes[0]).toMatchObject({
      kind: 'conflict',
      reason: 'what was rendered before it was edited is not kept on this machine',
    });
  });

  it('removes what is not rendered any more, with its empty folders, unless it was edited', async () => {
    await render({ files: { ...usual, 'docs/old.md': 'old\n' } });
    writeFileSync(file('docs/old.md'), 'mine\n');
    const files = { 'compose/compose.yaml': usual['compose/compose.yaml'] };
    expect(await render({ files })).toEqual({ 'docs/guide/README.md': 'removed', 'docs/old.md': 'left' });
    expect(readdirSync(file('docs'))).toEqual(['old.md']);
    expect(await render({ files })).toEqual({ 'docs/old.md': 'left' });
    expect(await render({ files, strategy: 'overwrite' })).toEqual({ 'docs/old.md': 'removed' });
    expect(readdirSync(file('.')).toSorted()).toEqual(['compose', 'manifest.json']);
  });

  it('names what no generator made, and leaves it alone', async () => {
    await render();
    mkdirSync(file('compose/data/deep'), { recursive: true });
    for (const name of ['compose/data/deep/a', 'compose/notes.txt', 'mine.txt']) writeFileSync(file(name), 'x');
    const foreign = { 'compose/data/': 'foreign', 'compose/notes.txt': 'foreign', 'mine.txt': 'foreign' };
    expect(await render()).toEqual(foreign);
    expect(await render({ strategy: 'overwrite' })).toEqual(foreign);
    expect(text('compose/data/deep/a')).toBe('x');
  });

  it('keeps a file of somebody else that lies where one is to be rendered', async () => {
    mkdirSync(file('compose'), { recursive: true });
    writeFileSync(file('compose/compose.yaml'), 'theirs\n');
    expect(await render()).toEqual({ 'compose/compose.yaml': 'kept', 'docs/guide/README.md': 'new' });
    expect(text('compose/compose.yaml')).toBe('theirs\n');
  });

  it('takes what lies there as it would be rendered for rendered: a clone without a manifest', async () => {
    await render();
    rmSync(file('manifest.json'));
    expect(await render()).toEqual({});
    expect(await render({ files: { ...usual, 'compose/compose.yaml': 'newer\n' } })).toEqual({
      'compose/compose.yaml': 'updated',
    });
  });

  it('goes on where a render was killed before its manifest was written', async () => {
    await render();
    const manifest = text('manifest.json');
    await render({ files: { ...usual, 'compose/compose.yaml': 'second\n' } });
    writeFileSync(file('manifest.json'), manifest);
    expect(await render({ files: { ...usual, 'compose/compose.yaml': 'third\n' } })).toEqual({
      'compose/compose.yaml': 'updated',
    });
  });

  it('never writes through a link', async () => {
    const outside = path.join(workspace, 'outside');
    mkdirSync(outside);
    mkdirSync(file('.'), { recursive: true });
    symlinkSync(outside, file('compose'));
    await expect(render()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is a link') });
    rmSync(file('compose'));
    mkdirSync(file('compose'));
    symlinkSync('/etc/hostname', file('compose/compose.yaml'));
    await expect(render({ strategy: 'overwrite' })).rejects.toMatchObject({ code: 'conflict' });
    expect(readdirSync(outside)).toEqual([]);
  });

  it('refuses a folder in the place of a file', async () => {
    mkdirSync(file('compose/compose.yaml'), { recursive: true });
    await expect(render()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is a folder') });
  });

  it.each([1, 2, 3, 4])('leaves everything as it was when the disk is full at file %i', async (full) => {
    await render({ files: { 'compose/compose.yaml': 'old\n' } });
    const before = picture();
    let count = 0;
    const fullDisk: Disk = {
      ...disk,
      create: (write) => {
        count += 1;
        if (count >= full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        return disk.create(write);
      },
    };
    const ended = render({ disk: fullDisk });
    await expect(ended).rejects.toMatchObject({
      code: 'state',
      message: expect.stringMatching(/could not be written: the disk is full\. Nothing was changed/),
      hint: 'Make room and do it again.',
    });
    const names = (all: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(all).map(([name, what]) => [name, what.replace(/ \d+ /, ' ')]));
    expect(names(picture())).toEqual(names(before));
    expect(await render()).toEqual({ 'compose/compose.yaml': 'updated', 'docs/guide/README.md': 'new' });
  });

  it('leaves everything as it was when the disk says only at the end that it is full', async () => {
    const lateDisk: Disk = {
      ...disk,
      settle: async (descriptor, write) => {
        await disk.settle(descriptor, write);
        if (write.file.endsWith('compose.yaml')) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      },
    };
    await expect(render({ disk: lateDisk })).rejects.toMatchObject({
      code: 'state',
      message: `${file('compose/compose.yaml')} could not be written: the disk is full. Nothing was changed: what was there before is whole.`,
    });
    expect(readdirSync(workspace)).toEqual([]);
  });

  it('leaves everything as it was when it is cancelled', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(render({ signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(workspace)).toEqual([]);
  });

  it('refuses a damaged manifest, and one of a newer version', async () => {
    await render();
    writeFileSync(
      file('manifest.json'),
      '{"version": 1, "generators": {"compose": {"a": {"sha256": "x", "mode": "0644"}}}}',
    );
    await expect(render()).rejects.toMatchObject({
      code: 'state',
      message: expect.stringContaining('damaged at generators.compose.a.sha256'),
    });
    writeFileSync(file('manifest.json'), 'no');
    await expect(render()).rejects.toMatchObject({ message: expect.stringContaining('no JSON') });
    writeFileSync(file('manifest.json'), '{"version": 2}');
    await expect(render()).rejects.toMatchObject({
      message: expect.stringContaining('it is of version 2, written by a newer Proxdeck'),
    });
  });

  it('keeps no text that nothing is merged with any more', async () => {
    await render();
    await render({ files: { ...usual, 'compose/compose.yaml': 'newer\n' } });
    const kept = (): unknown => JSON.parse(readFileSync(path.join(workspace, '.proxdeck/rendered/web.json'), 'utf8'));
    // Until the new manifest is in its place, a file may be of the old one.
    expect(kept()).toEqual(
      expect.arrayContaining([usual['compose/compose.yaml'], 'newer\n', usual['docs/guide/README.md']]),
    );
    await render({ files: { ...usual, 'compose/compose.yaml': 'newest\n' } });
    expect(kept()).toHaveLength(3);
    expect(kept()).not.toContain(usual['compose/compose.yaml']);
  });
});
