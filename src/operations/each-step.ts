import { asProxdeckError, type ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { IncompleteError } from './outcome.ts';
import { takeStep, type Step } from './steps.ts';

/** What came of one of several steps. */
export interface StepRow {
  /** What it was done to: a volume, a pool. */
  readonly id: string;
  readonly ok: boolean;
  /** `OK`, `started`, or why it failed. */
  readonly result: string;
  readonly upid?: string;
}

const endOf = (rows: readonly StepRow[], errors: readonly ProxdeckError[]): IncompleteError | undefined => {
  const [first] = errors;
  if (first === undefined) return undefined;
  const failed = rows.filter(({ ok }) => !ok);
  const told = failed.map(({ id, result }) => `${id}: ${result}`).join(' ');
  const all = failed.length === rows.length;
  const message =
    rows.length === 1 ? first.message : `${String(failed.length)} of ${String(rows.length)} failed. ${told}`;
  return new IncompleteError(all ? first.code : 'partial', message, rows, {
    ...(first.hint !== undefined && { hint: first.hint }),
    cause: first,
  });
};

/**
 * Takes steps one after the other, each whatever came of those before. Throws IncompleteError with all rows: `partial` when some
 * failed, else the code of the first error; `cancelled` at once.
 */
export async function* eachStep(
  context: Context,
  steps: readonly (Step & { readonly id: string })[],
  wait = true,
): AsyncGenerator<Event, readonly StepRow[], void> {
  const rows: StepRow[] = [];
  const errors: ProxdeckError[] = [];
  for (const { id, ...step } of steps) {
    try {
      rows.push({ id, ok: true, ...(yield* takeStep(context, step, wait)) });
    } catch (thrown) {
      const error = asProxdeckError(thrown);
      if (error.code === 'cancelled')
        throw new IncompleteError('cancelled', error.message, rows, {
          ...(error.hint !== undefined && { hint: error.hint }),
        });
      errors.push(error);
      rows.push({ id, ok: false, result: error.message });
    }
  }
  const failure = endOf(rows, errors);
  if (failure !== undefined) throw failure;
  return rows;
}
