import type { ConsoleLine, TerminalSize } from '../proxmox/types.ts';

/** What a console is a console of, for a person. */
export interface ConsolePlace {
  /** `104 relay-dev`, `node pve1` */
  readonly title: string;
  /** Which way was taken, and why when it is not the first: `by ssh: the server does not …`. */
  readonly way: string;
}

/** Where a person sits at a terminal: what an operation may do with it. The face makes it; without one nobody looks. */
export interface Seat {
  readonly size: TerminalSize;
  /** Shows a console and sends there what is typed, until it ends or the person leaves it. */
  show(line: ConsoleLine, place: ConsolePlace): Promise<'left' | 'ended'>;
  /** Lets a program have the terminal, having said how one comes back. Returns its exit code; rejects with `not-found` when there is none. */
  lend(command: readonly string[], place: ConsolePlace): Promise<number>;
  /** Tells an address that the person can open elsewhere. */
  offer(address: string, place: ConsolePlace): void;
}
