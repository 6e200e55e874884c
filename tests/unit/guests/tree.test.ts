import { describe, expect, it } from 'vitest';
import { createLook } from '../../../components/look.ts';
import { snapshotTree } from '../../../screens/guests/snapshotTree.ts';
import { tagPainter } from '../../../screens/guests/tags.ts';

const rails = { through: '│ ', fork: '├ ', last: '└ ' };
const drawn = (...snapshots: readonly (readonly [name: string, parent?: string])[]): readonly string[] =>
  snapshotTree(
    snapshots.map(([name, parent]) => ({ name, ...(parent === undefined ? {} : { parent }) })),
    rails,
  ).map((row) => row.rails + row.snapshot.name);

describe('the tree of snapshots', () => {
  it('keeps a chain in one column, however long', () => {
    const chain = Array.from({ length: 50 }, (_, at): readonly [string, string?] =>
      at === 0 ? ['s0'] : [`s${String(at)}`, `s${String(at - 1)}`],
    );
    expect(drawn(...chain).every((line) => !line.includes(' '))).toBe(true);
  });

  it('takes a new column for a fork', () => {
    expect(drawn(['base'], ['a', 'base'], ['a2', 'a'], ['b', 'base'], ['current', 'b'])).toEqual([
      'base',
      '├ a',
      '│ a2',
      '└ b',
      '  current',
    ]);
  });

  it('loses nobody: a parent that is gone, a ring of parents', () => {
    expect(drawn(['orphan', 'gone'], ['current', 'orphan'])).toEqual(['orphan', 'current']);
    expect(drawn(['a', 'b'], ['b', 'a']).length).toBe(2);
  });
});

describe('tags', () => {
  const look = createLook({ colour: true, unicode: true });

  it('have the colours of the datacenter', () => {
    const { paint } = tagPainter({ 'color-map': 'prod:1b5e20:ffffff;broken;odd:zzzzzz', ordering: 'config' });
    expect(paint(['prod'], look)).toBe('\u001B[38;2;255;255;255;48;2;27;94;32mprod\u001B[39;49m');
    expect(paint(['b', 'a'], look).indexOf('b')).toBeLessThan(paint(['b', 'a'], look).lastIndexOf('a'));
  });

  it('have a colour of their own where nobody gave one, as the web interface derives it', () => {
    // As Proxmox.Utils.stringToRGB and getTextContrastClass of proxmox-widget-toolkit compute them: black on light, white on dark.
    expect(tagPainter(undefined).paint(['web'], look)).toContain('38;2;0;0;0;48;2;210;191;250m');
    expect(tagPainter(undefined).paint(['db'], look)).toContain('38;2;255;255;255;48;2;240;121;120m');
  });

  it('are words where there are no colours, in alphabetical order unless the datacenter says otherwise', () => {
    const still = createLook({ colour: false, unicode: true });
    expect(tagPainter({}).paint(['web', 'db'], still, true)).toBe('db web');
    expect(tagPainter({ shape: 'none' }).paint(['web'], look)).toBe('web');
  });
});
