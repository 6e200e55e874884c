import type { ConsoleLine, TerminalSize } from '../../proxmox/types.ts';
import { Emulator, type Drawn } from './emulator.ts';

const pasted = /\u001B\[20[01]~/g;
const cursorKey = /\u001B\[([A-DHF])/g;

/** A console that is looked at: its terminal, who has the keys, and how far back one looks. */
export class ConsoleModel {
  readonly #line: ConsoleLine;
  readonly #emulator: Emulator;
  readonly #changed: () => void;
  #isTyping = true;
  #back = 0;

  constructor(line: ConsoleLine, size: TerminalSize, changed: () => void) {
    this.#line = line;
    this.#changed = changed;
    this.#emulator = new Emulator(size, (reply) => line.write(reply));
  }

  /** Whether what is typed goes to the guest. */
  get isTyping(): boolean {
    return this.#isTyping;
  }

  /** How many lines back one looks; 0 is the newest. */
  get back(): number {
    return this.#back;
  }

  /** Reads the console until it ends; each piece is on the screen before the next is taken. */
  async follow(): Promise<void> {
    for await (const bytes of this.#line.output) {
      const before = this.#emulator.above;
      await this.#emulator.write(bytes);
      // Who looks back goes on seeing the same lines.
      if (this.#back > 0) this.scroll(this.#emulator.above - before);
      this.#changed();
    }
  }

  /** Sends what was typed or pasted, as bytes of our terminal. */
  type(text: string): void {
    const plain = this.#emulator.takesPaste ? text : text.replaceAll(pasted, '');
    this.#line.write(this.#emulator.isApplication ? plain.replaceAll(cursorKey, '\u001BO$1') : plain);
    this.#back = 0;
  }

  /** Gives the keys to the guest, or takes them back. */
  setTyping(isTyping: boolean): void {
    this.#isTyping = isTyping;
    if (isTyping) this.#back = 0;
    this.#changed();
  }

  /** Looks so many lines further back. */
  scroll(lines: number): void {
    this.#back = Math.min(this.#emulator.above, Math.max(0, this.#back + lines));
    this.#changed();
  }

  /** The rows of the terminal, which has this size from now on. */
  draw(size: TerminalSize, drawn: Omit<Drawn, 'cursor'>): readonly string[] {
    const { columns, rows } = this.#emulator.size;
    if (columns !== size.columns || rows !== size.rows) {
      this.#emulator.resize(size);
      this.#line.resize(size);
      this.#back = Math.min(this.#back, this.#emulator.above);
    }
    return this.#emulator.lines(this.#back, { ...drawn, cursor: this.#isTyping });
  }

  /** What is on the screen, as text. */
  get text(): string {
    return this.#emulator.text(this.#back);
  }

  close(): void {
    this.#line.close();
    this.#emulator.dispose();
  }
}
