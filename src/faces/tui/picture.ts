import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { wholeLine } from '../../ui/terminal/cells.ts';

/**
 * The picture of the last run: the frame itself, kept for the launcher, which prints it before Node has even started.
 * `pictures/<key>-<columns>x<rows>` holds it, `pictures/current` the key. It says when it was taken, never how old it is.
 */

/** Returns the name under which pictures of a cluster are kept: context and address, harmless in a file name. */
export const pictureKey = (contextName: string, address: string): string =>
  `${contextName}-${address}`.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, 100);

/** Keeps a frame. Both files are replaced in one step each: a launcher never reads half a picture. */
export const savePictureFrame = (
  folder: string,
  key: string,
  frame: { readonly lines: readonly string[]; readonly columns: number; readonly rows: number },
): void => {
  const pictures = path.join(folder, 'pictures');
  mkdirSync(pictures, { recursive: true, mode: 0o700 });
  const text = frame.lines.map((line, row) => wholeLine(row, line, frame.columns)).join('');
  replace(path.join(pictures, `${key}-${String(frame.columns)}x${String(frame.rows)}`), text);
  replace(path.join(pictures, 'current'), `${key}\n`);
};

const replace = (file: string, text: string): void => {
  const temporary = `${file}.${String(process.pid)}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, file);
};
