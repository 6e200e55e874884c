import { existsSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { loadConfig } from '../../config/config.ts';
import { createInventory } from '../../inventory/inventory.ts';
import { loadPicture, type CachedSnapshot } from '../../inventory/picture.ts';
import { asProxdeckError, ProxdeckError } from '../../models/error.ts';
import type { Context } from '../../operations/context.ts';
import { loadOperation, operations } from '../../operations/catalog.ts';
import type { Event } from '../../operations/event.ts';
import type { Permissions } from '../../operations/privileges.ts';
import type * as Runner from '../../operations/runner.ts';
import { openSession } from '../../operations/session.ts';
import type { Operation, PlannedCall } from '../../operations/operation.ts';
import type { Confirmation, Session } from '../../ui/session.ts';
import type { State } from '../../state/state.ts';
import { workspacePlace } from '../../workspace/find.ts';
import { crawlLater } from './crawling.ts';
import { learnedRole } from './forbidding.ts';
import { learnedPermissions } from './permissions.ts';
import type { TuiOptions } from './start.ts';

/** What decides which cluster is talked to, and how. */
export type ConnectOptions = Pick<
  TuiOptions,
  'env' | 'stateFolder' | 'contextName' | 'workspace' | 'readOnly' | 'cluster'
>;

/** Asks a person for something secret; undefined when it was not given. */
export type Answerer = (question: { readonly text: string; readonly help: string }) => Promise<string | undefined>;

/** A session that the face opened, and what only the face needs of it. */
export interface OpenedSession extends Session {
  readonly address: string;
  /** Whether the configuration says something of keys. */
  readonly hasOwnKeys: boolean;
  state(): Promise<State>;
  /** Who asks a person for second factors and passphrases; they wait until somebody does. */
  onAsk(answerer: Answerer): void;
  /** Resolves when no operation of ours runs in it. */
  idle(): Promise<void>;
}

/** What acts comes behind the first picture: until then the way to the cluster is all there is to load. */
const loadRunner = async (): Promise<typeof Runner> => import('../../operations/runner.ts');

/**
 * Everything behind the first frame: configuration, client, database, inventory, runner.
 * `picture` is what to begin with: one that was read already, or the one that was kept of the last run.
 * Throws `config` when there is no context or the file is wrong, `auth` when the context has no credential.
 */
export const connectSession = async (
  options: ConnectOptions,
  picture: CachedSnapshot | 'kept' | undefined,
): Promise<OpenedSession> => {
  const troubles: ProxdeckError[] = [];
  let onTrouble = (error: ProxdeckError): void => void troubles.push(error);
  const env = options.cluster === undefined ? options.env : await options.cluster.env;
  const config = await loadConfig(env);
  const named = options.contextName ?? config.current;
  const place = named === undefined ? undefined : config.contexts[named];
  const stop = new AbortController();
  const answerer = Promise.withResolvers<Answerer>();
  const ask = asking(answerer.promise, options.cluster?.name ?? named ?? '');
  const context = openSession({
    config,
    ...(named === undefined ? {} : { contextName: named }),
    readOnly: options.readOnly || place?.read_only === true,
    signal: stop.signal,
    stateFolder: options.stateFolder,
    place:
      options.cluster === undefined
        ? workspacePlace(env, process.cwd(), options.workspace)
        : { current: options.cluster.workspace, named: options.cluster.workspace },
    secondFactor: (kinds, refused) =>
      ask(`second factor of ${place?.username ?? 'the login'} (${kinds.join(', ')})`, refused),
    passphrase: (what, refused) => ask(`passphrase for ${what}`, refused),
  });
  const client = context.proxmox();
  // Without a database nothing is waited for: it is made when there is something to keep, behind the first picture.
  const isNew = !existsSync(path.join(options.stateFolder, 'state.db'));
  let opened: Promise<State> | undefined;
  const state = (): Promise<State> => (opened ??= context.state().then(tellSetAside));
  const tellSetAside = (found: State): State => {
    if (found.setAside !== undefined)
      onTrouble(
        new ProxdeckError(
          'state',
          `The state database was corrupt; it lies at ${found.setAside} and a new one was made.`,
        ),
      );
    return found;
  };
  const keep = (work: (state: State) => Promise<void>): void => {
    state()
      .then(work)
      .catch((thrown: unknown) => onTrouble(asProxdeckError(thrown)));
  };
  const contextName = options.cluster?.name ?? context.contextName;
  const cluster = { contextName, address: options.cluster?.address ?? place?.addresses[0] ?? '' };
  const kept = async (): Promise<CachedSnapshot | undefined> => {
    if (isNew) return undefined;
    try {
      const snapshot = await loadPicture((await state()).cache, cluster);
      return snapshot === undefined ? undefined : { snapshot, complete: true };
    } catch (thrown) {
      onTrouble(asProxdeckError(thrown));
      return undefined;
    }
  };
  const initial = picture === 'kept' ? await kept() : picture;
  const running = new Set<Promise<unknown>>();
  const inventory = createInventory({
    client,
    cluster,
    cache: {
      save: async (...picture) => (await state()).cache.save(...picture),
      load: async (cluster) => (isNew ? undefined : (await state()).cache.load(cluster)),
    },
    history: {
      // Nobody waits for it: a row is shown before it is kept.
      append: async (...samples) => keep(({ history }) => history.append(...samples)),
      read: async (...wanted) => (isNew && opened === undefined ? [] : (await state()).history.read(...wanted)),
    },
    ...(initial === undefined ? {} : { initial }),
    onTrouble: (error) => onTrouble(error),
    now: Date.now,
    random: Math.random,
    setTimer: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  const crawling = crawlLater(inventory, {
    client,
    cluster,
    repository: {
      save: async (...facts) => (await state()).facts.save(...facts),
      load: async (...wanted) => (await state()).facts.load(...wanted),
      forget: async (...gone) => (await state()).facts.forget(...gone),
    },
    onTrouble: (error) => onTrouble(error),
  });
  /** Asked behind the first picture, so that it delays none. */
  const learned = learnedPermissions(async () => {
    await setImmediate();
    const { readPermissions } = await import('../../operations/access.ts');
    return readPermissions(context, { origin: 'poll' });
  }, context.now);
  const permissions = (): Permissions | undefined => (inventory.connection.state === 'live' ? learned() : undefined);
  const forbids = context.role === undefined ? undefined : learnedRole(context.role);
  /** What operations see: the picture of the screen instead of a call of their own. */
  const acting: Context = {
    ...context,
    contextName,
    permissions,
    resources: async () => {
      const { nodes, guests, storages, pools, skipped } = inventory.snapshot;
      return { nodes, guests, storages, pools, skipped };
    },
  };
  let demoWorkspace: Promise<void> | undefined;
  /** The demo has a workspace of its own, made when it is first looked at. */
  const workspaceReady = async (): Promise<void> => {
    const { cluster: own } = options;
    if (own === undefined) return;
    const { makeDemoWorkspace } = await import('./demoWorkspace.ts');
    await (demoWorkspace ??= makeDemoWorkspace(own.workspace, own.name));
  };
  /** What is about this machine sees the configuration as it is now, and is not what a context's read_only protects. */
  const contextFor = async (name: string): Promise<Context> => {
    const isLocal = operations.some((one) => one.name === name && one.local === true);
    if (isLocal) await workspaceReady();
    return isLocal ? { ...acting, config: await loadConfig(env), readOnly: options.readOnly } : acting;
  };
  return {
    contextName,
    onTrouble: (listener) => {
      onTrouble = listener;
      for (const trouble of troubles.splice(0)) listener(trouble);
    },
    prod: place?.prod === true,
    readOnly: context.readOnly,
    inventory,
    permissions,
    ...(forbids !== undefined && { forbids }),
    facts: crawling.facts,
    calls: client.calls,
    taskStatus: (upid, callOptions) => client.taskStatus(upid, callOptions),
    taskLog: (upid, range, callOptions) => client.taskLog(upid, range, callOptions),
    ask: async (name, input, signal) => {
      const { run } = await loadRunner();
      return run({ name, input }, { ...(await contextFor(name)), signal }, { emit: () => undefined });
    },
    address: cluster.address,
    hasOwnKeys: config.keys !== undefined || config.commands !== undefined,
    state,
    onAsk: (one) => answerer.resolve(one),
    idle: async () => void (await Promise.allSettled(running)),
    plan: async (call, signal) => {
      const operation = await loadOperation(call.name);
      const { preview } = await loadRunner();
      const question = await preview(operation, call.input, { ...(await contextFor(call.name)), signal });
      return { ...(await confirmationOf(operation, question, call.input)), calls: question.calls.map(callText) };
    },
    run: async (call, ui) => {
      const operation = await loadOperation(call.name);
      const watched: string[] = [];
      const emit = (event: Event): void => {
        if (event.type === 'task') {
          watched.push(event.upid);
          inventory.watchTask(event.upid);
        }
        ui.emit(event);
      };
      const confirm = async (question: Runner.Question): Promise<boolean> =>
        ui.confirm(await confirmationOf(operation, question, call.input));
      const { performed } = await loadRunner();
      const work = performed(
        operation,
        call.input,
        { ...(await contextFor(call.name)), signal: ui.signal, ...(ui.seat !== undefined && { seat: ui.seat }) },
        { emit, confirm },
      );
      running.add(work);
      try {
        return await work;
      } finally {
        running.delete(work);
        // They have ended, or nobody waits for them any more: back to the ordinary cadence.
        for (const upid of watched) inventory.watchTask(upid);
      }
    },
    close: async () => {
      stop.abort();
      await crawling.close();
      await inventory.close();
      await context.close();
    },
  };
};

/** Asks for a secret of a context. One that was not given is not asked for again: the poll would, every time. */
const asking = (answerer: Promise<Answerer>, contextName: string) => {
  let declined: ProxdeckError | undefined;
  return async (what: string, refused: boolean): Promise<string> => {
    if (declined !== undefined) throw declined;
    const help = refused
      ? 'That one was refused: type it again.'
      : 'Esc goes on without: nothing is asked of the cluster then.';
    const answer = await (await answerer)({ text: `${contextName}: ${what}`, help });
    if (answer !== undefined) return answer;
    declined = new ProxdeckError('auth', `The ${what} was not given, so nobody is signed in to ${contextName}.`, {
      hint: 'To be asked again: :contexts, there x and c (connect anew).',
    });
    throw declined;
  };
};

const confirmationOf = async (
  operation: Operation,
  { summary, hazards, nameToType }: Runner.Question,
  input: unknown,
): Promise<Confirmation> => {
  const [{ fieldsOf }, { commandOf }] = await Promise.all([
    import('../../operations/fields.ts'),
    import('../../operations/words.ts'),
  ]);
  return {
    title: summary,
    hazards,
    command: commandOf(operation.name, fieldsOf(operation), input),
    verb: operation.name.split('.').at(-1) ?? operation.name,
    ...(nameToType !== undefined && { nameToType }),
  };
};

const callText = ({ method, path: target, parameters = {} }: PlannedCall): string =>
  [method, target, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)].join(' ');
