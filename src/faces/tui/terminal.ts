import { writeSync } from 'node:fs';
import { Compositor } from '../../ui/terminal/compositor.ts';
import { FrameWriter } from '../../ui/terminal/frameWriter.ts';
import { standIn } from '../../ui/terminal/standIn.ts';
import { takeOverPicture } from '../handover.ts';

/** Taking the terminal over and giving it back. Nothing else writes to it while the full screen runs. */

const enterAlternateScreen = '\u001B[?1049h';
const leaveAlternateScreen = '\u001B[?1049l';
const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';
const bracketedPasteOff = '\u001B[?2004l';
const reset = '\u001B[m';
/** Without automatic wrapping a frame of the size before a resize is cut, not folded over the lines below it. */
const wrapOff = '\u001B[?7l';
const wrapOn = '\u001B[?7h';

export interface Screen {
  readonly writer: FrameWriter;
  /** The picture, and what lies over it. */
  readonly compositor: Compositor;
  /** What Ink draws on: the terminal, with every frame going over the picture. */
  readonly stdout: NodeJS.WriteStream;
  /** Writes past the frame: sequences that draw nothing. */
  emit(sequence: string): void;
  /** Gives the terminal back as it was. May be called any number of times, from anywhere. */
  leave(): void;
  /** Takes it over again, after something else had it. */
  enter(): void;
}

/**
 * Takes the terminal over. When the launcher has already shown the picture of the last run, its alternate screen is
 * kept and drawn over, so that nothing flickers.
 */
export const enterScreen = (terminal: NodeJS.WriteStream): Screen => {
  const writer = new FrameWriter({
    write: (text) => {
      terminal.write(text);
    },
    get rows() {
      return terminal.rows;
    },
    get columns() {
      return terminal.columns;
    },
  });
  const compositor = new Compositor(writer);
  // A terminal that was closed takes nothing any more; the signal that came with it ends the program.
  terminal.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EIO' && error.code !== 'EPIPE') throw error;
  });
  let left = true;
  const leave = (): void => {
    if (left) return;
    left = true;
    writer.suspend();
    process.off('exit', leave);
    process.off('uncaughtExceptionMonitor', leave);
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    // Synchronously: the process may be on its way out. A terminal that is gone cannot be restored, and needs not be.
    try {
      writeSync(1, reset + bracketedPasteOff + wrapOn + showCursor + leaveAlternateScreen);
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && (thrown.code === 'EIO' || thrown.code === 'EPIPE')))
        throw thrown;
    }
  };
  const enter = (): void => {
    if (!left) return;
    left = false;
    writer.resume();
    terminal.write((takeOverPicture() ? '' : enterAlternateScreen) + hideCursor + wrapOff);
    process.on('exit', leave);
    process.on('uncaughtExceptionMonitor', leave);
  };
  enter();
  return {
    writer,
    compositor,
    stdout: framesInto(terminal, compositor),
    emit: (sequence) => terminal.write(sequence),
    leave,
    enter,
  };
};

/** Ink switches modes of the terminal (bracketed paste, the cursor) through the same stream; those are no frames. */
const terminalModes = /^(?:\u001B\[\?\d+[hl])+$/;

/** The terminal as a stream whose `write` takes whole frames; everything else is the terminal's own. */
const framesInto = (terminal: NodeJS.WriteStream, compositor: Compositor): NodeJS.WriteStream =>
  standIn(terminal, {
    write: (text: string, written?: () => void): boolean => {
      // Ink ends with an empty write and waits until it is through.
      if (text === '' || terminalModes.test(text)) return terminal.write(text, written);
      compositor.showCover(text);
      return true;
    },
    // Ink would draw the old layout at the new size; the model's own size changes instead, and with it the layout.
    on: (event: string, listener: () => void): void => {
      if (event !== 'resize') terminal.on(event, listener);
    },
  });
