import { EventEmitter } from 'node:events';
import { standIn } from './standIn.ts';

/** An escape sequence, one control character, or a run of text. */
const piece = /\u001B(?:\[[0-?]*[ -/]*[@-~]|O.|.)?|[\u0000-\u001A\u001C-\u001F\u007F]|[^\u0000-\u001F\u007F]+/gs;

/** Whether somebody is there for a key. */
export interface Gate {
  readonly ready: boolean;
  /** Called when somebody is. */
  onReady: () => void;
}

const interrupt = '\u0003';
/** Steps back and leaves also while nothing is asked. */
const always: readonly (string | undefined)[] = [interrupt, '\u001B'];
/** What moves or erases within a line elsewhere; the fields here would take the letter behind it as text. */
const meaningless = /^[\u0001\u0002\u0004-\u0007\u000B\u000C\u000E-\u0014\u0016-\u001A]$/;

/**
 * Standard input that hands out at most one key, or one run of text, a turn of the event loop, and only while somebody is there.
 * A form whose fields read for themselves would otherwise get `text⏎` of one read as one text and lose the Enter, and what is
 * typed ahead of a question would be lost before it is asked.
 */
export const keyByKey = (stdin: NodeJS.ReadStream, gate: Gate): NodeJS.ReadStream => {
  const events = new EventEmitter();
  const waiting: string[] = [];
  let next: string | undefined;
  const hand = (): void => {
    if (next !== undefined || !(gate.ready || always.includes(waiting[0]))) return;
    next = waiting.shift();
    if (next === undefined) return;
    events.emit('readable');
    setImmediate(hand);
  };
  const take = (): void => {
    for (;;) {
      const chunk: unknown = stdin.read();
      if (chunk === null) break;
      const pieces = (String(chunk).match(piece) ?? []).filter((one) => !meaningless.test(one));
      // Who wants to leave is not kept waiting by what was typed before.
      if (pieces.includes(interrupt)) waiting.splice(0, waiting.length, interrupt);
      else waiting.push(...pieces);
    }
    // A field that was just drawn listens from the next turn on: React runs effects behind the frame.
    setImmediate(hand);
  };
  gate.onReady = () => void setImmediate(hand);
  return standIn(stdin, {
    read: (): string | null => {
      const given = next ?? null;
      next = undefined;
      return given;
    },
    addListener: (event: string, listener: (...args: unknown[]) => void): void => {
      if (event !== 'readable') {
        stdin.addListener(event, listener);
        return;
      }
      if (events.listenerCount('readable') === 0) stdin.addListener('readable', take);
      events.addListener('readable', listener);
    },
    removeListener: (event: string, listener: (...args: unknown[]) => void): void => {
      if (event !== 'readable') {
        stdin.removeListener(event, listener);
        return;
      }
      events.removeListener('readable', listener);
      if (events.listenerCount('readable') === 0) stdin.removeListener('readable', take);
    },
  });
};
