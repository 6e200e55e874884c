// npm run screenshot: opens the demo in a real terminal and keeps its frames as SVG in docs/screens/.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Home } from '../tests/support/home.ts';
import { launcherFile } from '../tests/support/simulator.ts';
import { Terminal } from '../tests/support/terminal.ts';
import { darkPaper, svgOf } from './pictures/svg.ts';

const folder = path.resolve(import.meta.dirname, '../docs/screens');
const svg = (terminal: Terminal, title: string): string => svgOf(terminal.styledRuns(), title, darkPaper);

mkdirSync(folder, { recursive: true });
using home = new Home();
await using terminal = new Terminal(launcherFile, ['demo'], { columns: 120, rows: 40, env: home.env });
await terminal.waitFor(/\d+s old/);
terminal.press('jjjj');
await terminal.waitFor(/104 postgres/);
// The last hour of the guest comes once it has been looked at.
await terminal.waitFor(/cpu +[▁-█]{6}/);
writeFileSync(path.join(folder, 'guests.svg'), svg(terminal, 'Proxdeck: the guests of the demo cluster'));
terminal.press('1');
await terminal.waitFor(/kernel/);
writeFileSync(path.join(folder, 'nodes.svg'), svg(terminal, 'Proxdeck: the nodes of the demo cluster'));
terminal.press('6');
await terminal.waitFor(/TASK/);
writeFileSync(path.join(folder, 'tasks.svg'), svg(terminal, 'Proxdeck: the tasks of the demo cluster'));
terminal.press('q');
await terminal.exited;
