import type { Field, Values } from '../../../src/ui/form.ts';

/** What an answer adds to the input of `guest.set`. */
export type Wanted = Readonly<Record<string, string | readonly string[]>>;

/** Fields that belong together, and what differing answers to them ask for. */
export interface Part {
  readonly fields: readonly Field[];
  readonly wanted: (values: Values) => Wanted;
}

/** The answer to a field that is another than what there is; undefined where it is the same, or was not asked yet. */
export const changedIn = (field: Field, values: Values): string | undefined => {
  const value = values[field.name];
  return value === undefined || value === (field.was ?? '') ? undefined : value;
};

/** One setting with an input of its own. */
export const single = (field: Field, wanted: (answer: string) => Wanted): Part => ({
  fields: [field],
  wanted: (values) => {
    const answer = changedIn(field, values);
    return answer === undefined ? {} : wanted(answer);
  },
});

/** A field with what it is now. */
export const withNow = <One extends Field>(field: One, now: string): One => ({ ...field, usual: now, was: now });

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** What several parts ask for together: lists grow, texts stand alone. */
export const together = (all: readonly Wanted[]): Wanted => {
  const sum: Record<string, string | readonly string[]> = {};
  for (const [key, value] of all.flatMap((one) => Object.entries(one)))
    sum[key] = typeof value === 'string' ? value : [...listOf(sum[key]), ...value];
  return sum;
};
