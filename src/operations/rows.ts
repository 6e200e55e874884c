import * as z from 'zod';
import type { Parameters } from '../proxmox/types.ts';
import type { Context } from './context.ts';
import { understood } from './understood.ts';

/** What reads have in common: fields that forgive, and rows that are not understood left out instead of failing all. */

/** Perl decides at runtime whether a number comes as number or as text (`"12"`). */
export const figure = z.union([
  z.number(),
  z
    .string()
    .regex(/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i)
    .transform(Number),
]);
/** A text; names of digits come as numbers. */
export const word = z.union([z.string(), z.number().transform(String)]);
/** 1, true or "1". */
export const flag = z
  .union([z.number(), z.boolean(), z.string()])
  .transform((value) => value === 1 || value === true || value === '1');

/** A field that older servers and narrow logins leave out; one that is not understood is as good as left out. */
export const maybe = <Field extends z.ZodType>(field: Field) => field.optional().catch(undefined);

/** The `data` of a GET that a person asked for. Throws what the client throws. */
export const readData = async (context: Context, path: string, parameters: Parameters = {}): Promise<unknown> => {
  const options = { signal: context.signal, origin: 'person' } as const;
  return (await context.proxmox().request('GET', path, parameters, options)).data;
};

/** The rows of a GET that answers a list; rows without what identifies them are left out. Throws what the client throws. */
export const readRows = async <Row extends z.ZodType>(
  context: Context,
  path: string,
  row: Row,
  parameters: Parameters = {},
): Promise<readonly z.output<Row>[]> => understood(row, await readData(context, path, parameters));

/** A text of many lines as rows that plain mode prints one below the other. */
export const linesOf = (text: string): readonly { readonly t: string }[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((t) => ({ t }));
