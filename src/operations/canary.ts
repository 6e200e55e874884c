import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { nameOf } from './guest-checks.ts';
import { readGuest } from './guest-read.ts';
import { figure, flag, maybe } from './rows.ts';

/** The first of several guests goes alone: the rest follow when it is well. */

export const canaryFields = {
  canary: z.boolean().default(false).describe('do it to the first one alone, and to the rest when that is well'),
  watch: z.coerce
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(15)
    .describe('seconds that the first one must stay well, with --canary'),
};

/** Throws `usage` for a first one that nobody waits for. */
export const requireWaiting = (canary: boolean, isWaitedFor: boolean): void => {
  if (!canary || isWaitedFor) return;
  throw new ProxdeckError('usage', '--canary waits for the first one, and --no-wait for none.', {
    hint: 'Take one of them.',
  });
};

/** What it means that a guest is well after something was done to it. */
export interface Wellness {
  /** The state that it must come to, and stay in: `running`, `stopped`, `paused`. */
  readonly status: string;
  /** The node that it is on then. */
  readonly node?: string;
  /** How long it must stay so, in seconds. */
  readonly seconds: number;
}

const lookEverySeconds = 2;
/** How long a guest may take to come to its state and to answer: an agent begins late in a start. */
const patienceSeconds = 180;

const state = z.looseObject({
  status: maybe(z.string()),
  qmpstatus: maybe(z.string()),
  uptime: maybe(figure),
  /** The agent is on in the settings of a VM. */
  agent: maybe(flag),
});

/** A guest at one look: its state and for how long it has run; a sentence where it cannot be seen. */
type Look = { readonly status: string; readonly uptime: number; readonly agent: boolean } | string;

const lookAt = async (context: Context, guest: Guest): Promise<Look> => {
  try {
    const {
      status,
      qmpstatus,
      uptime = 0,
      agent = false,
    } = state.parse(await readGuest(context, guest, 'status/current'));
    return { status: qmpstatus ?? status ?? 'unknown', uptime, agent };
  } catch (thrown) {
    const error = asProxdeckError(thrown);
    if (error.code === 'cancelled') throw error;
    return error.message;
  }
};

/** Whether the agent in a VM answers (`POST …/agent/ping`); a login that may not ask is not held up by it. */
const agentAnswers = async (context: Context, { node, id }: Guest): Promise<boolean> => {
  try {
    await context.proxmox().request('POST', `/nodes/${node}/${id}/agent/ping`, {}, { origin: 'person' });
    return true;
  } catch (thrown) {
    const { code } = asProxdeckError(thrown);
    if (code === 'cancelled') throw thrown;
    return code === 'permission';
  }
};

/** What a guest lacks to be well; undefined when it lacks nothing. */
const lack = async (context: Context, guest: Guest, look: Look, status: string): Promise<string | undefined> => {
  if (typeof look === 'string') return look.replace(/\.$/, '');
  if (look.status !== status) return `it is ${look.status}, not ${status}`;
  if (look.agent && status === 'running' && !(await agentAnswers(context, guest))) return 'its agent does not answer';
  return undefined;
};

/** How far two figures of an uptime may lie apart by rounding alone, in seconds. */
const uptimeSlack = 1;

/**
 * Waits until a guest has come to its state, its agent answers where it has one, and it stayed so for a while without starting anew.
 * Returns why it is not well, as a part of a sentence; undefined when it is. Throws `cancelled`.
 */
export async function* watchOver(
  context: Context,
  row: Guest,
  { status, node, seconds }: Wellness,
): AsyncGenerator<Event, string | undefined, void> {
  const guest = node === undefined ? row : { ...row, node };
  const pause = (): Promise<void> => context.sleep(lookEverySeconds * 1000);
  const title = `wait until ${nameOf(guest)} is well`;
  const step = { type: 'step', id: `canary ${guest.id}`, title } as const;
  yield { ...step, state: 'running' };
  let look = await lookAt(context, guest);
  let missing = await lack(context, guest, look, status);
  for (let waited = 0; missing !== undefined && waited < patienceSeconds; waited += lookEverySeconds) {
    await pause();
    look = await lookAt(context, guest);
    missing = await lack(context, guest, look, status);
  }
  for (let stayed = 0; missing === undefined && stayed < seconds; stayed += lookEverySeconds) {
    yield { type: 'progress', done: stayed, total: seconds, unit: 'seconds' };
    await pause();
    const before: number = typeof look === 'string' ? 0 : look.uptime;
    look = await lookAt(context, guest);
    const isAnew = typeof look !== 'string' && look.uptime + uptimeSlack < before;
    missing = isAnew ? 'it started anew by itself' : await lack(context, guest, look, status);
  }
  yield { ...step, state: missing === undefined ? 'done' : 'failed' };
  return missing;
}
