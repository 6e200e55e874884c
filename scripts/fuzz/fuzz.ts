import { mkdtempSync, rmSync } from 'node:fs';
import dns from 'node:dns';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styledWidth } from '../../components/styled.ts';
import { connectSession } from '../../src/faces/tui/connect.ts';
import { makeDemoWorkspace } from '../../src/faces/tui/demoWorkspace.ts';
import { startProgram, type Frame, type Program } from '../../tests/support/program.ts';
import { Random } from '../../tests/support/random.ts';
import { startTroubledCluster, type TroubledCluster } from './cluster.ts';
import { nextGesture, type Gesture } from './gestures.ts';
import { heapUsed } from './heap.ts';
import { hurry } from './hurry.ts';

export interface FuzzReport {
  readonly seed: number;
  readonly gestures: number;
  /** How often the program was left and started again. */
  readonly restarts: number;
  readonly frames: number;
  readonly faultsSwitched: number;
  /** What was shown how often: screens with their tab, views, menus, cards, lines being typed. */
  readonly seen: Readonly<Record<string, number>>;
  /** Used heap after a garbage collection, in bytes: medians of the second and of the last quarter, as what is open at a moment differs. */
  readonly heapBefore: number;
  readonly heapAfter: number;
  /** Sentences, each with the gestures before it; empty when all went well. */
  readonly findings: readonly string[];
}

export interface FuzzOptions {
  readonly seed: number;
  readonly gestures: number;
  /** Told from time to time. */
  readonly progress?: (done: number) => void;
}

/** How many times faster than real time program and cluster live. */
const speed = 20;
/** Findings after which it is not worth going on. */
const enough = 20;
const remembered = 12;
/** How often the heap is looked at. */
const samples = 40;

/** Random text may become an address. Nothing but this machine is ever asked. */
const stayHere = (): (() => void) => {
  const { lookup } = dns;
  const nobody = (name: string, _options: unknown, done: (error: Error) => void): void =>
    done(Object.assign(new Error(`no such host: ${name}`), { code: 'ENOTFOUND' }));
  Object.assign(dns, { lookup: nobody });
  return () => void Object.assign(dns, { lookup });
};

/** From this size on a screen fits its lines itself; below it the frame cuts them. */
const fitted = { columns: 80, rows: 10 };

/** What is wrong with a frame, as sentences. */
const faultsOf = ({ columns, rows, bodyHeight, body, lines }: Omit<Frame, 'app' | 'writer'>): readonly string[] => {
  const wrong: string[] = [];
  const size = `${String(columns)}×${String(rows)}`;
  if (lines.length > rows) wrong.push(`a frame of ${String(lines.length)} rows at ${size}`);
  if (rows >= fitted.rows && body.length > bodyHeight)
    wrong.push(`a body of ${String(body.length)} lines in ${String(bodyHeight)} at ${size}`);
  for (const line of columns >= fitted.columns ? [...body, ...lines] : lines) {
    const width = styledWidth(line);
    if (width > columns) wrong.push(`a line of ${String(width)} columns at ${size}: ${JSON.stringify(line)}`);
    if (/[\p{Cc}]/u.test(line.replaceAll(/\u001B\[[\d;]*m/g, '')))
      wrong.push(`a control character: ${JSON.stringify(line)}`);
  }
  return wrong;
};

const placeOf = ({ app }: Frame): string => {
  const { overlay, editing, screen } = app.state;
  if (editing !== undefined) return `line ${editing.prompt}`;
  if (overlay !== undefined) return `${overlay.kind} ${app.keyboard.scopes()[0] ?? ''}`;
  const tab = app.details(screen).tab;
  return tab === undefined ? screen : `${screen} ${tab}`;
};

const worded = (gesture: Gesture): string => {
  if (gesture.kind === 'bytes') return JSON.stringify(Buffer.concat(gesture.chunks).toString('utf8').slice(0, 60));
  if (gesture.kind === 'resize') return `${String(gesture.columns)}×${String(gesture.rows)}`;
  return gesture.kind === 'fault' ? gesture.fault : `${String(gesture.ms)} ms`;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const flatness = (heaps: readonly number[]): Pick<FuzzReport, 'heapBefore' | 'heapAfter'> => {
  const quarter = Math.floor(heaps.length / 4);
  return { heapBefore: median(heaps.slice(quarter, 2 * quarter)), heapAfter: median(heaps.slice(3 * quarter)) };
};

/** Plays `gestures` random gestures on the demo: the same ones for the same seed. */
export const fuzz = async ({ seed, gestures, progress }: FuzzOptions): Promise<FuzzReport> => {
  const random = new Random(seed);
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-fuzz-'));
  const normal = stayHere();
  const slow = hurry(speed);
  const findings: string[] = [];
  const last: string[] = [];
  const seen: Record<string, number> = {};
  const known = new Set<string>();
  let frames = 0;
  let restarts = 0;
  let faultsSwitched = 0;
  const heaps: number[] = [];
  const found = (what: string): void => {
    if (findings.length < enough) findings.push(`${what}\n    after ${last.join(', ')}`);
  };
  const thrown = (error: unknown): void =>
    found(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.on('uncaughtException', thrown);
  process.on('unhandledRejection', thrown);
  const onFrame = (frame: Frame): void => {
    frames += 1;
    const place = placeOf(frame);
    seen[place] = (seen[place] ?? 0) + 1;
    // One a place: the next frame has it too.
    const [wrong] = known.has(place) ? [] : faultsOf(frame);
    if (wrong === undefined) return;
    known.add(place);
    found(`${place}: ${wrong}`);
  };
  await using cluster = await startTroubledCluster(speed, seed);
  const workspace = path.join(folder, 'workspace');
  await makeDemoWorkspace(workspace, 'homelab');
  const env = {
    ...cluster.env,
    HOME: folder,
    PROXDECK_WORKSPACE: workspace,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
  };
  const options = { env, stateFolder: path.join(folder, 'state'), readOnly: false, colour: true, unicode: true };
  const begin = (): Promise<Program> =>
    startProgram({ columns: 120, rows: 40, connect: () => connectSession(options, undefined), onFrame });
  let program = await begin();
  try {
    for (let done = 0; done < gestures && findings.length < enough; done += 1) {
      const gesture = nextGesture(random);
      last.push(worded(gesture));
      if (last.length > remembered) last.shift();
      if (gesture.kind === 'fault') faultsSwitched += 1;
      await make(gesture, program, cluster);
      if (program.hasQuit) {
        await program.close();
        program = await begin();
        restarts += 1;
      }
      if (done % Math.ceil(gestures / samples) === 0) heaps.push(heapUsed());
      if (done % 1_000 === 0) progress?.(done);
    }
  } catch (error) {
    thrown(error);
  } finally {
    await program.close();
    process.off('uncaughtException', thrown);
    process.off('unhandledRejection', thrown);
    slow();
    normal();
    rmSync(folder, { recursive: true, force: true });
  }
  return { seed, gestures, restarts, frames, faultsSwitched, seen, ...flatness(heaps), findings };
};

const make = async (gesture: Gesture, program: Program, cluster: TroubledCluster): Promise<void> => {
  switch (gesture.kind) {
    case 'bytes':
      for (const chunk of gesture.chunks) {
        program.type(chunk);
        if (gesture.chunks.length > 1) await new Promise((resolve) => setImmediate(resolve));
      }
      break;
    case 'resize':
      program.resize(gesture.columns, gesture.rows);
      break;
    case 'fault':
      cluster.toggle(gesture.fault);
      break;
    case 'pause':
      await new Promise((resolve) => setTimeout(resolve, gesture.ms));
      break;
  }
  await program.settle();
};
