import * as z from 'zod';
import { keptFact } from '../inventory/factSchemas.ts';
import { FactStore, type KeptFact } from '../inventory/facts.ts';
import type { Fault } from '../inventory/faults/fault.ts';
import { faultsOf } from '../inventory/faults/faults.ts';
import { sourcesOf, type Source } from '../inventory/sources.ts';
import type { Snapshot } from '../inventory/types.ts';
import { byUrgency, dueSources } from '../inventory/urgency.ts';
import { asProxdeckError } from '../models/error.ts';
import { reasonIn } from '../models/taskReason.ts';
import type { FactsRepository } from '../state/facts.ts';
import type { ClusterKey } from '../state/schema.ts';
import { blindness } from './blind.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { operation } from './operation.ts';
import { readTail } from './task-tail.ts';

/** Calls that one look makes at most beside the picture, so many at a time: the rest is known from earlier looks, or not yet. */
const mostCalls = 40;
const atOnce = 4;
/** Why a task failed is read for so many of them. */
const mostReasons = 6;
/** Lines in which the reason stands. */
const tailLines = 40;

type Warning = Extract<Event, { type: 'warning' }>;

const clusterOf = ({ config, contextName }: Context): ClusterKey => ({
  contextName,
  address: config.contexts[contextName]?.addresses[0] ?? '',
});

/** Runs work for every item, `atOnce` at a time; results in the order of the items. */
const each = async <Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> => {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += atOnce)
    results.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
  return results;
};

interface Read {
  readonly fact?: KeptFact;
  readonly warning?: Warning;
}

/** Only what a storage or the whole cluster does not tell is worth a warning: most guests and logins lack something. */
const askSource = async (context: Context, source: Source): Promise<Read> => {
  const options = { signal: context.signal, origin: 'person' } as const;
  try {
    const { data } = await context.proxmox().request('GET', source.path, source.parameters, options);
    const fact = source.read(data, context.now());
    return fact === undefined ? {} : { fact };
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    const { message } = asProxdeckError(thrown);
    if (source.class !== 'cluster') return {};
    const what = `${source.kind} ${source.subject}`.trim();
    return { warning: { type: 'warning', code: 'unknown', message: `Not known: ${what}. ${message}` } };
  }
};

/** Where facts are kept; without a database they are asked anew each time, and a warning says so. */
async function* keeper(context: Context): AsyncGenerator<Event, FactsRepository | undefined, void> {
  try {
    return (await context.state()).facts;
  } catch (thrown) {
    const { message } = asProxdeckError(thrown);
    yield { type: 'warning', code: 'state', message: `What is found out is not kept: ${message}` };
    return undefined;
  }
}

/** Reads what earlier looks found out, asks for what is missing or old, and keeps that for the next look. */
async function* learn(context: Context, snapshot: Snapshot, facts: FactStore): AsyncGenerator<Event, void, void> {
  const repository = yield* keeper(context);
  const cluster = clusterOf(context);
  const kept = (await repository?.load(cluster)) ?? [];
  facts.put(kept.flatMap((one) => keptFact(one) ?? []));
  // Twice: which nodes have something to tell of replication is known only after the first time.
  for (let round = 0; round < 2; round += 1) {
    const due = dueSources(sourcesOf(snapshot, facts), facts, context.now())
      .filter(({ source }) => round === 0 || source.kind === 'replication')
      .toSorted(byUrgency);
    const reads = await each(due.slice(0, mostCalls), ({ source }) => askSource(context, source));
    for (const { warning } of reads) if (warning !== undefined) yield warning;
    const fresh = reads.flatMap(({ fact }) => (fact === undefined ? [] : [fact]));
    facts.put(fresh);
    if (fresh.length > 0) await repository?.save(cluster, fresh);
  }
}

/** Why the newest failed tasks failed, by UPID. */
const reasons = async (context: Context, faults: readonly Fault[]): Promise<ReadonlyMap<string, string>> => {
  const upids = faults.flatMap(({ upid }) => (upid === undefined ? [] : [upid])).slice(0, mostReasons);
  const found = await each(upids, async (upid) => {
    try {
      return [upid, reasonIn(await readTail(context, upid, tailLines))] as const;
    } catch (thrown) {
      if (context.signal.aborted) throw thrown;
      // The fault itself is told all the same.
      return [upid, undefined] as const;
    }
  });
  return new Map(found.flatMap(([upid, reason]) => (reason === undefined ? [] : [[upid, reason] as const])));
};

/** A fault as plain mode tells it. */
interface FaultRow extends Omit<Fault, 'id' | 'at'> {
  /** Seconds since 1970 when it was found out; absent when the picture itself shows it. */
  readonly at?: number;
}

const rowOf = ({ id: _id, severity, kind, subject, text, at, ...about }: Fault): FaultRow => ({
  severity,
  kind,
  subject,
  text,
  ...about,
  ...(at === undefined ? {} : { at: Math.floor(at / 1000) }),
});

/**
 * Shows what needs a person, the worst first: what the Overview of the full screen shows. From `GET /cluster/resources`,
 * `GET /cluster/tasks`, the logs of failed tasks, and what is found out slowly (backups, trends, disks …) and kept.
 */
export const showOverview = operation({
  name: 'cluster.overview',
  summary: 'Show what needs you, the worst first',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'severity', title: 'SEVERITY' },
    { field: 'subject', title: 'SUBJECT' },
    { field: 'text', title: 'WHAT' },
  ],
  async *run(context): AsyncGenerator<Event, readonly FaultRow[], void> {
    const options = { signal: context.signal, origin: 'person' } as const;
    const [resources, tasks] = await Promise.all([context.resources(), context.proxmox().tasks(options)]);
    const blind = blindness(resources);
    if (blind !== undefined) yield blind;
    const snapshot: Snapshot = { ...resources, tasks, at: context.now(), fromCache: false };
    const facts = new FactStore();
    yield* learn(context, snapshot, facts);
    const why = await reasons(context, faultsOf(snapshot, facts, context.now()));
    return faultsOf(snapshot, facts, context.now(), (upid) => why.get(upid)).map(rowOf);
  },
});
