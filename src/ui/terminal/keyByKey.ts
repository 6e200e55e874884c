import { EventEmitter } from 'node:events';
import { standIn } from './standIn.ts';

/** An escape sequence, one control character, or a run of text. */
const piece = /\u001B(?:\[[0-?]*[ -/]*[@-~]|O.|.)?|[\u0000-\u001A\u001C-\u001F\u007F]|[^\u0000-\u001F\u007F]+/gs;

/**
 * Standard input that hands out at most one key, or one run of text, a turn of the event loop.
 * A form whose fields read for themselves would otherwise get `text⏎` of one read as one text and lose the Enter.
 */
export const keyByKey = (stdin: NodeJS.ReadStream): NodeJS.ReadStream => {
  const events = new EventEmitter();
  const waiting: string[] = [];
  let next: string | undefined;
  const hand = (): void => {
    if (next !== undefined) return;
    next = waiting.shift();
    if (next === undefined) return;
    events.emit('readable');
    setImmediate(hand);
  };
  const take = (): void => {
    for (;;) {
      const chunk: unknown = stdin.read();
      if (chunk === null) break;
      waiting.push(...(String(chunk).match(piece) ?? []));
    }
    // A field that was just drawn listens from the next turn on: React runs effects behind the frame.
    setImmediate(hand);
  };
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
