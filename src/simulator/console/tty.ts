import { setImmediate as nextTurn } from 'node:timers/promises';
import { outputOf, promptOf, uname, type Session } from './commands.ts';
import type { Computer } from './computer.ts';
import { LineEditor } from './lineEditor.ts';

/** Who looks at a terminal: several may, and all see the same (contract §15.4). */
export interface Viewer {
  write(text: string): void;
  /** Resolves when what was written is on its way: an endless command must not fill the memory. */
  room(): Promise<void>;
  /** The process behind the terminal is gone. */
  end(): void;
}

export interface TtyOptions {
  readonly computer: () => Computer;
  readonly begins: 'login' | 'shell';
  /** A getty asks again after a logout; without one the end of the shell is the end of the terminal. */
  readonly goesOn: boolean;
  /** `tty1`, `ttyS0` */
  readonly line: string;
  /** Root's password; undefined: none is asked for. */
  readonly password: () => string | undefined;
}

const motd = [
  'The programs included with the Debian GNU/Linux system are free software;',
  'the exact distribution terms for each program are described in the',
  'individual files in /usr/share/doc/*/copyright.',
  '',
  'Debian GNU/Linux comes with ABSOLUTELY NO WARRANTY, to the extent',
  'permitted by applicable law.',
];

const pasteOn = '\u001B[?2004h';
const pasteOff = '\u001B[?2004l';

/** Lines that a command writes before anybody else gets a turn. */
const linesAtOnce = 512;

/** A terminal with a login and a small shell; what they say follows from the cluster's state. */
export class Tty {
  readonly #options: TtyOptions;
  readonly #viewers = new Set<Viewer>();
  readonly #editor = new LineEditor((text) => this.#write(text));
  #state: 'idle' | 'login' | 'password' | 'shell' = 'idle';
  #folder = '/root';
  #user = '';
  #columns = 80;
  #rows = 20;
  #running: AbortController | undefined;
  #typed = '';

  constructor(options: TtyOptions) {
    this.#options = options;
  }

  /** Shows the terminal to one more; the first of all wakes it up. Returns what lets it go on without them. */
  attach(viewer: Viewer): () => void {
    this.#viewers.add(viewer);
    if (this.#state === 'idle') this.#begin();
    else if (this.#options.begins === 'login') viewer.write('\u001B[H\u001B[J');
    return () => void this.#viewers.delete(viewer);
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    if (this.#state === 'shell' && this.#running === undefined) this.#editor.redraw(this.#prompt());
  }

  /** Takes typed bytes. While a command runs only Ctrl-C counts; the rest waits for it. */
  type(text: string): void {
    this.#typed += text;
    if (this.#running === undefined) return this.#take();
    if (!text.includes('\u0003')) return;
    this.#typed = this.#typed.slice(this.#typed.lastIndexOf('\u0003') + 1);
    this.#running.abort();
  }

  /** The machine stops: everybody is sent away. */
  halt(): void {
    this.#running?.abort();
    for (const viewer of this.#viewers) viewer.end();
    this.#state = 'idle';
  }

  #begin(): void {
    if (this.#options.begins === 'shell') return this.#enter();
    const { host, system } = this.#options.computer();
    this.#write('\u001B[H\u001B[J');
    this.#write(`\r\r\r\n${system.pretty.replace(/ \(.*/, '')} ${host} ${this.#options.line}\r\r\n\r\r\n`);
    this.#ask();
  }

  #ask(): void {
    this.#state = 'login';
    this.#write(`${this.#options.computer().host} login: `);
  }

  #enter(): void {
    const computer = this.#options.computer();
    this.#state = 'shell';
    this.#folder = '/root';
    const greeting = computer.system.id === 'debian' ? motd : [];
    this.#write([uname(computer, 'snrvm'), '', ...greeting].map((line) => `${line}\r\n`).join(''));
    this.#ready();
  }

  #ready(): void {
    this.#write(pasteOn + this.#prompt());
  }

  #prompt(): string {
    return promptOf({ computer: this.#options.computer(), folder: this.#folder });
  }

  #take(): void {
    let more = this.#typed;
    this.#typed = '';
    for (;;) {
      const typed = this.#editor.read(more);
      more = '';
      if (typed === undefined) return;
      if (typed.kind === 'line') this.#line(typed.text);
      else if (typed.kind === 'interrupt') this.#interrupt();
      else this.#end();
      if (this.#running !== undefined || this.#viewers.size === 0) return;
    }
  }

  #line(text: string): void {
    if (this.#state === 'shell') return this.#command(text);
    if (this.#state === 'password') return this.#secret(text);
    if (text.trim() === '') {
      this.#write('\r\r\r\n');
      return this.#ask();
    }
    this.#write('\r\n');
    this.#user = text.trim();
    // Without a password root is let in at once, as login(1) does.
    if (this.#user === 'root' && this.#options.password() === undefined) return this.#enter();
    this.#state = 'password';
    this.#editor.shown = false;
    this.#write('Password: ');
  }

  #secret(text: string): void {
    this.#editor.shown = true;
    this.#write('\r\n');
    if (this.#user === 'root' && text === this.#options.password()) return this.#enter();
    this.#write('\r\nLogin incorrect\r\n');
    this.#ask();
  }

  #interrupt(): void {
    this.#editor.shown = true;
    this.#write('^C\r\n');
    if (this.#state === 'shell') this.#write(this.#prompt());
    else this.#ask();
  }

  #end(): void {
    if (this.#state !== 'shell') return;
    this.#write('logout\r\n');
    this.#leave();
  }

  #leave(): void {
    this.#write(pasteOff);
    if (!this.#options.goesOn) return this.halt();
    this.#state = 'idle';
    this.#begin();
  }

  #command(line: string): void {
    this.#write(`\r\n${pasteOff}\r`);
    if (/^\s*(?:exit|logout)\b/.test(line)) {
      this.#write('logout\r\n');
      return this.#leave();
    }
    const session: Session = {
      computer: this.#options.computer(),
      columns: this.#columns,
      rows: this.#rows,
      history: this.#editor.history,
      folder: this.#folder,
    };
    const output = outputOf(line, session);
    this.#folder = session.folder;
    if (output === undefined) return this.#ready();
    void this.#run(output);
  }

  async #run(output: Iterable<string>): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    let lines: string[] = [];
    for (const line of output) {
      lines.push(line.startsWith('\u001B[H') ? line : `${line}\r\n`);
      if (lines.length < linesAtOnce) continue;
      this.#write(lines.join(''));
      lines = [];
      await Promise.all([...this.#viewers].map((viewer) => viewer.room()));
      await nextTurn();
      if (running.signal.aborted || this.#viewers.size === 0) break;
    }
    this.#write(running.signal.aborted ? '^C\r\n' : lines.join(''));
    this.#running = undefined;
    if (this.#state !== 'shell') return;
    this.#ready();
    this.#take();
  }

  #write(text: string): void {
    for (const viewer of this.#viewers) viewer.write(text);
  }
}
