import { asProxdeckError, type ProxdeckError } from '../models/error.ts';
import { taskSucceeded } from '../models/cluster.ts';
import { levelOf, levelOfPriority, upidIn, type LogLevel } from '../models/logLine.ts';
import { parseUpid, taskLabel } from '../models/upid.ts';
import type { ResultOf } from '../operations/catalog.ts';
import type { AppModel } from './app.ts';
import { journalEntries } from './journalLines.ts';
import { LogBuffer, type LogEntry } from './logBuffer.ts';
import { LogPane } from './logPane.ts';
import { cleanLine } from './logText.ts';
import type { Session } from './session.ts';

/** Between two rounds of questions, in milliseconds; longer where there are many nodes. */
const everyMs = 5000;
const everyMsANode = 400;
/** Lines of each journal and of the cluster's log that are read first. */
const firstLines = 300;
const clusterLines = 200;
/** Lines of a running task from before one looked. */
const taskLines = 10;
const taskPage = 500;
/** Messages remembered to show once what two logs tell. */
const rememberedMessages = 4000;

/** Something that is asked again and again; never twice at a time, so that one that hangs holds up nobody else. */
interface Source {
  busy: boolean;
  error: ProxdeckError | undefined;
  /** Where the next reading goes on: a cursor of a journal, the number of lines read of a task. */
  cursor?: string;
  have?: number;
}

/**
 * The journals of all nodes, the log of the cluster and what running tasks say, merged by time. Asked only between `start` and
 * its end; at most two calls a node in a round.
 */
export class ClusterLogs {
  readonly pane: LogPane;
  readonly #app: AppModel;
  #session: Session | undefined;
  #sources = new Map<string, Source>();
  #told = new Map<string, 'journal' | 'cluster'>();
  #answered = false;

  constructor(app: AppModel) {
    this.#app = app;
    this.pane = new LogPane(new LogBuffer(), () => app.changed());
  }

  /** Whether anything was answered yet. */
  get answered(): boolean {
    return this.#answered;
  }

  /** What cannot be read now, and why. */
  get troubles(): readonly { readonly source: string; readonly error: ProxdeckError }[] {
    return [...this.#sources].flatMap(([source, { error }]) => (error === undefined ? [] : [{ source, error }]));
  }

  /** Asks until the function returned is called. The lines read before stay, and reading goes on after them. */
  start(session: Session): () => void {
    if (session !== this.#session) this.#begin(session);
    const stop = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const round = (): void => {
      const nodes = this.#nodes();
      if (session.inventory.automatic || !this.#answered) this.#round(session, nodes, stop.signal);
      timer = setTimeout(round, Math.max(everyMs, nodes.length * everyMsANode));
    };
    round();
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }

  /** Another cluster: nothing of the one before is shown with it. */
  #begin(session: Session): void {
    if (this.#session !== undefined) this.pane.clear();
    this.#session = session;
    this.#sources.clear();
    this.#told.clear();
    this.#answered = false;
  }

  #nodes(): readonly string[] {
    const { nodes } = this.#app.live.getState().snapshot;
    return nodes.filter(({ status }) => status === 'online').map(({ node }) => node);
  }

  #round(session: Session, nodes: readonly string[], signal: AbortSignal): void {
    for (const node of nodes) {
      void this.#ask(node, signal, async (source) => {
        const after = source.cursor === undefined ? {} : { after: source.cursor };
        const lines = await session.ask('node.journal', { node, lines: firstLines, ...after }, signal);
        const cursor = lines.at(-1)?.cursor;
        if (cursor !== undefined) source.cursor = cursor;
        return this.#once('journal', journalEntries(node, lines, this.#app.now()));
      });
      const upid = this.#runningOn(node);
      if (upid !== undefined) void this.#ask(upid, signal, (source) => this.#taskLines(session, upid, source, signal));
    }
    void this.#ask('cluster', signal, async () => {
      const rows = await session.ask('cluster.log', { lines: clusterLines }, signal);
      return this.#once('cluster', rows.map(clusterEntry));
    });
    this.#forget(nodes);
  }

  /** The task that has run for the shortest time on a node. */
  #runningOn(node: string): string | undefined {
    const { tasks } = this.#app.live.getState().snapshot;
    return tasks.find((task) => task.status === undefined && task.node === node)?.upid;
  }

  async #ask(name: string, signal: AbortSignal, read: (source: Source) => Promise<readonly LogEntry[]>): Promise<void> {
    const source = this.#sources.get(name) ?? { busy: false, error: undefined };
    this.#sources.set(name, source);
    if (source.busy) return;
    source.busy = true;
    try {
      const entries = await read(source);
      if (signal.aborted) return;
      source.error = undefined;
      this.#answered = true;
      this.pane.merge(entries);
    } catch (thrown) {
      if (signal.aborted) return;
      source.error = asProxdeckError(thrown);
      this.#app.changed();
    } finally {
      source.busy = false;
    }
  }

  async #taskLines(session: Session, upid: string, source: Source, signal: AbortSignal): Promise<readonly LogEntry[]> {
    const options = { signal, origin: 'person' } as const;
    if (source.have === undefined) {
      const { total } = await session.taskLog(upid, { start: 0, limit: 1 }, options);
      source.have = Math.max(0, total - taskLines);
    }
    const { lines } = await session.taskLog(upid, { start: source.have, limit: taskPage }, options);
    if (source.have === 0 && lines[0]?.t === 'no content') return [];
    source.have += lines.length;
    const { node, type, id } = parseUpid(upid) ?? { node: '', type: 'task', id: '' };
    // The log of a task has no times: a line is of the moment in which it was seen.
    const at = this.#app.now();
    const of = { at, node, source: id === '' ? type : `${type} ${id}`, upid };
    return lines.map(({ t }): LogEntry => {
      const text = cleanLine(t);
      return { ...of, level: levelOf(text), text };
    });
  }

  /** Leaves out what another log told already: a node writes into its journal, too, what it tells the cluster. */
  #once(log: 'journal' | 'cluster', entries: readonly LogEntry[]): readonly LogEntry[] {
    return entries.flatMap((entry) => {
      const message = entry.text.replace(/^<[^>]*> /, '');
      const keys = [-1, 0, 1].map((step) => keyOf(entry, message, step));
      if (keys.some((key) => this.#told.has(key) && (log === 'cluster' || this.#told.get(key) !== log))) return [];
      const own = keyOf(entry, message, 0);
      // Only what the cluster is told has its author before it in the journal.
      if (log === 'cluster' || message !== entry.text) this.#told.set(own, log);
      const [oldest] = this.#told.keys();
      if (this.#told.size > rememberedMessages && oldest !== undefined) this.#told.delete(oldest);
      return [withLabel(entry)];
    });
  }

  /** Tasks that have ended and nodes that are away are no sources any more. */
  #forget(nodes: readonly string[]): void {
    const running = new Set(nodes.map((node) => this.#runningOn(node)));
    for (const [name, { busy }] of this.#sources)
      if (!busy && name !== 'cluster' && !nodes.includes(name) && !running.has(name)) this.#sources.delete(name);
  }
}

const keyOf = ({ node = '', at = 0 }: LogEntry, message: string, step: number): string =>
  `${node} ${String(Math.floor(at / 1000) + step)} ${message}`;

/** For a person `end task UPID:…: OK` is `end task CT 101 - start: OK`. */
const withLabel = (entry: LogEntry): LogEntry => {
  const task = entry.upid === undefined ? undefined : parseUpid(entry.upid);
  if (task === undefined || entry.upid === undefined) return entry;
  const [before = '', after = ''] = entry.text.split(entry.upid);
  const status = after.trim();
  const said = `${before}${taskLabel(task.type, task.id)}${status === '' ? '' : `: ${status}`}`;
  // How a task ended decides how bad the line is, not a word in it.
  return { ...entry, text: said, level: before.endsWith('end task ') ? levelOfEnd(status) : entry.level };
};

const levelOfEnd = (status: string): LogLevel => {
  if (status === 'OK') return 'info';
  return taskSucceeded(status) ? 'warn' : 'error';
};

type ClusterRow = ResultOf<'cluster.log'>[number];

const clusterEntry = ({ time, node, tag, pri, user, msg }: ClusterRow): LogEntry => {
  const upid = upidIn(msg);
  return {
    at: time * 1000,
    node: cleanLine(node),
    source: cleanLine(tag),
    level: levelOfPriority(pri),
    text: cleanLine(user === '' ? msg : `<${user}> ${msg}`),
    ...(upid === undefined ? {} : { upid }),
  };
};
