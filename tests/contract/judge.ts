import path from 'node:path';
import { gapHeader } from '../../src/simulator/answer.ts';
import { pveSchema } from '../../src/simulator/schema.ts';
import { differences } from './compare.ts';
import { sentBy } from './history.ts';
import { imply } from './imply.ts';
import { copyOf, restore, startMachine } from './machine.ts';
import type { RecordedMachine } from './machine.ts';
import { apiPath, readFolder } from './recording.ts';
import type { Recording } from './recording.ts';
import { send } from './wire.ts';

export interface Verdict {
  readonly file: string;
  readonly verdict: 'agrees' | 'differs' | 'not-handled';
  readonly why: string;
}

/** The recordings that belong to the project. */
export const ownFolder = path.join(import.meta.dirname, 'recorded');

/** Areas that were stand-ins on the recorded machine (a TFA code without a phone, no subscription server, no VNC helpers …). */
const standIns = [
  /^\/access\/(openid|tfa)/,
  /^\/access\/users\/\{userid\}\/tfa/,
  /^\/cluster\/(acme|notifications)/,
  /^\/cluster\/sdn\/fabrics/,
  /^\/nodes\/\{node\}\/(subscription|journal|vncshell|spiceshell|certificates\/acme|apt\/repositories|sdn\/fabrics)/,
  /^\/nodes\/\{node\}\/(lxc|qemu)\/\{vmid\}\/(vncproxy|spiceproxy|vncwebsocket)/,
];

const standsIn = (recording: Recording): boolean => {
  const template = pveSchema().find(apiPath(recording))?.template ?? '';
  const challenge = template === '/access/ticket' && 'tfa-challenge' in recording.request.params;
  return challenge || standIns.some((area) => area.test(template));
};

interface Attempt {
  readonly report: readonly string[];
  readonly gap: boolean;
}

/** Sends the judged request to the state as it stands and puts the state back. */
const attempt = async (machine: RecordedMachine, recording: Recording, withNewTasks = true): Promise<Attempt> => {
  const { sim } = machine;
  const before = copyOf(sim.world);
  sim.clock.set(recording.at);
  const begun = machine.showTasks(recording.at, withNewTasks);
  imply(sim.world, pveSchema(), recording);
  const got = await send(sim, sentBy(recording));
  await sim.engine.idle();
  restore(sim.world, before);
  const result = { report: differences(recording, got), gap: got.headers[gapHeader.toLowerCase()] !== undefined };
  // A task that began in this second may have begun after the answer.
  return begun && withNewTasks && result.report.length > 0
    ? better(result, await attempt(machine, recording, false))
    : result;
};

const better = (a: Attempt, b: Attempt): Attempt => (b.report.length < a.report.length ? b : a);

const fewest = (attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.toSorted((a, b) => a.report.length - b.report.length)[0];

const verdictOf = (recording: Recording, tried: readonly Attempt[]): Verdict => {
  const best = fewest(tried);
  const { file } = recording;
  if (best === undefined || best.report.length === 0) return { file, verdict: 'agrees', why: '' };
  if (best.gap) return { file, verdict: 'not-handled', why: 'the simulator has no handler' };
  if (standsIn(recording))
    return { file, verdict: 'not-handled', why: 'an area that was a stand-in on the recorded machine' };
  return { file, verdict: 'differs', why: best.report.join('; ') };
};

/**
 * Judges the recordings of one second. Within it the order is not known (`at` counts whole seconds), so an answer agrees when it
 * agrees with the state at any point of that second.
 */
const judgeSecond = async (
  machine: RecordedMachine,
  second: number,
  judged: readonly Recording[],
): Promise<Verdict[]> => {
  await machine.advance(second);
  const tried = new Map<Recording, Attempt[]>(judged.map((recording) => [recording, []]));
  const settled = (recording: Recording): boolean =>
    tried.get(recording)?.some((one) => one.report.length === 0) === true;
  const round = async (): Promise<void> => {
    for (const recording of judged)
      if (!settled(recording)) tried.get(recording)?.push(await attempt(machine, recording));
  };
  await round();
  const start = copyOf(machine.sim.world);
  for (const effect of machine.during(second)) {
    if (judged.every(settled)) break;
    await machine.apply(effect);
    await round();
  }
  // advance() applies the effects of this second for good.
  restore(machine.sim.world, start);
  return judged.map((recording) => verdictOf(recording, tried.get(recording) ?? []));
};

/** Judges every file of a folder, in the order of the recordings; what is no HTTP answer comes last. */
export async function* judgeFolder(folder: string): AsyncGenerator<Verdict, void, void> {
  const { recordings, others } = readFolder(folder);
  const own = folder === ownFolder ? [] : readFolder(ownFolder).recordings;
  const machine = await startMachine([...own, ...recordings]);
  try {
    for (const second of new Set(recordings.map((recording) => recording.at)))
      yield* await judgeSecond(
        machine,
        second,
        recordings.filter((recording) => recording.at === second),
      );
    for (const file of others) yield { file, verdict: 'not-handled', why: 'no HTTP answer' };
  } finally {
    await machine.close();
  }
}
