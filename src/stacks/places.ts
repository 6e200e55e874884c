import path from 'node:path';
import type { ProxdeckError } from '../models/error.ts';

/** A way through a Compose file: `['services', 'web', 'ports', 0]`. */
export type ComposePath = readonly (string | number)[];

/** Where things stand in the files of a stack. */
export interface Places {
  /** Returns `compose.yaml:3:5` of a key, or of the nearest thing around one that is missing. */
  at(path: ComposePath): string;
  /** Makes the error about a key: its place, its path, what is wrong, and what to do. */
  error(path: ComposePath, message: string, hint?: string): ProxdeckError;
}

/** Something of a stack that works and that a person should know. */
export interface Note {
  /** `compose.yaml:3:5` */
  readonly at: string;
  readonly path: ComposePath;
  readonly message: string;
}

/** A sentence about a stack, and the file and line it is about where it names them. */
export interface Told {
  /** `compose.yaml:3:5`; empty where no place is named. */
  readonly where: string;
  readonly message: string;
  /** Absolute. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
}

const placed = /^([^\s:]+):(\d+):(\d+): (.*)$/s;

/** Takes the place out of a sentence that begins with one, as `Places` writes it; `folder` is that of the stack. */
export const toldAt = (folder: string, sentence: string): Told => {
  const [, file, line, column, message] = placed.exec(sentence) ?? [];
  if (file === undefined || line === undefined || column === undefined || message === undefined)
    return { where: '', message: sentence };
  return { where: `${file}:${line}:${column}`, message, file: path.resolve(folder, file), line: Number(line) };
};
