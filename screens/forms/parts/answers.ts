import type { z } from 'zod';

/** What the forms of new guests have in common. */

/** What a form asks the cluster for it asks at once. */
export const atOnce = { dwellMs: 0 } as const;

/** The end of a sentence, as inputs of operations say what is wrong, as a whole one. */
export const sentence = (text: string): string => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(whole) ? whole : `${whole}.`;
};

/** Returns a check of an answer: what the input of an operation has against it, as a sentence. */
export const mistakeBy =
  (schema: z.ZodType) =>
  (text: string): string | undefined => {
    const [issue] = schema.safeParse(text).error?.issues ?? [];
    return issue === undefined ? undefined : sentence(issue.message);
  };

/** An input of an operation without what was left open. */
export const inputOf = (answers: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(answers).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );
