import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import type { ConsolePlace, Seat } from '../../operations/seat.ts';
import { shellWord } from '../../ui/shellWords.ts';
import type { ConsoleLine } from '../../proxmox/types.ts';
import { runOnTerminal } from '../lending.ts';

/** Ctrl-]: what telnet and virsh leave by. */
const leaveKey = '\u001D';

/** What a program in the guest may have switched on and left so: other screen, mouse, paste, cursor keys, colours, hidden cursor. */
const usual =
  '\u001B[?1049l\u001B[?1000l\u001B[?1002l\u001B[?1003l\u001B[?1006l\u001B[?2004l\u001B[?1l\u001B>\u001B[?25h\u001B[m';

/** A getty clears the screen when one comes: left out at the beginning, so that how to leave stays to be read. */
const clearing = /^(?:\u001B\[H|\u001B\[2?J)+/;

const withoutClearing = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(Buffer.from(bytes).toString('latin1').replace(clearing, ''), 'latin1');

/** The terminal as the guest's: raw, so that Ctrl-C goes there too. Returns the function that gives it back. */
const takeOver = (input: ReadStream, type: (text: string) => void): (() => void) => {
  const restore = (): void => {
    process.off('exit', restore);
    input.off('data', type).pause();
    input.setRawMode(false);
    // Synchronously: the process may be on its way out.
    writeSync(1, `${usual}\r\n`);
  };
  process.once('exit', restore);
  input.setRawMode(true);
  input.setEncoding('utf8').on('data', type).resume();
  return restore;
};

const show = async (
  input: ReadStream,
  output: WriteStream,
  line: ConsoleLine,
  { title, way }: ConsolePlace,
): Promise<'left' | 'ended'> => {
  output.write(`${title}, ${way}. Ctrl-] leaves it, and what runs there goes on.\n`);
  const left = Promise.withResolvers<'left'>();
  let isHere = true;
  const restore = takeOver(input, (text) => {
    const [before = '', ...after] = text.split(leaveKey);
    line.write(before);
    if (after.length > 0) left.resolve('left');
  });
  const resized = (): void => line.resize({ columns: output.columns, rows: output.rows });
  output.on('resize', resized);
  const shown = async (): Promise<'ended'> => {
    let isCleared = false;
    for await (const bytes of line.output) {
      if (!isHere) break;
      const kept: Uint8Array = isCleared ? bytes : withoutClearing(bytes);
      isCleared ||= kept.length > 0;
      if (!output.write(kept)) await once(output, 'drain');
    }
    return 'ended';
  };
  try {
    return await Promise.race([left.promise, shown()]);
  } finally {
    isHere = false;
    output.off('resize', resized);
    restore();
  }
};

/** The terminal of this process as a place for consoles; undefined where input or output is something else. */
export const openSeat = (): Seat | undefined => {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  return {
    get size() {
      return { columns: stdout.columns, rows: stdout.rows };
    },
    show: (line, place) => show(stdin, stdout, line, place),
    lend: (command, { title, way }) =>
      runOnTerminal(
        command,
        `${title}, ${way}\n${command.map(shellWord).join(' ')}\nProxdeck comes back when this ends (Ctrl-D or exit).\n\n`,
      ),
    // The result tells it.
    offer: () => undefined,
  };
};
