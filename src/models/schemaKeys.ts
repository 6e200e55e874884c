import * as z from 'zod';

const innerOf = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodOptional ||
  schema instanceof z.ZodExactOptional ||
  schema instanceof z.ZodNullable ||
  schema instanceof z.ZodDefault ||
  schema instanceof z.ZodPrefault
    ? innerOf(schema.unwrap())
    : schema;

/** Returns the keys that may stand at a place of what a schema describes, to guess what an unknown one means. */
export const keysAt = (schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] => {
  const here = innerOf(schema);
  const [step, ...rest] = path;
  if (here instanceof z.ZodUnion) return here.options.flatMap((option) => keysAt(option, path));
  if (step === undefined) return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
  if (here instanceof z.ZodRecord) return keysAt(here.valueType, rest);
  if (here instanceof z.ZodArray) return keysAt(here.element, rest);
  if (!(here instanceof z.ZodObject)) return [];
  const inner: unknown = here.shape[String(step)];
  // Not z.core.$ZodType: a value of that namespace brings all of it into the start, fifty languages of messages too.
  return inner instanceof z.ZodType ? keysAt(inner, rest) : [];
};
