import * as z from 'zod';
import { taskSucceeded } from '../models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import { maskParameters } from '../proxmox/calls.ts';
import type { Parameters } from '../proxmox/types.ts';
import { wireTexts } from '../proxmox/encoding.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { followTask } from './follow.ts';
import type { PlannedCall } from './operation.ts';
import { IncompleteError } from './outcome.ts';

/** Work that consists of calls one after the other, each followed to the end of its task. */
export interface Step {
  /** `create 950 web-9` */
  readonly title: string;
  readonly call: PlannedCall;
}

/** How a step ended. */
export interface StepOutcome {
  /** `OK` or `WARNINGS: n`; `started` when its task is not waited for. */
  readonly result: string;
  /** Absent where the call itself did the work. */
  readonly upid?: string;
}

/** A call as it will be sent: what is undefined is left out, booleans are 1 and 0. */
export const planned = (method: PlannedCall['method'], path: string, parameters: Parameters = {}): PlannedCall => ({
  method,
  path,
  parameters: Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => {
      const texts = wireTexts(value);
      return texts.length === 0 ? [] : [[name, texts.join(',')]];
    }),
  ),
});

/** The calls of steps for `--dry-run`, secrets masked. */
export const shown = (steps: readonly Step[]): readonly PlannedCall[] =>
  steps.map(({ call }) => ({ ...call, parameters: maskParameters(call.parameters ?? {}) }));

/** Sends a call; returns the UPID of the task that it began, undefined where it did the work itself. Throws what the client throws. */
const send = async (context: Context, { method, path, parameters }: PlannedCall): Promise<string | undefined> => {
  const { data } = await context.proxmox().request(method, path, parameters, { origin: 'person' });
  return z.string().startsWith('UPID:').safeParse(data).data;
};

/** Follows the task of a step to its end. Throws `task-failed`, or `cancelled` with the UPID of what goes on. */
export async function* followStep(
  context: Context,
  title: string,
  upid: string,
): AsyncGenerator<Event, StepOutcome, void> {
  yield { type: 'task', upid };
  const result: string = yield* followUnlessCancelled(context, title, upid);
  if (taskSucceeded(result)) return { result, upid };
  throw new ProxdeckError('task-failed', `${title} failed: ${result.replace(/\.$/, '')}.`, {
    hint: `See \`proxdeck task log ${upid}\`.`,
  });
}

async function* followUnlessCancelled(
  context: Context,
  title: string,
  upid: string,
): AsyncGenerator<Event, string, void> {
  try {
    return yield* followTask(context, upid);
  } catch (thrown) {
    const error = asProxdeckError(thrown);
    if (error.code !== 'cancelled') throw error;
    throw new ProxdeckError('cancelled', `No longer waiting. Still running on the server: ${title}, ${upid}`, {
      hint: `Follow with \`proxdeck task log ${upid} -f\`, end with \`proxdeck task stop\`.`,
    });
  }
}

/**
 * Makes the call of a step and follows its task: yields the step, the task and each line of its log. Throws what the client
 * throws, `task-failed` when the task failed, and `cancelled` with the UPID of what goes on.
 */
export async function* takeStep(
  context: Context,
  { title, call }: Step,
  wait = true,
): AsyncGenerator<Event, StepOutcome, void> {
  const step = { type: 'step', id: title, title } as const;
  yield { ...step, state: 'running' };
  try {
    const upid = await send(context, call);
    if (upid === undefined) {
      yield { ...step, state: 'done' };
      return { result: 'OK' };
    }
    if (!wait) return { result: 'started', upid };
    const outcome = yield* followStep(context, title, upid);
    yield { ...step, state: 'done' };
    return outcome;
  } catch (error) {
    if (asProxdeckError(error).code !== 'cancelled') yield { ...step, state: 'failed' };
    throw error;
  }
}

/** Takes steps one after the other. Throws what the first one that fails throws, `partial` with the titles of what was done before it. */
export async function* takeAll(context: Context, steps: readonly Step[]): AsyncGenerator<Event, void, void> {
  const done: string[] = [];
  for (const step of steps) {
    try {
      yield* takeStep(context, step);
      done.push(step.title);
    } catch (thrown) {
      if (done.length === 0 || !(thrown instanceof ProxdeckError)) throw thrown;
      throw new IncompleteError('partial', `${thrown.message} Done before: ${done.join(', ')}.`, done, {
        cause: thrown,
      });
    }
  }
}
