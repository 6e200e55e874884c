import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ProxdeckError } from '../models/error.ts';
import { isRecord } from '../models/record.ts';
import type { ListView } from './list.ts';

/** How a person looks at things, kept over restarts: columns, sorting, what was open, what was typed. Never what is on a cluster. */

/** One screen: how its list is shown, and where the cursor was. */
export interface ScreenView extends Partial<ListView> {
  readonly selected?: string | undefined;
  readonly tab?: string | undefined;
  /** Whether the list has the whole body. */
  readonly zoomed?: boolean;
}

/** Lines that were typed or chosen, the last one first. */
export type Memory = 'filters' | 'commands' | 'recent';

type Draft = Readonly<Record<string, string>>;

interface Stored {
  readonly screens: Readonly<Record<string, ScreenView>>;
  readonly memories: Readonly<Record<Memory, readonly string[]>>;
  /** Answers to forms that were left, by the form. */
  readonly drafts: Readonly<Record<string, Draft>>;
  /** The screen that was shown last. */
  readonly screen?: string;
}

const empty: Stored = { screens: {}, memories: { filters: [], commands: [], recent: [] }, drafts: {} };

/** Of each memory; the oldest are forgotten. */
const kept = 100;
/** Changes are written together, in milliseconds after the first of them. */
const saveAfterMs = 1000;

/** The views of one person. Reading is free; a change is written a moment later, and at `close`. */
export class ViewState {
  #stored: Stored;
  readonly #save: (text: string) => void;
  #timer: NodeJS.Timeout | undefined;

  /** `text` is what `save` was given the last time; whatever else it is counts as nothing. */
  constructor(text: string, save: (text: string) => void) {
    this.#stored = parse(text);
    this.#save = save;
  }

  screen(name: string): ScreenView {
    return this.#stored.screens[name] ?? {};
  }

  get lastScreen(): string | undefined {
    return this.#stored.screen;
  }

  showed(screen: string): void {
    if (screen !== this.#stored.screen) this.#change({ ...this.#stored, screen });
  }

  update(name: string, view: ScreenView): void {
    const next = { ...this.screen(name), ...view };
    if (JSON.stringify(next) === JSON.stringify(this.screen(name))) return;
    this.#change({ ...this.#stored, screens: { ...this.#stored.screens, [name]: next } });
  }

  memory(memory: Memory): readonly string[] {
    return this.#stored.memories[memory];
  }

  /** Puts a line first in a memory. */
  remember(memory: Memory, line: string): void {
    if (line === '' || this.memory(memory)[0] === line) return;
    const lines = [line, ...this.memory(memory).filter((one) => one !== line)].slice(0, kept);
    this.#change({ ...this.#stored, memories: { ...this.#stored.memories, [memory]: lines } });
  }

  /** What was answered to a form that was left; undefined when nothing is kept. */
  draft(form: string): Draft | undefined {
    return this.#stored.drafts[form];
  }

  /** Keeps answers to a form for another time; undefined forgets them. */
  keepDraft(form: string, draft: Draft | undefined): void {
    const others = Object.entries(this.#stored.drafts).filter(([name]) => name !== form);
    const drafts = Object.fromEntries(draft === undefined ? others : [...others, [form, draft]]);
    this.#change({ ...this.#stored, drafts });
  }

  /** Writes what was not written yet. */
  close(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#save(JSON.stringify(this.#stored));
  }

  #change(stored: Stored): void {
    this.#stored = stored;
    this.#timer ??= setTimeout(() => this.close(), saveAfterMs).unref();
  }
}

/**
 * The views kept in a folder, in `ui.json`. What cannot be read counts as nothing: it costs a person nothing but a sorting.
 * `onTrouble` is told once when it cannot be written.
 */
export const viewStateIn = (folder: string, onTrouble: (error: ProxdeckError) => void): ViewState => {
  const file = path.join(folder, 'ui.json');
  let told = false;
  return new ViewState(read(file), (text) => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const next = `${file}.${String(process.pid)}.tmp`;
      writeFileSync(next, text, { mode: 0o600 });
      renameSync(next, file);
    } catch (thrown) {
      if (told) return;
      told = true;
      const hint = 'Columns, sorting and what was typed are forgotten at the end.';
      onTrouble(new ProxdeckError('state', `${file} cannot be written.`, { hint, cause: thrown }));
    }
  });
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there yet, or not for us: then nothing is remembered.
    return '';
  }
};

// Read by hand: this is on the way to the first frame, where zod would cost more than all the rest.

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

const screenView = (value: unknown): ScreenView => {
  if (!isRecord(value)) return {};
  const { columns, sort, wide, selected, tab, zoomed } = value;
  return {
    ...(Array.isArray(columns) && { columns: texts(columns) }),
    ...(isRecord(sort) &&
      typeof sort['column'] === 'string' && {
        sort: { column: sort['column'], descending: sort['descending'] === true },
      }),
    ...(typeof wide === 'boolean' && { wide }),
    ...(typeof zoomed === 'boolean' && { zoomed }),
    ...(typeof selected === 'string' && { selected }),
    ...(typeof tab === 'string' && { tab }),
  };
};

const draftOf = (value: unknown): Draft =>
  isRecord(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])),
      )
    : {};

const parse = (text: string): Stored => {
  let value: unknown;
  try {
    value = JSON.parse(text === '' ? '{}' : text);
  } catch {
    // Cut off by a crash of the machine.
    return empty;
  }
  if (!isRecord(value)) return empty;
  const { screens, memories, screen, drafts } = value;
  const memory = isRecord(memories) ? memories : {};
  return {
    screens: isRecord(screens)
      ? Object.fromEntries(Object.entries(screens).map(([name, view]) => [name, screenView(view)]))
      : {},
    memories: {
      filters: texts(memory['filters']),
      commands: texts(memory['commands']),
      recent: texts(memory['recent']),
    },
    drafts: isRecord(drafts)
      ? Object.fromEntries(Object.entries(drafts).map(([name, kept]) => [name, draftOf(kept)]))
      : {},
    ...(typeof screen === 'string' && { screen }),
  };
};
