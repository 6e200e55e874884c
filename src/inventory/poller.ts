import { asProxdeckError } from '../models/error.ts';
import { backoffMs, nextPollAt, tasksAreDue, watching, withCalls, type Pace } from './cadence.ts';
import type { Connection } from './types.ts';

/** Calls back once after some milliseconds; returns the function that takes it back. */
export type SetTimer = (callback: () => void, ms: number) => () => void;

export interface PollRequest {
  /** Whether `/cluster/tasks` is asked for beside `/cluster/resources`. */
  readonly tasks: boolean;
  readonly origin: 'poll' | 'person';
}

export interface PollerOptions {
  /** Asks the cluster and takes in the answer; rejects when the cluster is away. */
  readonly poll: (request: PollRequest) => Promise<number>;
  /** Called after each poll, and when the connection changed. */
  readonly settled: () => void;
  readonly now: () => number;
  /** 0…1 */
  readonly random: () => number;
  readonly setTimer: SetTimer;
}

/** Decides when the cluster is asked. */
export interface Poller {
  readonly connection: Connection;
  automatic: boolean;
  refresh(): Promise<void>;
  watchTask(upid: string): void;
  /** Ends the watching of tasks that the poll saw ended. */
  tasksEnded(upids: Iterable<string>): void;
  /** Resolves when the poll that was under way has ended. */
  close(): Promise<void>;
}

/**
 * Timers stand still while a laptop sleeps, the wall clock does not. So the timer is set in short pieces, and a poll that
 * became overdue meanwhile is sent as soon as the machine is awake.
 */
const longestTimerMs = 2_000;
const rememberedTasks = 1_000;

/** Returns a poller; its first poll is sent at once. */
export const createPoller = ({ poll, settled, now, random, setTimer }: PollerOptions): Poller => {
  let connection: Connection = { state: 'connecting' };
  let pace: Pace = {
    polledAt: Number.NEGATIVE_INFINITY,
    durationMs: 0,
    tasksAt: Number.NEGATIVE_INFINITY,
    rows: 0,
    watchedSince: [],
    taskEndedAt: Number.NEGATIVE_INFINITY,
    retryAt: undefined,
    calls: [],
  };
  let failures = 0;
  let automatic = true;
  let closed = false;
  let running: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;
  const watched = new Map<string, number>();
  const ended = new Set<string>();

  const send = async (origin: PollRequest['origin']): Promise<void> => {
    const sentAt = now();
    const tasks = origin === 'person' || (failures === 0 && tasksAreDue(pace, sentAt));
    const counted = origin === 'poll' && !watching(pace, sentAt);
    pace = {
      ...pace,
      polledAt: sentAt,
      tasksAt: tasks ? sentAt : pace.tasksAt,
      taskEndedAt: pace.taskEndedAt > sentAt ? Number.NEGATIVE_INFINITY : pace.taskEndedAt,
      calls: counted ? withCalls(pace.calls, sentAt, tasks ? 2 : 1) : pace.calls,
    };
    try {
      const rows = await poll({ tasks, origin });
      pace = { ...pace, rows };
      succeeded();
    } catch (thrown) {
      failed(thrown);
    }
    pace = { ...pace, durationMs: Math.max(0, now() - sentAt) };
  };

  const succeeded = (): void => {
    failures = 0;
    pace = { ...pace, retryAt: undefined };
    if (connection.state !== 'live') connection = { state: 'live' };
  };

  const failed = (thrown: unknown): void => {
    failures += 1;
    const error = asProxdeckError(thrown);
    const nextTryAt = now() + backoffMs(failures, error.code, random());
    pace = { ...pace, retryAt: nextTryAt };
    const since = connection.state === 'away' ? connection.since : now();
    connection = { state: 'away', since, error, nextTryAt };
  };

  /** One poll at a time: whoever asks while one runs gets its answer. */
  const start = (origin: PollRequest['origin']): Promise<void> => {
    cancelTimer?.();
    cancelTimer = undefined;
    running ??= send(origin).finally(() => {
      running = undefined;
      if (closed) return;
      schedule();
      settled();
    });
    return running;
  };

  const schedule = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (!automatic || closed || running !== undefined) return;
    const wait = nextPollAt(pace, now()) - now();
    cancelTimer = setTimer(wait > 0 ? schedule : () => void start('poll'), Math.max(0, Math.min(wait, longestTimerMs)));
  };

  const endWatching = (upid: string): void => {
    watched.delete(upid);
    ended.add(upid);
    for (const oldest of ended) if (ended.size > rememberedTasks) ended.delete(oldest);
    pace = { ...pace, watchedSince: [...watched.values()], taskEndedAt: now() };
  };

  schedule();
  return {
    get connection() {
      return connection;
    },
    get automatic() {
      return automatic;
    },
    set automatic(on) {
      automatic = on;
      schedule();
    },
    refresh: () => (closed ? Promise.resolve() : start('person')),
    watchTask: (upid) => {
      if (ended.has(upid)) return;
      if (watched.has(upid)) endWatching(upid);
      else {
        watched.set(upid, now());
        pace = { ...pace, watchedSince: [...watched.values()] };
      }
      schedule();
    },
    tasksEnded: (upids) => {
      for (const upid of upids) if (watched.has(upid)) endWatching(upid);
    },
    close: async () => {
      closed = true;
      cancelTimer?.();
      await running;
    },
  };
};
