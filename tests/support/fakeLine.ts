import type { ConsoleLine } from '../../src/proxmox/types.ts';

/** A console without a server. */
export interface FakeLine {
  readonly line: ConsoleLine;
  /** What was sent: texts as they were, sizes as `30×6`. */
  readonly sent: readonly string[];
  /** The guest writes. */
  push(...texts: readonly string[]): void;
  /** The console ends by itself. */
  end(): void;
  readonly isClosed: boolean;
}

/** Makes a console whose guest is the test. */
export const fakeLine = (): FakeLine => {
  const sent: string[] = [];
  let queue: readonly string[] = [];
  let change = Promise.withResolvers<void>();
  let isOpen = true;
  let isClosed = false;
  const read = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) {
      const [next, ...others] = queue;
      if (next !== undefined) {
        queue = others;
        yield Buffer.from(next);
      } else if (!isOpen) return;
      else {
        change = Promise.withResolvers<void>();
        await change.promise;
      }
    }
  };
  const end = (): void => {
    isOpen = false;
    change.resolve();
  };
  return {
    line: {
      upid: 'UPID:',
      output: read(),
      write: (text) => void sent.push(text),
      resize: ({ columns, rows }) => void sent.push(`${String(columns)}×${String(rows)}`),
      close: () => {
        isClosed = true;
        end();
      },
    },
    sent,
    push: (...texts) => {
      queue = [...queue, ...texts];
      change.resolve();
    },
    end,
    get isClosed() {
      return isClosed;
    },
  };
};
