import { parseCells, styledText, type Cell } from './cells.ts';

/**
 * Where nothing lies over the picture, Ink draws this: a character for private use, which no Proxmox name is made of.
 * The compositor lets the picture through there, as a film studio does with what is green.
 */
export const glass = '\uE000';

/** What the two layers together are shown on: the frame writer. */
export interface Target {
  show(lines: readonly string[]): void;
}

/** A row that covers nothing: glass, or blank as all of Ink's rows are while nothing is drawn. */
const nothing = new RegExp(`^[${glass} ]*$`);

/**
 * Puts two layers on the terminal: the picture, which is composed as lines by pure functions and shown within a millisecond of
 * a key, and over it what Ink draws: cards, menus, forms. Without any of those Ink is not involved in a frame at all.
 */
export class Compositor {
  readonly #target: Target;
  #picture: readonly string[] = [];
  /** Rows of Ink's frame that cover something; the others are glass. */
  #cover: readonly (string | undefined)[] = [];

  constructor(target: Target) {
    this.#target = target;
  }

  /** Shows another picture under what lies over it. */
  showPicture(lines: readonly string[]): void {
    this.#picture = lines;
    this.show();
  }

  /** Shows another frame of Ink, rows separated by `\n`, over the picture. */
  showCover(frame: string): void {
    const rows = frame.split('\n').map((row) => (nothing.test(row) ? undefined : row));
    this.#cover = rows.every((row) => row === undefined) ? [] : rows;
    this.show();
  }

  /** Writes what both layers are now. */
  show(): void {
    const picture = this.#picture;
    const cover = this.#cover;
    if (cover.length === 0) return this.#target.show(picture);
    const height = Math.max(picture.length, cover.length);
    const lines = Array.from({ length: height }, (_, row) => {
      const over = cover[row];
      const under = picture[row] ?? '';
      return over === undefined ? under : through(over, under);
    });
    this.#target.show(lines);
  }
}

const blank: Cell = { text: ' ', style: '' };

/** Returns a row of what lies over the picture, with the picture's cells where it is glass or ends. */
export const through = (over: string, under: string): string => {
  if (!over.includes(glass)) return over;
  const above = parseCells(over);
  const below = parseCells(under);
  const open = (column: number): boolean => above[column] === undefined || above[column].text === glass;
  const cells = Array.from({ length: Math.max(above.length, below.length) }, (_, column): Cell => {
    if (!open(column)) return above[column] ?? blank;
    const cell = below[column] ?? blank;
    // Half of a wide character, whose other half is covered, cannot be shown.
    const halved = cell.text === '' ? !open(column - 1) : below[column + 1]?.text === '' && !open(column + 1);
    return halved ? { text: ' ', style: cell.style } : cell;
  });
  return styledText(cells);
};
