import { createInterface } from 'node:readline/promises';
import type { ReadStream, WriteStream } from 'node:tty';
import { ProxdeckError } from '../../models/error.ts';

/** A terminal where a person can be asked. Questions go to stderr, so that stdout keeps to the result. */
export interface Terminal {
  /** Asks a question and returns the answer, trimmed. Throws `cancelled` on Ctrl-C or when the terminal is gone. */
  ask(question: string): Promise<string>;
  /** The same without showing what is typed. */
  askSecret(question: string): Promise<string>;
}

const cancelled = (): ProxdeckError => new ProxdeckError('cancelled', 'Cancelled.');

const ask = async (input: ReadStream, output: WriteStream, question: string): Promise<string> => {
  const lines = createInterface({ input, output });
  const gone = Promise.withResolvers<never>();
  const cancel = (): void => gone.reject(cancelled());
  // Ctrl-C and Ctrl-D close the line without an answer.
  lines.once('SIGINT', cancel);
  lines.once('close', cancel);
  try {
    return (await Promise.race([lines.question(question), gone.promise])).trim();
  } finally {
    // Only ours: by its own listener the line lets go of the keyboard, and one that does not echoes the secret that comes next.
    lines.off('close', cancel);
    lines.close();
  }
};

/** Reads one line in raw mode, where the terminal echoes nothing. */
const askSecret = async (input: ReadStream, output: WriteStream, question: string): Promise<string> => {
  output.write(question);
  const answer = Promise.withResolvers<string>();
  let typed = '';
  const read = (chunk: string): void => {
    for (const character of chunk) {
      if (character === '\r' || character === '\n') answer.resolve(typed);
      else if (character === '\u0003' || character === '\u0004') answer.reject(cancelled());
      else if (character === '\u007F' || character === '\b') typed = typed.slice(0, -1);
      else if (character >= ' ') typed += character;
    }
  };
  const end = (): void => answer.reject(cancelled());
  input.setRawMode(true);
  input.setEncoding('utf8').on('data', read).once('end', end).resume();
  try {
    return (await answer.promise).trim();
  } finally {
    input.off('data', read).off('end', end).pause();
    input.setRawMode(false);
    output.write('\n');
  }
};

/** Returns the terminal of this process, or undefined when nobody can be asked. */
export const openTerminal = (): Terminal | undefined => {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  return {
    ask: (question) => ask(stdin, stderr, question),
    askSecret: (question) => askSecret(stdin, stderr, question),
  };
};
