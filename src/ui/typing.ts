import type { AppModel } from './app.ts';
import type { Handlers } from './keys.ts';

/** Lines that are typed: a cursor in a text, and what the keys of a filter line do. */

/** A text with a cursor in it. Counts characters (code points), so that half of one can never be erased. */
export class LineEditor {
  #characters: readonly string[] = [];
  #cursor = 0;
  readonly #changed: () => void;

  constructor(changed: () => void, text = '') {
    this.#changed = changed;
    this.#characters = [...text];
    this.#cursor = this.#characters.length;
  }

  get text(): string {
    return this.#characters.join('');
  }

  /** What stands before the cursor. */
  get before(): string {
    return this.#characters.slice(0, this.#cursor).join('');
  }

  get after(): string {
    return this.#characters.slice(this.#cursor).join('');
  }

  /** Another text, with the cursor at its end. */
  set(text: string): void {
    this.#become([...text], [...text].length);
  }

  insert(text: string): void {
    this.#replace(this.#cursor, text);
  }

  erase(): void {
    this.#replace(this.#cursor - 1, '');
  }

  eraseWord(): void {
    this.#replace(this.#wordStart(), '');
  }

  /** Erases all that stands before the cursor. */
  eraseLine(): void {
    this.#replace(0, '');
  }

  move(delta: number): void {
    this.#become(this.#characters, this.#cursor + delta);
  }

  moveTo(end: 'start' | 'end'): void {
    this.#become(this.#characters, end === 'start' ? 0 : this.#characters.length);
  }

  #wordStart(): number {
    return [...this.before.replace(/[^\s/:]*[\s/:]*$/u, '')].length;
  }

  /** Replaces what stands between `from` and the cursor. */
  #replace(from: number, text: string): void {
    const head = this.#characters.slice(0, Math.max(0, from));
    const inserted = [...text];
    this.#become([...head, ...inserted, ...this.#characters.slice(this.#cursor)], head.length + inserted.length);
  }

  #become(characters: readonly string[], cursor: number): void {
    this.#characters = characters;
    this.#cursor = Math.max(0, Math.min(characters.length, cursor));
    this.#changed();
  }
}

/** What the keys that change a line do, for the scopes in which one is typed. */
export const editorHandlers = (line: LineEditor): Handlers => ({
  erase: () => line.erase(),
  'erase-word': () => line.eraseWord(),
  'erase-line': () => line.eraseLine(),
  left: () => line.move(-1),
  right: () => line.move(1),
  'line-start': () => line.moveTo('start'),
  'line-end': () => line.moveTo('end'),
});

/** What the keys do while a filter or something to find is typed; up and down go through what was typed before. */
export const lineHandlers = (app: AppModel): Handlers => {
  let recall: { readonly begun: string; at: number; shown: string } | undefined;
  const typed = (): string => app.state.editing?.text ?? '';
  const move = (action: 'down' | 'up') => (): void => app.shown.handlers.list?.[action]?.();
  const older = (step: 1 | -1) => (): void => {
    // Another letter typed since begins anew, with what begins so.
    if (recall?.shown !== typed()) recall = { begun: typed(), at: -1, shown: typed() };
    const { begun } = recall;
    const known = app.views.memory('filters').filter((one) => one.startsWith(begun) && one !== begun);
    recall.at = Math.max(-1, Math.min(known.length - 1, recall.at + step));
    recall.shown = known[recall.at] ?? begun;
    app.overlays.type(recall.shown);
  };
  const end = (): void => {
    recall = undefined;
    app.overlays.endEditing();
  };
  return {
    accept: () => {
      app.views.remember('filters', typed().trim());
      end();
    },
    cancel: () => {
      const { editing } = app.state;
      end();
      editing?.cancel();
    },
    erase: () => app.overlays.type([...typed()].slice(0, -1).join('')),
    'erase-word': () => app.overlays.type(typed().replace(/\S+\s*$/, '')),
    'erase-line': () => app.overlays.type(''),
    older: older(1),
    newer: older(-1),
    down: move('down'),
    up: move('up'),
  };
};
