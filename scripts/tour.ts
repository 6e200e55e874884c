// npm run tour [-- --print] [--only nodes,guests] [--size 80x24] [--theme dark] [--no-pictures]
// Goes through every screen of the demo in a real terminal, at three sizes, and keeps its pictures at 120×40 in docs/screens/.
// --print shows each frame. Exit code 1 when a stop does not show what a person would look for; its frame is printed.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Home } from '../tests/support/home.ts';
import { launcherFile } from '../tests/support/simulator.ts';
import { Terminal } from '../tests/support/terminal.ts';
import { darkPaper, lightPaper, svgOf } from './pictures/svg.ts';
import { visits } from './tour/visits.ts';
import { walk } from './tour/walk.ts';

const { values: flags } = parseArgs({
  options: {
    print: { type: 'boolean', default: false },
    only: { type: 'string' },
    size: { type: 'string' },
    theme: { type: 'string' },
    pictures: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const folder = path.resolve(import.meta.dirname, '../docs/screens');
const papers = { dark: darkPaper, light: lightPaper };
const wanted = visits.filter(({ screen }) => flags.only === undefined || flags.only.split(',').includes(screen));

interface Round {
  readonly columns: number;
  readonly rows: number;
  readonly theme: keyof typeof papers;
  readonly keeps: boolean;
}

const rounds: readonly Round[] = [
  { columns: 80, rows: 24, theme: 'dark', keeps: false },
  { columns: 120, rows: 40, theme: 'dark', keeps: true },
  { columns: 120, rows: 40, theme: 'light', keeps: true },
  { columns: 200, rows: 60, theme: 'dark', keeps: false },
];

mkdirSync(folder, { recursive: true });
for (const { columns, rows, theme, keeps } of rounds) {
  const size = `${String(columns)}x${String(rows)}`;
  if (flags.size !== undefined && flags.size !== size) continue;
  if (flags.theme !== undefined && flags.theme !== theme) continue;
  using home = new Home();
  await using terminal = new Terminal(launcherFile, ['demo', '--theme', theme], { columns, rows, env: home.env });
  await terminal.waitFor(/\d+s old/);
  let stops = 0;
  const wrong = await walk(terminal, size, wanted, async ({ name, picture }) => {
    stops += 1;
    if (flags.print) console.log(`\n=== ${name} ${size} ${theme}\n${terminal.frame()}`);
    if (!keeps || !flags.pictures || picture !== true) return;
    // What is asked for once a thing has been looked at for a moment shall be in the picture.
    await terminal.settled(700);
    const svg = svgOf(terminal.styledRuns(), `Proxdeck: ${name} of the demo cluster`, papers[theme]);
    writeFileSync(path.join(folder, theme === 'dark' ? `${name}.svg` : `${name}-${theme}.svg`), svg);
  });
  terminal.press('q');
  await terminal.exited;
  console.log(
    `${size} ${theme}: ${String(stops)} stops, ${wrong.length === 0 ? 'all as expected' : String(wrong.length)}`,
  );
  for (const sentence of wrong) console.log(`\nMISSING  ${sentence}`);
  if (wrong.length > 0) process.exitCode = 1;
}
