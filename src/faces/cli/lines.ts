import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { stateFolder, type Environment } from '../../config/paths.ts';

/** Where the lines of the console come from. */
export interface LineSource {
  /** Asks for a line; undefined when there are no more. */
  next(prompt: string): Promise<string | undefined>;
}

/** What a line could go on with: the candidates for its last word, and that word. */
export type LineCompleter = (line: string) => Promise<readonly [candidates: readonly string[], word: string]>;

const linesKept = 500;

/** The lines that were typed, newest first, kept over restarts. A home that cannot be written to costs the memory, nothing else. */
class Memory {
  readonly #file: string;
  lines: readonly string[];

  constructor(env: Environment) {
    this.#file = path.join(stateFolder(env), 'console-history');
    this.lines = this.#read();
  }

  add(line: string): void {
    if (line.trim() === '' || line === this.lines[0]) return;
    this.lines = [line, ...this.lines].slice(0, linesKept);
    try {
      mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(this.#file, `${this.lines.join('\n')}\n`, { mode: 0o600 });
    } catch {
      // Remembered until the end of this console.
    }
  }

  #read(): readonly string[] {
    try {
      return readFileSync(this.#file, 'utf8').split('\n').filter(Boolean);
    } catch {
      return [];
    }
  }
}

/**
 * Lines from a terminal, with history and completion. Between two lines nothing listens, so that a command may ask questions of
 * its own. `plain` leaves the editing to the terminal itself and sends no escape sequence, as a screen reader needs it.
 */
export const terminalLines = (env: Environment, complete: LineCompleter, plain: boolean): LineSource => {
  const memory = new Memory(env);
  /** Lines that came with the one before, pasted or typed ahead, and what was typed of the next. */
  const waiting: string[] = [];
  let begun = '';
  /** Ctrl-D, or the terminal is gone. */
  let over = false;
  const taken = (line: string | undefined): string | undefined => {
    if (line !== undefined) memory.add(line);
    return line;
  };
  return {
    next: (prompt) =>
      new Promise((resolve) => {
        const ahead = waiting.shift();
        if (ahead !== undefined) {
          process.stdout.write(`${prompt}${ahead}\n`);
          return resolve(taken(ahead));
        }
        if (over) return resolve(undefined);
        const lines = createInterface({
          input: process.stdin,
          output: process.stdout,
          terminal: !plain,
          history: [...memory.lines],
          historySize: linesKept,
          completer: async (line: string): Promise<[string[], string]> => {
            const [candidates, word] = await complete(line);
            // A word that can only be one is finished, and the next one begun.
            const [only, another] = candidates;
            return [only !== undefined && another === undefined ? [`${only} `] : [...candidates], word];
          },
        });
        let asked = false;
        over = true;
        const close = (): void => {
          if (asked) return;
          asked = true;
          // Whatever came in the same read is still to be taken in; it may be the end.
          setImmediate(() => {
            if (!open) return;
            begun = lines.line;
            over = false;
            lines.close();
          });
        };
        let open = true;
        lines.on('line', (line) => {
          waiting.push(line);
          close();
        });
        lines.on('SIGINT', () => {
          process.stdout.write('^C (exit leaves)\n');
          lines.write(null, { ctrl: true, name: 'e' });
          lines.write(null, { ctrl: true, name: 'u' });
          waiting.push('');
          close();
        });
        lines.once('close', () => {
          open = false;
          const line = taken(waiting.shift());
          if (line === undefined) process.stdout.write('\n');
          resolve(line);
        });
        lines.setPrompt(prompt);
        lines.prompt();
        if (begun !== '') lines.write(begun);
        begun = '';
      }),
  };
};

/** Lines from a file or a pipe; no prompt is written. */
export const pipedLines = (input: Readable): LineSource => {
  const lines = createInterface({ input, terminal: false })[Symbol.asyncIterator]();
  return {
    next: async () => {
      const { value, done } = await lines.next();
      return done === true ? undefined : value;
    },
  };
};
