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
