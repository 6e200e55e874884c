import type { ConsolePlace, Seat } from '../../src/operations/seat.ts';

/** A place at a terminal that exists only in a test: types a script, and keeps what it was shown. */
export interface FakeSeat extends Seat {
  /** What the console showed. */
  readonly shown: string;
  readonly places: readonly ConsolePlace[];
  /** Commands that got the terminal. */
  readonly lent: readonly (readonly string[])[];
  readonly offered: readonly string[];
}

interface Script {
  /** What is typed after what was shown; leaves when the last of them was shown. */
  readonly steps?: readonly { readonly after: string | RegExp; readonly type?: string; readonly act?: () => void }[];
  /** What a program that gets the terminal ends with. */
  readonly code?: number;
}

/** Makes a seat that follows a script. */
export const fakeSeat = ({ steps = [], code = 0 }: Script = {}): FakeSeat => {
  const places: ConsolePlace[] = [];
  const lent: (readonly string[])[] = [];
  const offered: string[] = [];
  let shown = '';
  return {
    size: { columns: 90, rows: 25 },
    places,
    lent,
    offered,
    get shown() {
      return shown;
    },
    show: async (line, place) => {
      places.push(place);
      const left = [...steps];
      let from = 0;
      for await (const bytes of line.output) {
        shown += Buffer.from(bytes).toString('utf8');
        for (let step = left[0]; step !== undefined; step = left[0]) {
          const rest = shown.slice(from);
          const found = typeof step.after === 'string' ? rest.includes(step.after) : step.after.test(rest);
          if (!found) break;
          left.shift();
          from = shown.length;
          step.act?.();
          if (step.type !== undefined) line.write(step.type);
          else if (step.act === undefined) return 'left';
        }
      }
      return 'ended';
    },
    lend: async (command, place) => {
      places.push(place);
      lent.push(command);
      return code;
    },
    offer: (address) => void offered.push(address),
  };
};
