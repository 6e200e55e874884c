import { storageKey } from '../models/cluster.ts';
import { asProxdeckError, type ErrorCode, type ProxdeckError } from '../models/error.ts';
import type { ProxmoxClient } from '../proxmox/types.ts';
import type { FactsRepository } from '../state/facts.ts';
import type { ClusterKey } from '../state/schema.ts';
import { keptFact } from './factSchemas.ts';
import type { FactKind, FactStore, KeptFact } from './facts.ts';
import type { SetTimer } from './poller.ts';
import { guestToAsk, sourcesOf, type Source } from './sources.ts';
import type { Inventory, Snapshot } from './types.ts';
import { byUrgency, dueSources, nextSource, type Due } from './urgency.ts';

export interface CrawlOptions {
  readonly client: Pick<ProxmoxClient, 'request'>;
  readonly cluster: ClusterKey;
  readonly inventory: Pick<Inventory, 'snapshot' | 'connection' | 'automatic'>;
  /** Where what was found out goes to. */
  readonly facts: FactStore;
  /** Keeps facts over restarts; without it they end with the program. */
  readonly repository?: FactsRepository;
  /** Told when the database failed. What the cluster refuses is no trouble: it is asked again later. */
  readonly onTrouble: (error: ProxdeckError) => void;
  readonly now: () => number;
  readonly setTimer: SetTimer;
  /** Milliseconds until the first call. */
  readonly delayMs: number;
}

/** The slow crawl of one cluster, until it is closed. */
export interface Crawl {
  /** Resolves when what earlier runs found out is there. */
  readonly restored: Promise<void>;
  /** Resolves when a call that was under way has ended. */
  close(): Promise<void>;
}

/** One call each: three fit into any minute, none is saved up while the crawl rests. */
const paceMs = 20_500;
/** A person who looks is not kept waiting for minutes, and the cluster not flooded: the rest comes with the crawl. */
const hurriedCalls = 12;
/** A storage that hangs holds one worker of its node that long. */
const timeoutMs = 20_000;

/**
 * Finds out what `/cluster/resources` does not carry, at most three calls in any 60 s: what tells most and what is oldest first,
 * never of an offline node, nothing while the cluster is away or the automatic refresh is off. One call at a time.
 */
export const startCrawl = (options: CrawlOptions): Crawl => {
  const { client, cluster, inventory, facts, repository, now, setTimer } = options;
  const abort = new AbortController();
  const failures = new Map<string, Failure>();
  /** When each node was last seen online, in milliseconds since 1970. */
  const online = new Map<string, number>();
  let turn = 0;
  let running: Promise<void> = Promise.resolve();
  let cancelTimer: (() => void) | undefined;

  const trouble = (thrown: unknown): void => {
    if (!abort.signal.aborted) options.onTrouble(asProxdeckError(thrown));
  };

  const restore = async (): Promise<void> => {
    try {
      const kept = (await repository?.load(cluster)) ?? [];
      facts.put(kept.flatMap((fact) => keptFact(fact) ?? []));
    } catch (thrown) {
      trouble(thrown);
    }
  };
  const restored = restore();

  const ask = async (source: Source, origin: 'poll' | 'person'): Promise<void> => {
    const { path, parameters } = source;
    try {
      const answer = await client.request('GET', path, parameters, {
        origin,
        timeoutMs,
        signal: abort.signal,
      });
      const fact = source.read(answer.data, now());
      failures.delete(keyOf(source));
      if (fact === undefined) failures.set(keyOf(source), { count: 1, retryAt: now() + source.renewMs });
      else {
        facts.put([fact]);
        await repository?.save(cluster, [fact]).catch(trouble);
      }
    } catch (thrown) {
      const { code } = asProxdeckError(thrown);
      const count = (failures.get(keyOf(source))?.count ?? 0) + 1;
      failures.set(keyOf(source), { count, retryAt: now() + retryMs(count, code, source) });
    }
  };

  /** Facts about guests, storages and nodes that are gone would be shown for ever. */
  const forgetGone = async (): Promise<void> => {
    const gone = facts.forget(isThere(inventory.snapshot));
    if (gone.length > 0) await repository?.forget(cluster, gone).catch(trouble);
  };

  /** Nodes that went away since the last step: until when they were there costs no call to know. */
  const noteAway = async (): Promise<void> => {
    const gone: KeptFact[] = [];
    for (const { node, status } of inventory.snapshot.nodes) {
      const seenAt = online.get(node);
      if (status === 'online') online.set(node, inventory.snapshot.at);
      else if (seenAt !== undefined) {
        online.delete(node);
        gone.push({ kind: 'seen', subject: node, at: now(), value: Math.floor(seenAt / 1000) });
      }
    }
    facts.put(gone);
    if (gone.length > 0) await repository?.save(cluster, gone).catch(trouble);
  };

  /** Whether a source did not refuse lately. */
  const isRested = (source: Pick<Source, 'kind' | 'subject'>): boolean =>
    (failures.get(keyOf(source))?.retryAt ?? Number.NEGATIVE_INFINITY) <= now();

  const due = (): readonly Due[] => dueSources(sourcesOf(inventory.snapshot, facts).filter(isRested), facts, now());

  const step = async (): Promise<void> => {
    await restored;
    if (abort.signal.aborted || !mayAsk(inventory)) return;
    await forgetGone();
    await noteAway();
    const source = nextSource(due(), () => guestToAsk(inventory.snapshot, facts, isRested, now()), turn);
    if (source === undefined) return;
    turn += 1;
    await ask(source, 'poll');
  };

  /** What a person looks at and nobody asked yet; this is counted as the person's, and ends when he looks away. */
  const hurry = async (): Promise<void> => {
    await restored;
    for (let calls = 0; calls < hurriedCalls; calls += 1) {
      if (abort.signal.aborted || !facts.isLookedAt || inventory.connection.state !== 'live') return;
      const [next] = due()
        .filter(({ source, overdue }) => source.atOnce === true && overdue === Number.POSITIVE_INFINITY)
        .toSorted(byUrgency);
      if (next === undefined) return;
      await ask(next.source, 'person');
    }
  };

  /** One call at a time, whoever wants it. */
  const alone = (work: () => Promise<void>): Promise<void> => (running = running.then(work));

  const schedule = (ms: number): void => {
    cancelTimer = setTimer(() => {
      const startedAt = now();
      void alone(step).finally(() => {
        // The pace is counted from call to call; a call that took longer is followed by a whole rest.
        const tookMs = now() - startedAt;
        if (!abort.signal.aborted) schedule(tookMs >= 0 && tookMs < paceMs ? paceMs - tookMs : paceMs);
      });
    }, ms);
  };
  schedule(options.delayMs);
  facts.onLook = () => void alone(hurry);
  if (facts.isLookedAt) facts.onLook();

  return {
    restored,
    close: async () => {
      facts.onLook = () => undefined;
      abort.abort();
      cancelTimer?.();
      await running;
    },
  };
};

interface Failure {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly retryAt: number;
}

const keyOf = ({ kind, subject }: Pick<Source, 'kind' | 'subject'>): string => `${kind} ${subject}`;

const minute = 60_000;
const longestRetryMs = 24 * 60 * minute;
/** What another try a few minutes later does not change: a right that is missing, an old release, a guest without an agent. */
const lasting: ReadonlySet<ErrorCode> = new Set(['permission', 'validation', 'not-found', 'auth', 'conflict']);

/** Returns milliseconds to wait after the n-th failure in a row (from 1): 5, 10, 20 … minutes, and never less than it is worth. */
const retryMs = (count: number, code: ErrorCode, { renewMs }: Source): number =>
  lasting.has(code)
    ? Math.min(longestRetryMs, Math.max(60 * minute, renewMs) * count)
    : Math.min(longestRetryMs, 5 * minute * 2 ** (count - 1));

const mayAsk = ({ snapshot, connection, automatic }: CrawlOptions['inventory']): boolean =>
  automatic && connection.state === 'live' && snapshot.at > 0 && !snapshot.fromCache;

/** Whether what a fact is about is part of the cluster. */
const isThere = ({ guests, nodes, storages }: Snapshot): ((kind: FactKind, subject: string) => boolean) => {
  const names = {
    guest: new Set(guests.map(({ vmid }) => String(vmid))),
    node: new Set(nodes.map(({ node }) => node)),
    storage: new Set(storages.map(storageKey)),
  };
  return (kind, subject) => {
    const about = subjects[kind];
    return about === undefined || names[about].has(subject);
  };
};

/** What the facts of a kind are about; nothing for those about the cluster. */
const subjects: Partial<Record<FactKind, 'guest' | 'node' | 'storage'>> = {
  addresses: 'guest',
  backups: 'storage',
  trend: 'storage',
  replication: 'node',
  disks: 'node',
  seen: 'node',
  sickPools: 'node',
  updates: 'node',
  certificate: 'node',
  version: 'node',
};
