import { StringDecoder } from 'node:string_decoder';
import * as pty from '@lydell/node-pty';
import type { IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import type { IBufferCell, IBufferLine } from '@xterm/headless';

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Added to the environment of this process; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export interface Exit {
  readonly code: number;
  /** The number of the signal that ended the program; 0 for none. */
  readonly signal: number;
}

/** Bytes of the program, stamped when they arrived (performance.now, ms). */
export interface Chunk {
  readonly at: number;
  readonly bytes: number;
}

/** What decides how a program draws must not depend on who runs the tests. */
const neutral = ['CI', 'NO_COLOR', 'FORCE_COLOR', 'NODE_OPTIONS', 'NODE_ENV', 'VITEST'];
const neutralPrefix = /^(PROXDECK_|VITEST_|npm_)/;

/** Parsing waits until a burst is over, so that it never delays the stamp of the next chunk. */
const burstEndMs = 2;
const burstMaxMs = 16;

const named: Readonly<Record<string, string>> = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  pageup: '\u001b[5~',
  pagedown: '\u001b[6~',
  delete: '\u001b[3~',
  backtab: '\u001b[Z',
  enter: '\r',
  tab: '\t',
  escape: '\u001b',
  backspace: '\u007f',
  space: ' ',
};

/** The bytes of keys written as `jj<down><enter><C-c>`: names in angle brackets, all else stands for itself. */
const bytesOf = (keys: string): string =>
  keys.replaceAll(/<(C-)?([a-z]+)>/g, (whole, control: string | undefined, name: string) =>
    control === undefined ? (named[name] ?? whole) : String.fromCharCode(name.charCodeAt(0) & 31),
  );

function environment(changes: TerminalOptions['env'] = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !neutral.includes(name) && !neutralPrefix.test(name),
  );
  const terminal = { TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  const all = { ...Object.fromEntries(inherited), ...terminal, ...changes };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A number of the 256 of the palette, or `#rrggbb`; undefined is the terminal's own. */
export type Colour = number | string | undefined;

export interface StyledRun {
  readonly text: string;
  readonly columns: number;
  readonly foreground: Colour;
  readonly background: Colour;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

const hex = (rgb: number): string => `#${rgb.toString(16).padStart(6, '0')}`;

const styleOf = (cell: IBufferCell): Omit<StyledRun, 'text' | 'columns'> => ({
  foreground: cell.isFgDefault() ? undefined : cell.isFgRGB() ? hex(cell.getFgColor()) : cell.getFgColor(),
  background: cell.isBgDefault() ? undefined : cell.isBgRGB() ? hex(cell.getBgColor()) : cell.getBgColor(),
  bold: cell.isBold() !== 0,
  dim: cell.isDim() !== 0,
  underline: cell.isUnderline() !== 0,
  inverse: cell.isInverse() !== 0,
});

const sameStyle = (one: Omit<StyledRun, 'text' | 'columns'>, other: Omit<StyledRun, 'text' | 'columns'>): boolean =>
  one.foreground === other.foreground &&
  one.background === other.background &&
  one.bold === other.bold &&
  one.dim === other.dim &&
  one.underline === other.underline &&
  one.inverse === other.inverse;

const runsOf = (line: IBufferLine | undefined): readonly StyledRun[] => {
  const runs: StyledRun[] = [];
  for (let x = 0; x < (line?.length ?? 0); x += 1) {
    const cell = line?.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const style = styleOf(cell);
    const last = runs.at(-1);
    const text = cell.getChars() || ' ';
    if (last !== undefined && sameStyle(last, style))
      runs[runs.length - 1] = { ...last, text: last.text + text, columns: last.columns + cell.getWidth() };
    else runs.push({ ...style, text, columns: cell.getWidth() });
  }
  return runs;
};

interface Waiting {
  readonly holds: () => boolean;
  readonly done: (at: number) => void;
}

/**
 * A program on a real pty with an emulated screen behind it (@xterm/headless).
 *
 * What is between the marks of synchronized output (mode 2026) is not on the screen yet: nothing that waits looks at it.
 */
export class Terminal {
  /** Everything that arrived since the start. */
  readonly chunks: Chunk[] = [];
  /** performance.now of the start. */
  readonly startedAt = performance.now();
  /** How the program ended; pending while it runs. */
  readonly exited: Promise<Exit>;
  readonly #pty: IPty;
  readonly #screen: InstanceType<typeof xterm.Terminal>;
  readonly #waiting = new Set<Waiting>();
  #unparsed: { at: number; data: Buffer }[] = [];
  /** Xterm loses a character of three bytes whose last one comes in another read. */
  readonly #decoder = new StringDecoder('utf8');
  #timer: NodeJS.Timeout | undefined;
  #isSynchronized = false;
  #updates = 0;
  #exit: Exit | undefined;
  #raw: Buffer[] = [];

  constructor(command: string, args: readonly string[], options: TerminalOptions = {}) {
    const { columns: cols = 120, rows = 40, cwd = process.cwd() } = options;
    this.#screen = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 0, logLevel: 'off' });
    const env = environment(options.env);
    const name = env['TERM'] ?? 'dumb';
    this.#pty = pty.spawn(command, [...args], { cols, rows, cwd, env, encoding: null, name });
    this.#answerQueries();
    this.#followSynchronizedOutput();
    // With encoding null chunks are buffers; the types of node-pty say string.
    this.#pty.onData((data: string | Uint8Array) => this.#arrived(Buffer.from(data)));
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal = 0 }) => {
        this.#exit = { code: exitCode, signal };
        // The last bytes may come after the news of the end.
        setTimeout(() => {
          this.#parse();
          this.#screen.write('', () => {
            this.#look(performance.now());
            resolve({ code: exitCode, signal });
          });
        }, 20);
      });
    });
  }

  get hasExited(): boolean {
    return this.#exit !== undefined;
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Bytes that arrived since the start. */
  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  }

  /** The raw bytes since the start, as text. */
  get raw(): string {
    return Buffer.concat(this.#raw).toString('utf8');
  }

  /** Whole updates (synchronized output) that were shown since the start. */
  get updates(): number {
    return this.#updates;
  }

  get isAlternateScreen(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  get cursor(): { readonly x: number; readonly y: number } {
    const { cursorX: x, cursorY: y } = this.#screen.buffer.active;
    return { x, y };
  }

  /** The text of the screen, a line a row, without trailing spaces. */
  frame(): string {
    return this.lines().join('\n');
  }

  lines(): string[] {
    return Array.from({ length: this.#screen.rows }, (_, y) => this.#line(y)?.translateToString(true) ?? '');
  }

  /** The screen as runs of one style a row; as a person sees them. */
  styledRuns(): readonly (readonly StyledRun[])[] {
    return Array.from({ length: this.#screen.rows }, (_, y) => runsOf(this.#line(y)));
  }

  /** The screen with its colours and attributes as one text: two are equal when a person sees the same. */
  fingerprint(): string {
    const rows = this.#screen.rows;
    return Array.from({ length: rows }, (_, y) => this.#line(y))
      .map((line) => (line === undefined ? '' : this.#lineFingerprint(line)))
      .join('\n');
  }

  /**
   * Resolves as soon as the screen shows `what` (a text, an expression, a predicate), with the time when the bytes arrived
   * that made it so (performance.now, ms). Rejects with the screen when the program ends or the time is up.
   */
  async waitFor(what: string | RegExp | ((frame: string) => boolean), timeoutMs = 30_000): Promise<number> {
    const isShown = (): boolean => {
      if (typeof what === 'function') return what(this.frame());
      return typeof what === 'string' ? this.frame().includes(what) : what.test(this.frame());
    };
    return this.#until(isShown, `waiting for ${String(what)}`, timeoutMs);
  }

  /** Like waitFor, for the first moment when the screen looks other than `before`, a fingerprint. */
  async waitForChange(before: string, timeoutMs = 30_000): Promise<number> {
    return this.#until(() => this.fingerprint() !== before, 'waiting for any change', timeoutMs);
  }

  /** Resolves when nothing arrived for `quietMs`. */
  async settled(quietMs = 100): Promise<void> {
    for (;;) {
      const last = this.chunks.at(-1)?.at ?? this.startedAt;
      const remaining = last + quietMs - performance.now();
      if (remaining <= 0 && this.#unparsed.length === 0) return;
      await new Promise((resolve) => {
        setTimeout(resolve, Math.max(1, remaining));
      });
    }
  }

  /** Sends keys, written as `jj<down><enter><C-c>`, and returns when (performance.now, ms). */
  press(keys: string): number {
    const at = performance.now();
    this.#pty.write(bytesOf(keys));
    return at;
  }

  /** Sends bytes as they are: half a character, an answer of another terminal. */
  write(bytes: Buffer): void {
    // It takes buffers as well; the types of node-pty say string.
    Reflect.apply(this.#pty.write, this.#pty, [bytes]);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    if (this.#exit === undefined) process.kill(this.pid, signal);
  }

  /** Ends the program if it still runs, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGTERM');
    const impatience = setTimeout(() => this.kill('SIGKILL'), 3_000);
    await this.exited;
    clearTimeout(impatience);
    this.#screen.dispose();
  }

  async #until(holds: () => boolean, doing: string, timeoutMs: number): Promise<number> {
    if (!this.#isSynchronized && this.#unparsed.length === 0 && holds())
      return this.chunks.at(-1)?.at ?? this.startedAt;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const waiting = { holds, done: resolve };
    this.#waiting.add(waiting);
    const fail = (why: string): void => {
      if (this.#waiting.has(waiting)) reject(new Error(`${doing}: ${why}. The screen:\n${this.frame()}`));
    };
    const timer = setTimeout(() => fail(`nothing in ${String(timeoutMs)} ms`), timeoutMs);
    void this.exited.then(({ code, signal }) =>
      fail(`the program ended (code ${String(code)}, signal ${String(signal)})`),
    );
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
    }
  }

  #arrived(data: Buffer): void {
    const at = performance.now();
    this.chunks.push({ at, bytes: data.length });
    this.#raw.push(data);
    this.#unparsed.push({ at, data });
    clearTimeout(this.#timer);
    const oldest = this.#unparsed[0]?.at ?? at;
    this.#timer = setTimeout(() => this.#parse(), at - oldest > burstMaxMs ? 0 : burstEndMs);
  }

  #parse(): void {
    const chunks = this.#unparsed;
    this.#unparsed = [];
    for (const { at, data } of chunks) this.#screen.write(this.#decoder.write(data), () => this.#look(at));
  }

  #look(at: number): void {
    if (this.#isSynchronized) return;
    for (const { holds, done } of this.#waiting) if (holds()) done(at);
  }

  #line(y: number): IBufferLine | undefined {
    const { active } = this.#screen.buffer;
    return active.getLine(active.baseY + y);
  }

  #lineFingerprint(line: IBufferLine): string {
    let print = line.translateToString(true);
    let last = '';
    for (let x = 0; x < line.length; x += 1) {
      const cell = line.getCell(x);
      if (cell === undefined) continue;
      const colours = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()];
      const style = [...colours, cell.isBold(), cell.isDim(), cell.isInverse(), cell.isUnderline()].join();
      if (style !== last) print += `|${String(x)}:${style}`;
      last = style;
    }
    return print;
  }

  /** Programs ask a terminal for its colours and its keyboard; one that does not answer keeps them waiting. */
  #answerQueries(): void {
    const reply = (text: string): true => {
      this.#pty.write(text);
      return true;
    };
    this.#screen.onData((answer) => this.#pty.write(answer));
    for (const [code, colour] of [
      [10, 'd8d8/d8d8/d8d8'],
      [11, '1414/1414/1414'],
      [12, 'd8d8/d8d8/d8d8'],
    ] as const) {
      this.#screen.parser.registerOscHandler(code, (data) =>
        data === '?' ? reply(`\u001b]${String(code)};rgb:${colour}\u001b\\`) : true,
      );
    }
    this.#screen.parser.registerCsiHandler({ prefix: '?', final: 'u' }, () => reply('\u001b[?0u'));
  }

  #followSynchronizedOutput(): void {
    for (const final of ['h', 'l']) {
      this.#screen.parser.registerCsiHandler({ prefix: '?', final }, (parameters) => {
        if (parameters.includes(2026)) {
          this.#isSynchronized = final === 'h';
          if (!this.#isSynchronized) this.#updates += 1;
        }
        return false;
      });
    }
  }
}
