import path from 'node:path';
import { frameLines } from '../../../screens/frame.ts';
import { screens } from '../../../screens/registry.ts';
import { quickLooks } from '../../config/looks.ts';
import { quickConfig, type QuickConfig } from '../../config/quick.ts';
import { emptySnapshot } from '../../inventory/emptySnapshot.ts';
import { readCachedSnapshot, type CachedSnapshot } from '../../inventory/picture.ts';
import { asProxdeckError, type ProxdeckError } from '../../models/error.ts';
import { AppModel } from '../../ui/app.ts';
import { viewStateIn } from '../../ui/viewState.ts';
import { Input } from '../../ui/terminal/input.ts';
import { Painter } from '../../ui/terminal/painter.ts';
import type { LookFlags } from '../choose.ts';
import { startLook } from './appearance.ts';
import type { OpenedSession } from './connect.ts';
import type { WithTerminal } from './contexts.ts';
import { keepPicture, keepPictures } from './keepPicture.ts';
import { lazyOverlays, type Overlays } from './overlays.ts';
import { enterScreen, type Screen } from './terminal.ts';

export interface TuiOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where database and pictures lie. */
  readonly stateFolder: string;
  /** A context named on the command line. */
  readonly contextName?: string;
  /** A folder of a workspace named on the command line. */
  readonly workspace?: string;
  /** Name and first address of that context, where they are known already. */
  readonly known?: { readonly contextName: string; readonly address: string };
  /** A session that was made already, because there is no picture to show meanwhile. */
  readonly early?: OpenedSession;
  readonly readOnly: boolean;
  /** Every cluster of the configuration at once. */
  readonly allContexts: boolean;
  readonly looks: LookFlags;
  /** Where settings are kept, when not where the user's own are: the demo's. */
  readonly settingsEnv?: Readonly<Record<string, string | undefined>>;
  /** Another way to the cluster than the configuration: the demo's. The cluster's name and address are known at once. */
  readonly cluster?: {
    readonly name: string;
    readonly address: string;
    /** Resolves once the cluster can be asked. */
    readonly env: Promise<Readonly<Record<string, string | undefined>>>;
    /** The folder of its workspace, which is made when something is first asked of it. */
    readonly workspace: string;
    /** Ends it, when the screen closes. */
    stop(): Promise<void>;
  };
}

/** Runs the full screen until the person quits. Returns the exit code; throws what made it impossible to start. */
export const startTui = async (options: TuiOptions): Promise<number> => {
  const quick = known(options);
  if (quick === undefined) {
    const { firstSteps } = await import('./firstSteps.ts');
    const next = await firstSteps(options);
    return next.kind === 'exit' ? next.code : startTui(next.options);
  }
  return runScreen(options, quick);
};

/** What can be known of the cluster without reading the configuration. */
const known = (options: TuiOptions): Pick<QuickConfig, 'contextName' | 'address'> | undefined => {
  const { cluster, contextName, env } = options;
  if (cluster !== undefined) return { contextName: cluster.name, address: cluster.address };
  if (options.known !== undefined) return options.known;
  const quick = quickConfig(env);
  return quick === undefined || (contextName !== undefined && contextName !== quick.contextName) ? undefined : quick;
};

const runScreen = async (
  options: TuiOptions,
  { contextName, address }: Pick<QuickConfig, 'contextName' | 'address'>,
): Promise<number> => {
  const troubles: ProxdeckError[] = [];
  const key = { contextName, address };
  const database = path.join(options.stateFolder, 'state.db');
  const cached =
    options.early === undefined
      ? readCachedSnapshot(database, key, 'head', (error) => troubles.push(error))
      : undefined;
  const done = Promise.withResolvers<number>();
  // Before the terminal is taken over: a signal in between would leave it taken.
  const stopSignals = onSignals((code) => done.resolve(code));
  const screen = enterScreen(process.stdout);
  const overlays = lazyOverlays(() => mount());
  const app = new AppModel({
    columns: process.stdout.columns,
    rows: process.stdout.rows,
    contextName,
    snapshot: cached?.snapshot ?? emptySnapshot,
    screens,
    look: startLook(options.env, options.looks, options.settingsEnv ?? options.env),
    overlays,
    views: viewStateIn(options.stateFolder, (error) => app.notify({ token: 'warn', text: error.message })),
    now: Date.now,
    emit: screen.emit,
    env: options.env,
    quit: () => done.resolve(0),
    redraw: () => {
      screen.writer.invalidate();
      screen.compositor.show();
    },
  });
  const { keys } = { ...quickLooks(options.env), ...quickLooks(options.settingsEnv ?? options.env) };
  if (keys !== undefined) app.keyboard.setKeys(keys);
  const draw = (): void => screen.compositor.showPicture(frameLines(app));
  const painter = new Painter(draw, () => performance.now());
  app.revision.subscribe(() => painter.request());
  app.keyboard.onAnswered = () => painter.flush();
  draw();
  const input = new Input(
    process.stdin,
    (keys) => app.keyboard.pressAll(keys),
    () => void overlays.load(),
    (text) => app.keyboard.takeRaw(text),
  );
  input.begin();
  const mount = async (): Promise<() => void> => {
    const { mountInk } = await import('./ink.tsx');
    return app.closed ? () => undefined : mountInk(app, { stdout: screen.stdout, stdin: input.stream });
  };
  const lend = oneByOne(async (work) => {
    input.end();
    overlays.close();
    screen.leave();
    try {
      return await work();
    } finally {
      screen.enter();
      input.begin();
      // The size may be another one now.
      app.resize(process.stdout.columns, process.stdout.rows);
      app.changed();
    }
  });
  const stopResizes = onResize(app, screen);
  const ticker = setInterval(() => app.cluster.tick(), 1000);
  const picture = (): ProxdeckError | undefined => keepPicture(options.stateFolder, app, screen, key);
  const pictures = keepPictures(app, picture);
  const fail = (error: unknown): void => done.reject(error);
  const connected = connectBehind(options, app, cached, { troubles, fail, lend });
  void connected.then(() => overlays.loadWhenIdle(fail));
  // What a key means is in the file: the first start of all has not read it yet.
  if (options.early?.hasOwnKeys === true) app.arrive(() => connected);
  try {
    return await done.promise;
  } finally {
    clearInterval(ticker);
    pictures();
    stopSignals();
    stopResizes();
    const trouble = picture();
    painter.close();
    input.end();
    await leave(app, overlays, screen);
    await options.cluster?.stop();
    if (trouble !== undefined) process.stderr.write(`proxdeck: ${trouble.message}\n`);
  }
};

/** The terminal is lent to one after the other: also when something wants it while something else has it. */
const oneByOne = (lend: WithTerminal): WithTerminal => {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = before.then(() => lend(work));
    before = turn.catch(() => undefined);
    return turn;
  };
};

/** Signals that end the program as `q` does. Returns the function that gives them back. */
const onSignals = (quit: (code: number) => void): (() => void) => {
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  const handlers = Object.entries(signals).map(([signal, code]) => [signal, (): void => quit(code)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
};

const onResize = (app: AppModel, screen: Screen): (() => void) => {
  const resized = (): void => {
    screen.writer.invalidate();
    app.resize(process.stdout.columns, process.stdout.rows);
  };
  process.stdout.prependListener('resize', resized);
  return () => process.stdout.off('resize', resized);
};

/** Keys that were typed during the start are answered before the next 100 ms of loading; in milliseconds. */
const firstKeysMs = 15;

const connectLate = async (options: TuiOptions, cached: CachedSnapshot | undefined): Promise<OpenedSession> => {
  await new Promise((resolve) => setTimeout(resolve, firstKeysMs));
  const { connectSession } = await import('./connect.ts');
  return connectSession(options, cached);
};

interface Behind {
  /** What went wrong before there was a screen to tell it on. */
  readonly troubles: readonly ProxdeckError[];
  readonly fail: (error: unknown) => void;
  readonly lend: WithTerminal;
}

/** A cluster that is slow, away or asks for a second factor is not waited for: what asks a person comes with the desk; in milliseconds. */
const answerSoonMs = 400;

/** Resolves when the cluster has answered, or does not soon: its first rows wait for nothing that can come behind them. */
const firstAnswer = ({ inventory }: OpenedSession): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      end();
      clearTimeout(timer);
      resolve();
    };
    const end = inventory.subscribe(done);
    const timer = setTimeout(done, answerSoonMs);
    if (inventory.snapshot.at > 0) done();
  });

/** After the first frame: configuration, client, database, poll. Until then the screen shows the last run. */
const connectBehind = async (
  options: TuiOptions,
  app: AppModel,
  cached: CachedSnapshot | undefined,
  { troubles, fail, lend }: Behind,
): Promise<void> => {
  for (const trouble of troubles) app.notify({ token: 'warn', text: trouble.message });
  try {
    const session = options.early ?? (await connectLate(options, cached));
    // The person may have left meanwhile: nothing of it may go on.
    if (app.closed) return await session.close();
    app.attach(session);
    if (options.early !== undefined && !session.hasOwnKeys) await firstAnswer(session);
    const { openDesk } = await import('./desk.ts');
    await openDesk(app, options, session, lend);
  } catch (thrown) {
    fail(asProxdeckError(thrown));
  }
};

const leave = async (app: AppModel, overlays: Overlays, screen: Screen): Promise<void> => {
  app.close();
  screen.leave();
  overlays.close();
  // A session that is still being made is not waited for: a person who leaves wants to be gone.
  await (app.desk?.close() ?? app.session?.close());
};
