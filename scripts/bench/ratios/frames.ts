import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { startProgram, type Frame, type Program } from '../../../tests/support/program.ts';
import { moment } from '../../../tests/support/cluster.ts';
import { later, steadySession } from './steady.ts';

/** What frames cost, in bytes to the terminal and bytes of memory: the same figures on every machine. */

type Figures = Readonly<Record<string, number>>;

const down = '\u001B[B';

const press = async (program: Program, keys: string): Promise<void> => {
  program.type(Buffer.from(keys));
  // A lone Esc is held back by Ink for 20 ms, in case it begins a sequence.
  if (keys === '\u001B') await sleep(30);
  await program.settle();
};

/** Runs a step `times` and returns bytes and frames of one of them, on the average. */
const costOf = async (
  program: Program,
  times: number,
  step: (at: number) => Promise<void>,
): Promise<{ readonly bytes: number; readonly frames: number }> => {
  const before = { bytes: program.writer.bytesWritten, frames: program.writer.framesWritten };
  for (let at = 0; at < times; at += 1) await step(at);
  return {
    bytes: Math.round((program.writer.bytesWritten - before.bytes) / times),
    frames: (program.writer.framesWritten - before.frames) / times,
  };
};

/** Runs it once to warm up what is made on first use, then measures it. */
const steadyCost = async (
  program: Program,
  times: number,
  step: (at: number) => Promise<void>,
): ReturnType<typeof costOf> => {
  for (let at = 0; at < times; at += 1) await step(at);
  return costOf(program, times, step);
};

/** Bytes to the terminal for what a person does most, at 120×40 with 300 guests; `spoil` is for the proof that the check finds something. */
export const bytesOfFrames = async (spoil?: (frame: Frame) => void): Promise<Figures> => {
  const session = steadySession();
  let now = moment;
  const program = await startProgram({
    columns: 120,
    rows: 40,
    connect: async () => session,
    now: () => now,
    everyChange: true,
    ...(spoil !== undefined && { onFrame: spoil }),
  });
  try {
    await program.settle();
    const first = program.writer.bytesWritten;
    const mark = await costOf(program, 20, () => press(program, 'j'));
    await press(program, 'G');
    // To the first row that is shown: from there on each key moves the whole list.
    await press(program, 'k'.repeat(40));
    const scroll = await costOf(program, 20, () => press(program, 'k'));
    await press(program, 'gg');
    const filter = await costOf(program, 6, (at) => press(program, '/web-1'[at] ?? ''));
    await press(program, '\r');
    await press(program, '\u001B');
    await press(program, 'gg');
    const select = await steadyCost(program, 10, () => press(program, ' '));
    const screen = await steadyCost(program, 4, (at) => press(program, at % 2 === 0 ? '1' : '2'));
    const held = await costOf(program, 1, () => press(program, down.repeat(30)));
    const refresh = await costOf(program, 10, async (at) => {
      session.show(later(at));
      await program.settle();
    });
    const age = await costOf(program, 10, async () => {
      now += 1_000;
      program.app.cluster.tick();
      await program.settle();
    });
    const nothing = await costOf(program, 10, async () => {
      session.show(session.inventory.snapshot);
      program.app.cluster.tick();
      await program.settle();
    });
    const resize = await costOf(program, 4, async (at) => {
      program.resize(at % 2 === 0 ? 100 : 120, 40);
      await program.settle();
    });
    return {
      'bytes, first frame': first,
      'bytes, the mark moves': mark.bytes,
      'bytes, the list scrolls': scroll.bytes,
      'bytes, a letter of a filter': filter.bytes,
      'bytes, a guest is selected': select.bytes,
      'bytes, another screen': screen.bytes,
      'bytes, a key held for a second': held.bytes,
      'bytes, a refresh of 300 guests, 30 of them changed': refresh.bytes,
      'bytes, the age grows': age.bytes,
      'bytes, nothing changed': nothing.bytes,
      'bytes, another size': resize.bytes,
      'frames, a key': mark.frames,
      'frames, nothing changed': nothing.frames,
    };
  } finally {
    await program.close();
  }
};

const frames = 400;

/** Bytes of memory that one moved mark takes, and one refresh; averages over many, after as many to warm up. */
export const allocationsOfFrames = async (): Promise<Figures> => {
  const session = steadySession();
  const program = await startProgram({
    columns: 120,
    rows: 40,
    connect: async () => session,
    now: () => moment,
    everyChange: true,
  });
  const allocated = async (step: (at: number) => Promise<void>): Promise<number> => {
    for (let at = 0; at < frames; at += 1) await step(at);
    const before = getHeapStatistics().total_allocated_bytes;
    for (let at = 0; at < frames; at += 1) await step(at);
    return Math.round((getHeapStatistics().total_allocated_bytes - before) / frames);
  };
  try {
    await program.settle();
    return {
      'allocated bytes, the mark moves': await allocated((at) => press(program, at % 20 < 10 ? 'j' : 'k')),
      'allocated bytes, a refresh of 300 guests': await allocated(async (at) => {
        session.show(later(at));
        await program.settle();
      }),
    };
  } finally {
    await program.close();
  }
};
