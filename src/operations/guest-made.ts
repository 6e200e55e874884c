import { asProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { nameOf } from './guest-checks.ts';
import { IncompleteError } from './outcome.ts';
import { takeStep, type Step } from './steps.ts';

/** Takes the steps that follow once a guest is made. Throws `partial` with the guest when one of them fails: it is there. */
export async function* takeLater(
  context: Context,
  made: { readonly vmid: number; readonly name: string },
  steps: readonly Step[],
  wait: boolean,
): AsyncGenerator<Event, void, void> {
  try {
    for (const step of steps) yield* takeStep(context, step, wait);
  } catch (thrown) {
    const { message, hint } = asProxdeckError(thrown);
    throw new IncompleteError('partial', `${nameOf(made)} was made. ${message}`, made, {
      ...(hint !== undefined && { hint }),
      cause: thrown,
    });
  }
}
