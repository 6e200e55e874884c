import { describe, expect, it } from 'vitest';
import { visits } from '../../scripts/tour/visits.ts';
import { walk } from '../../scripts/tour/walk.ts';
import { screenNames } from '../../src/ui/state.ts';
import { Home } from '../support/home.ts';
import { launcherFile } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** Every screen and every tab of the demo, by keys, at three sizes. `npm run tour` does the same and keeps the pictures. */

describe('a tour of the demo', () => {
  it('visits every screen there is', () => {
    const visited = new Set(visits.map(({ screen }) => screen));
    expect(screenNames.filter((name) => !visited.has(name))).toEqual([]);
  });

  it.each([
    [80, 24],
    [120, 40],
    [200, 60],
  ])(
    'shows what a person looks for at %i×%i',
    async (columns, rows) => {
      using home = new Home();
      await using terminal = new Terminal(launcherFile, ['demo'], { columns, rows, env: home.env });
      await terminal.waitFor(/\d+s old/);
      const tall: string[] = [];
      const wrong = await walk(terminal, `${String(columns)}×${String(rows)}`, visits, ({ name }) => {
        // A frame that is too tall or too wide would push the header away, which is the first line at any time.
        if (terminal.lines()[0]?.includes('homelab') !== true) tall.push(`${name}\n${terminal.frame()}`);
      });
      expect(wrong.join('\n\n')).toBe('');
      expect(tall.join('\n\n')).toBe('');
      terminal.press('q');
      expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
    },
    300_000,
  );
});
