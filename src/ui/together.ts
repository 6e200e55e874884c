import { combineInventories } from '../inventory/combined.ts';
import { combineFacts } from '../inventory/combinedFacts.ts';
import { ProxdeckError } from '../models/error.ts';
import { split } from '../models/qualified.ts';
import { parseUpid } from '../models/upid.ts';
import { operations, type InputOf, type OperationName, type ResultOf } from '../operations/catalog.ts';
import type { CallLog } from '../proxmox/types.ts';
import type { Session } from './session.ts';

/** Several sessions as one: what is looked at comes from all of them, what is done goes to the cluster that it is about. */

/** What the header calls all clusters together. */
export const togetherName = 'all contexts';

type Input = Readonly<Record<string, unknown>>;

/** One part of a request: which cluster, and the input without its name. */
interface Share {
  readonly session: Session;
  readonly input: Input;
}

const contextOf = (value: unknown, known: ReadonlySet<string>): string | undefined => {
  const context = typeof value === 'string' ? split(value).context : undefined;
  return context !== undefined && known.has(context) ? context : undefined;
};

/** The value without the name of a context. */
const plain = (value: unknown, known: ReadonlySet<string>): unknown =>
  typeof value === 'string' && contextOf(value, known) !== undefined ? split(value).own : value;

/** Where the words of an input lead: `home:lxc/104` to the session of `home`. Lists are shared out among the clusters. */
const sharesOf = (
  input: Input,
  sessions: ReadonlyMap<string, Session>,
  ownerOf: (upid: string) => Session | undefined,
): readonly Share[] => {
  const known = new Set(sessions.keys());
  const words: readonly unknown[] = Object.values(input).flat();
  const named = new Set(words.flatMap((value) => contextOf(value, known) ?? []));
  if (named.size === 0) {
    const upid = words.find((value) => typeof value === 'string' && parseUpid(value) !== undefined);
    const owner = typeof upid === 'string' ? ownerOf(upid) : undefined;
    return owner === undefined ? [] : [{ session: owner, input }];
  }
  return [...named].flatMap((context) => {
    const session = sessions.get(context);
    if (session === undefined) return [];
    const isElsewhere = (value: unknown): boolean => (contextOf(value, known) ?? context) !== context;
    const own = Object.entries(input).map(([key, value]): [string, unknown] => [
      key,
      Array.isArray(value)
        ? value.flatMap((one: unknown) => (isElsewhere(one) ? [] : [plain(one, known)]))
        : plain(value, known),
    ]);
    return [{ session, input: Object.fromEntries(own) }];
  });
};

const whose = (name: string): ProxdeckError =>
  new ProxdeckError('usage', `${name} is asked of one cluster, and several are shown together.`, {
    hint: 'Go to one of them with C.',
  });

/** The calls of all, by time; their numbers are told apart. */
const combineCalls = (sessions: readonly Session[]): CallLog => {
  let known: { readonly of: readonly CallLog['records'][]; readonly records: CallLog['records'] } | undefined;
  return {
    get records() {
      const of = sessions.map(({ calls }) => calls.records);
      if (known !== undefined && of.every((one, at) => one === known?.of[at])) return known.records;
      const all = of.flatMap((records, at) =>
        records.map((record) => ({ ...record, id: record.id * sessions.length + at })),
      );
      known = { of, records: all.toSorted((a, b) => a.at - b.at) };
      return known.records;
    },
    perMinute: (now) =>
      sessions
        .map(({ calls }) => calls.perMinute(now))
        .reduce((sum, one) => ({ poll: sum.poll + one.poll, person: sum.person + one.person }), { poll: 0, person: 0 }),
    subscribe: (listener) => {
      const ends = sessions.map(({ calls }) => calls.subscribe(listener));
      return () => ends.forEach((end) => end());
    },
  };
};

/**
 * Makes one session of several; closing it closes none of them. `ask` and `run` reject with `usage` for what does not say which
 * cluster it is about.
 */
export const combineSessions = (sessions: readonly Session[]): Session => {
  const byName = new Map(sessions.map((session) => [session.contextName, session]));
  const inventory = combineInventories(sessions);
  /** Tasks that were begun from here; the poll does not know them yet. */
  const begun = new Map<string, Session>();

  const ownerOf = (upid: string): Session | undefined => {
    const polled = sessions.find((session) => session.inventory.snapshot.tasks.some((task) => task.upid === upid));
    const node = parseUpid(upid)?.node;
    const placed = sessions.filter((session) => session.inventory.snapshot.nodes.some((one) => one.node === node));
    return begun.get(upid) ?? polled ?? (placed.length === 1 ? placed[0] : undefined);
  };
  const owner = (upid: string): Session => {
    const found = ownerOf(upid);
    if (found === undefined) throw whose('a task');
    return found;
  };

  return {
    contextName: togetherName,
    prod: sessions.some(({ prod }) => prod),
    readOnly: sessions.every(({ readOnly }) => readOnly),
    onTrouble: (listener) => sessions.forEach((session) => session.onTrouble(listener)),
    inventory,
    permissions: (of) => byName.get(of.context ?? '')?.permissions({}),
    forbids: (operation, on) => byName.get(on.context ?? '')?.forbids?.(operation, on),
    facts: combineFacts(sessions),
    calls: combineCalls(sessions),
    taskStatus: async (upid, options) => owner(upid).taskStatus(upid, options),
    taskLog: async (upid, range, options) => owner(upid).taskLog(upid, range, options),
    ask: async <Name extends OperationName>(
      name: Name,
      input: InputOf<Name>,
      signal: AbortSignal,
    ): Promise<ResultOf<Name>> => {
      // What is about this machine is the same in all of them.
      const [anyone] = sessions;
      if (anyone !== undefined && operations.some((one) => one.name === name && one.local === true))
        return anyone.ask(name, input, signal);
      const [share, another] = sharesOf(input, byName, ownerOf);
      if (share === undefined || another !== undefined) throw whose(name);
      return share.session.ask(name, share.input as InputOf<Name>, signal);
    },
    plan: async (call, signal) => {
      const shares = sharesOf(Object(call.input) as Input, byName, ownerOf);
      const plans = await Promise.all(
        shares.map(({ session, input }) => session.plan({ name: call.name, input }, signal)),
      );
      const [first] = plans;
      if (first === undefined) throw whose(call.name);
      return { ...first, hazards: plans.flatMap(({ hazards }) => hazards), calls: plans.flatMap(({ calls }) => calls) };
    },
    run: async (call, ui) => {
      const shares = sharesOf(Object(call.input) as Input, byName, ownerOf);
      if (shares.length === 0) throw whose(call.name);
      const results: unknown[] = [];
      for (const { session, input } of shares) {
        const own: typeof ui = {
          signal: ui.signal,
          ...(ui.seat !== undefined && { seat: ui.seat }),
          confirm: (confirmation) =>
            ui.confirm({
              ...confirmation,
              title: `${session.contextName}: ${confirmation.title}`,
              command: `${confirmation.command} --context ${session.contextName}`,
            }),
          emit: (event) => {
            if (event.type === 'task') begun.set(event.upid, session);
            ui.emit(event);
          },
        };
        results.push((await session.run({ name: call.name, input }, own)).result);
      }
      // What was done is taken back in the cluster alone.
      return { result: results.length === 1 ? results[0] : results };
    },
    close: async () => undefined,
  };
};
