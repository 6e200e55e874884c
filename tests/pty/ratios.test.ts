import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBaseline, regressions, type Baseline } from '../../scripts/bench/ratios/compare.ts';
import { bytesOfFrames } from '../../scripts/bench/ratios/frames.ts';
import { modulesBeforeFirstFrame } from '../../scripts/bench/ratios/modules.ts';

/** What no machine changes, against the last time. `node scripts/bench/ratios.ts --check` also counts calls and allocations. */

const root = path.resolve(import.meta.dirname, '../..');
const baseline = readBaseline(path.join(root, 'scripts/bench/ratios.json'));
const baselineOf = (measured: Baseline): Baseline =>
  Object.fromEntries(Object.entries(baseline).filter(([name]) => name in measured));

describe('ratios', () => {
  it('of the code before the first frame are those of the baseline', () => {
    const measured = modulesBeforeFirstFrame(path.join(root, 'dist/meta.json'));
    expect(Object.keys(measured)).toHaveLength(3);
    expect(regressions(baselineOf(measured), measured)).toEqual([]);
  });

  it('of bytes and frames are those of the baseline', async () => {
    const measured = await bytesOfFrames();
    expect(Object.keys(measured).length).toBeGreaterThan(10);
    expect(regressions(baselineOf(measured), measured)).toEqual([]);
  });

  it('tell a mistake: a screen that is drawn whole each time', async () => {
    const measured = await bytesOfFrames(({ writer }) => writer.invalidate());
    expect(regressions(baselineOf(measured), measured).join('\n')).toContain('bytes, the mark moves: ');
  });

  it('tell what grew, what is new and what is gone', () => {
    const before = { 'bytes, one': 100, 'frames, one': 1, gone: 5, 'bytes of code': 1_000 };
    expect(regressions(before, { ...before, 'bytes, one': 109, 'bytes of code': 1_040 })).toEqual([]);
    expect(regressions(before, { 'bytes, one': 120, 'frames, one': 2, 'bytes of code': 1_100, fresh: 1 })).toEqual([
      'bytes, one: 120, was 100 (1.20×)',
      'frames, one: 2, was 1 (2.00×)',
      'gone: is not measured any more',
      'bytes of code: 1100, was 1000 (1.10×)',
      'fresh: has no baseline yet (1); write it',
    ]);
  });
});
