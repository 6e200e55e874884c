import { ProxmoxError, cancelled } from './errors.ts';
import type { Method } from './types.ts';

interface Waiter {
  readonly call: QueuedCall;
  admit(): void;
  refuse(error: ProxmoxError): void;
}

interface Lane {
  running: number;
  readonly waiting: Set<Waiter>;
}

/** What the queue must know of a call. */
interface QueuedCall {
  readonly method: Method;
  readonly path: string;
  readonly signal: AbortSignal;
}

export interface NodeLimits {
  /** Runs `work` when fewer than the allowed calls to this node are in flight. Rejects at once when the node is offline or the caller gave up. */
  run<T>(node: string, call: QueuedCall, work: () => Promise<T>): Promise<T>;
  /** Nodes that are asked nothing; calls that wait for one of them are refused now. */
  setOffline(nodes: ReadonlySet<string>): void;
}

const offlineError = (node: string, { method, path }: QueuedCall): ProxmoxError =>
  new ProxmoxError('unreachable', `Node ${node} is offline, so ${method} ${path} was not sent.`, {
    method,
    path,
    hint: `A call to an offline node hangs for 30 s. Bring ${node} back, or act on another node.`,
  });

/** Histories of nodes and guests are kept by every node, and a node is woken by another: the one that is asked answers, also for one that is away. */
const answeredByAll = /^\/nodes\/[^/]+\/(?:(?:(?:lxc|qemu)\/\d+\/)?rrddata|wakeonlan)$/;

/** The node that has to answer a path (`/nodes/{node}/…`); undefined for what any node answers. */
export const nodeOfPath = (path: string): string | undefined =>
  answeredByAll.test(path) ? undefined : /^\/nodes\/([^/]+)/.exec(path)?.[1];

/** A node has three workers for everybody (contract §1.7): no more than `inFlight` calls at a time go to one. */
export const createNodeLimits = (inFlight: number): NodeLimits => {
  const lanes = new Map<string, Lane>();
  let offline: ReadonlySet<string> = new Set();

  const laneOf = (node: string): Lane => {
    const lane = lanes.get(node) ?? { running: 0, waiting: new Set() };
    lanes.set(node, lane);
    return lane;
  };

  const wait = (lane: Lane, call: QueuedCall): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        lane.waiting.delete(waiter);
        call.signal.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        call,
        admit() {
          leave();
          resolve();
        },
        refuse(error) {
          leave();
          reject(error);
        },
      };
      const abort = (): void => waiter.refuse(cancelled(call));
      call.signal.addEventListener('abort', abort);
      lane.waiting.add(waiter);
    });

  /** Hands the place of a finished call to the first that waits. */
  const release = (lane: Lane): void => {
    const [next] = lane.waiting;
    if (next === undefined) lane.running -= 1;
    else next.admit();
  };

  return {
    async run(node, call, work) {
      if (call.signal.aborted) throw cancelled(call);
      if (offline.has(node)) throw offlineError(node, call);
      const lane = laneOf(node);
      if (lane.running < inFlight) lane.running += 1;
      else await wait(lane, call);
      try {
        return await work();
      } finally {
        release(lane);
      }
    },
    setOffline(nodes) {
      offline = nodes;
      for (const node of nodes) {
        for (const waiter of lanes.get(node)?.waiting ?? []) waiter.refuse(offlineError(node, waiter.call));
      }
    },
  };
};
