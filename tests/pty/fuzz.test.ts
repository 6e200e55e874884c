import { describe, expect, it } from 'vitest';
import { fuzz } from '../../scripts/fuzz/fuzz.ts';
import { nextGesture } from '../../scripts/fuzz/gestures.ts';
import { worded } from '../../scripts/fuzz/report.ts';
import { Home } from '../support/home.ts';
import { Random } from '../support/random.ts';
import { launcherFile } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** What a cat does to the program. `npm run fuzz` is the long form: 100,000 gestures a seed. */

describe('random keys, pastes, sizes and troubles', () => {
  it.each([11, 12])(
    'bring nothing down in memory (seed %i)',
    async (seed) => {
      const report = await fuzz({ seed, gestures: 2_000 });
      expect(report.findings, worded(report)).toEqual([]);
      expect(report.frames).toBeGreaterThan(200);
    },
    180_000,
  );

  it('bring nothing down in a terminal', async () => {
    const seed = 13;
    const falls: string[] = [];
    const random = new Random(seed);
    using home = new Home();
    const begin = (): Terminal => new Terminal(launcherFile, ['demo'], { columns: 120, rows: 40, env: home.env });
    let terminal = begin();
    let [columns, rows] = [120, 40];
    await terminal.waitFor(/\d+s old/);
    for (let done = 0; done < 600; done += 1) {
      const gesture = nextGesture(random);
      if (gesture.kind === 'bytes') for (const chunk of gesture.chunks) terminal.write(chunk);
      if (gesture.kind === 'resize') {
        ({ columns, rows } = gesture);
        terminal.resize(columns, rows);
      }
      if (done % 20 === 0) await terminal.settled(40);
      if (terminal.hasExited) {
        const { code, signal } = await terminal.exited;
        if (code !== 0 || signal !== 0) falls.push(`gesture ${String(done)}\n${terminal.frame()}`);
        terminal = begin();
        terminal.resize(columns, rows);
      }
    }
    expect(falls, `seed ${String(seed)}`).toEqual([]);
    // It still answers: at a usual size, with the list of guests before it.
    await terminal[Symbol.asyncDispose]();
    await using last = begin();
    await last.waitFor('opnsense');
    last.press('q');
    expect(await last.exited).toEqual({ code: 0, signal: 0 });
  }, 180_000);
});
