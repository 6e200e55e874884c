import type { Colour, StyledRun } from '../../tests/support/terminal.ts';

/** Draws what a terminal shows as an SVG: a rectangle for each run with a background, a text for each run of one style. */

/** How the terminal of a picture is set up: what a person chose in their own. */
export interface Paper {
  readonly paper: string;
  readonly ink: string;
  /** The sixteen colours. */
  readonly palette: readonly string[];
}

export const darkPaper: Paper = {
  paper: '#22272e',
  ink: '#adbac7',
  palette: [
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
  ],
};

export const lightPaper: Paper = {
  paper: '#ffffff',
  ink: '#24292f',
  palette: [
    '#24292f',
    '#cf222e',
    '#116329',
    '#7d4e00',
    '#0969da',
    '#8250df',
    '#1b7c83',
    '#6e7781',
    '#57606a',
    '#a40e26',
    '#1a7f37',
    '#633c01',
    '#218bff',
    '#a475f9',
    '#3192aa',
    '#8c959f',
  ],
};

const cell = { width: 8.4, height: 18 };
const margin = 14;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Levels of the 6×6×6 cube that follows the sixteen colours (xterm's 256 colours). */
const cube = [0, 95, 135, 175, 215, 255];

const hex = (...channels: readonly number[]): string =>
  `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;

const colourOf = (colour: Colour, { palette }: Paper): string | undefined => {
  if (typeof colour !== 'number') return colour;
  if (colour < 16) return palette[colour];
  const grey = 8 + (colour - 232) * 10;
  if (colour >= 232) return hex(grey, grey, grey);
  const [red, green, blue] = [Math.floor((colour - 16) / 36), Math.floor((colour - 16) / 6) % 6, (colour - 16) % 6];
  return hex(cube[red] ?? 0, cube[green] ?? 0, cube[blue] ?? 0);
};

/** Part of a cell, from its upper left corner: x, y, width and height as parts of it. */
type Shape = readonly [number, number, number, number];

/** Lines and blocks fill their cells to the edge, which no font does in a picture: they are drawn. */
const shapes: Readonly<Record<string, Shape>> = {
  '─': [0, 0.47, 1, 0.06],
  '│': [0.44, 0, 0.12, 1],
  ...Object.fromEntries([...'▁▂▃▄▅▆▇█'].map((block, at) => [block, [0, 1 - (at + 1) / 8, 1, (at + 1) / 8]])),
};

/** A piece of a run: equal shapes beside each other, or text. */
const pieces = /([─│▁-█])\1*|[^─│▁-█]+/gu;

const box = (x: number, y: number, width: number, height: number, fill: string): string =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="${fill}"/>`;

/** One run at its place. */
const runOf = (run: StyledRun, row: number, column: number, paper: Paper): string => {
  const front = colourOf(run.foreground, paper) ?? paper.ink;
  const back = colourOf(run.background, paper);
  const [fill, behind = paper.paper] = run.inverse ? [back ?? paper.paper, front] : [front, back];
  const y = margin + row * cell.height;
  const parts = [];
  if (behind !== paper.paper)
    parts.push(box(margin + column * cell.width, y, run.columns * cell.width, cell.height, behind));
  const style = [
    run.bold ? ' font-weight="bold"' : '',
    run.dim ? ' opacity="0.6"' : '',
    run.underline ? ' text-decoration="underline"' : '',
  ].join('');
  let at = column;
  for (const [piece] of run.text.matchAll(pieces)) {
    const shape = shapes[piece[0] ?? ''];
    // Wide characters take two columns; where there are any, the run is one piece of text.
    const columns = piece.length === run.text.length ? run.columns : piece.length;
    const x = margin + at * cell.width;
    const width = columns * cell.width;
    at += columns;
    if (shape !== undefined) {
      const [dx, dy, part, height] = shape;
      const across = part === 1 ? width : part * cell.width;
      parts.push(box(x + dx * cell.width, y + dy * cell.height, across, height * cell.height, fill));
    } else if (piece.trim() !== '')
      parts.push(
        `<text x="${x.toFixed(1)}" y="${String(y + 13)}" fill="${fill}"${style} textLength="${width.toFixed(1)}" xml:space="preserve">${escaped(piece)}</text>`,
      );
  }
  return parts.join('');
};

/** Returns the picture of a screen as SVG. A theme that paints every line gives the picture its ground. */
export const svgOf = (rows: readonly (readonly StyledRun[])[], title: string, plain: Paper): string => {
  const paper = { ...plain, paper: colourOf(rows[0]?.[0]?.background, plain) ?? plain.paper };
  const columns = Math.max(...rows.map((runs) => runs.reduce((sum, run) => sum + run.columns, 0)));
  const width = columns * cell.width + 2 * margin;
  const height = rows.length * cell.height + 2 * margin;
  const parts = rows.flatMap((runs, row) => {
    let column = 0;
    return runs.map((run) => {
      const at = column;
      column += run.columns;
      return runOf(run, row, at, paper);
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${height.toFixed(0)}" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14"><title>${escaped(title)}</title><rect width="100%" height="100%" rx="8" fill="${paper.paper}"/><g shape-rendering="crispEdges">${parts.join('')}</g></svg>\n`;
};
