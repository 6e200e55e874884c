import type { StoreApi } from 'zustand/vanilla';

/** What the program itself offers to its screens beside a cluster: its settings, and the other clusters. The face makes it. */
export interface Desk {
  readonly settings: Settings;
  readonly contexts: Contexts;
  /** Lets a program have the terminal, having said `before` and how one comes back. Returns its exit code; rejects with a ProxdeckError. */
  lend(words: readonly string[], before: string): Promise<number>;
  /**
   * Lets a person edit a text in an editor of theirs, which has the terminal meanwhile; `name` is that of its file. Resolves with the
   * text as it was saved. Rejects with a ProxdeckError.
   */
  edit(text: string, name: string): Promise<string>;
  /** Lets a person edit a file where it lies; `line`, from 1, is where the editor begins, if it can. Rejects with a ProxdeckError. */
  editFile(file: string, line?: number): Promise<void>;
  /** Closes every session that is open. */
  close(): Promise<void>;
}

/** One thing that a person may choose about the program. */
export interface Setting {
  /** Its key in the configuration file. */
  readonly key: string;
  readonly title: string;
  readonly about: string;
  /** What is in effect. */
  readonly value: string;
  /** Where that comes from: `--theme`, `NO_COLOR`, `config.yaml:3`, `usual`. */
  readonly origin: string;
  readonly choices: readonly Choice[];
  /** Why the file cannot change it now: a flag or a variable goes before it. */
  readonly overruled?: string;
}

export interface Choice {
  readonly value: string;
  readonly about: string;
}

/** The settings of the program. */
export interface Settings {
  /** Where they are written. */
  readonly file: string;
  /** As last read; replaced when one of them changes. */
  readonly list: StoreApi<readonly Setting[]>;
  /** Shows how a value would look, until the returned function is called. */
  preview(key: string, value: string): () => void;
  /** Keeps a value in the file; it counts at once. Rejects with a ProxdeckError. */
  choose(key: string, value: string): Promise<void>;
}

/** A cluster of the configuration. */
export interface KnownContext {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Who signs in there: a token without its secret, or a user. */
  readonly identity?: string;
  /** SSH hosts that it is reached through. */
  readonly jump?: string;
  /** How its token or password stands in the file; absent where none does. */
  readonly secret?: 'plain' | 'encrypted';
  readonly prod: boolean;
  readonly readOnly: boolean;
  /** Milliseconds since 1970 of the last picture that is kept of it. */
  readonly pictureAt?: number;
}

/** The clusters that the program knows. */
export interface Contexts {
  /** As last read. */
  readonly list: StoreApi<readonly KnownContext[]>;
  /** Reads them anew. */
  read(): Promise<void>;
  /** Shows another cluster in place of this one; its last picture at once. Rejects with a ProxdeckError. */
  switchTo(name: string): Promise<void>;
  /** Shows all of them together. */
  showAll(): Promise<void>;
  /** Asks for a new one in a dialogue over the whole terminal; resolves with its name when one was added. */
  add(): Promise<string | undefined>;
  /** Connects one anew in the same dialogue: its certificate, and its login where it is to be asked for. Resolves with whether it was. */
  connect(name: string, login: 'keep' | 'ask'): Promise<boolean>;
}
