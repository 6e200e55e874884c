// npm run screenshot: opens the demo in a real terminal and keeps its frames as SVG in docs/screens/.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Home } from '../tests/support/home.ts';
import { launcherFile } from '../tests/support/simulator.ts';
import { Terminal } from '../tests/support/terminal.ts';

const folder = path.resolve(import.meta.dirname, '../docs/screens');
const cell = { width: 8.4, height: 18 };
const margin = 14;

/** The sixteen colours of a terminal, as this picture has them. */
const palette = [
  '#1c2128',
  '#f47067',
  '#8ddb8c',
  '#daaa3f',
  '#6cb6ff',
  '#dcbdfb',
  '#76e3ea',
  '#adbac7',
  '#768390',
  '#ff938a',
  '#b4f1b4',
  '#eac55f',
  '#96d0ff',
  '#eedcff',
  '#b3f0ff',
  '#cdd9e5',
];
const paper = '#22272e';
const ink = '#adbac7';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Draws the screen of a terminal: a rectangle for each run with a background, a text for each run of one colour. */
const svgOf = (terminal: Terminal, title: string): string => {
  const rows = terminal.styledRuns();
  const width =
    Math.max(...rows.map((runs) => runs.reduce((sum, run) => sum + run.columns, 0))) * cell.width + 2 * margin;
  const height = rows.length * cell.height + 2 * margin;
  const parts = rows.flatMap((runs, row) => {
    let column = 0;
    return runs.map(({ text, columns, foreground, background, bold, inverse }) => {
      const front = foreground === undefined ? ink : (palette[foreground] ?? ink);
      const back = background === undefined ? undefined : palette[background];
      const [fill, behind] = inverse ? [back ?? paper, front] : [front, back];
      const x = margin + column * cell.width;
      const y = margin + row * cell.height;
      column += columns;
      const size = (columns * cell.width).toFixed(1);
      const box =
        behind === undefined
          ? ''
          : `<rect x="${x.toFixed(1)}" y="${String(y)}" width="${size}" height="${String(cell.height)}" fill="${behind}"/>`;
      if (text.trim() === '') return box;
      const weight = bold ? ' font-weight="bold"' : '';
      return `${box}<text x="${x.toFixed(1)}" y="${String(y + 13)}" fill="${fill}"${weight} textLength="${size}" xml:space="preserve">${escaped(text)}</text>`;
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${height.toFixed(0)}" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14"><title>${escaped(title)}</title><rect width="100%" height="100%" rx="8" fill="${paper}"/>${parts.join('')}</svg>\n`;
};

mkdirSync(folder, { recursive: true });
using home = new Home();
await using terminal = new Terminal(launcherFile, ['demo'], { columns: 120, rows: 40, env: home.env });
await terminal.waitFor(/\d+s old/);
terminal.press('jjjj');
await terminal.waitFor(/104 postgres/);
// The last hour of the guest comes once it has been looked at.
await terminal.waitFor(/cpu +[▁-█]{6}/);
writeFileSync(path.join(folder, 'guests.svg'), svgOf(terminal, 'Proxdeck: the guests of the demo cluster'));
terminal.press('1');
await terminal.waitFor(/kernel/);
writeFileSync(path.join(folder, 'nodes.svg'), svgOf(terminal, 'Proxdeck: the nodes of the demo cluster'));
terminal.press('6');
await terminal.waitFor(/TASK/);
writeFileSync(path.join(folder, 'tasks.svg'), svgOf(terminal, 'Proxdeck: the tasks of the demo cluster'));
terminal.press('q');
await terminal.exited;
