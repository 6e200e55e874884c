import * as z from 'zod';
import type { Operation } from './operation.ts';

/** One field of an input as the command line sees it. */
export interface Field {
  readonly key: string;
  /** `readOnly` → `read-only` */
  readonly flag: string;
  readonly required: boolean;
  readonly many: boolean;
  readonly type: string | undefined;
  readonly description: string;
  readonly choices: readonly string[];
  readonly usual: unknown;
  readonly positional: boolean;
  /** Never taken from argv, where every user of the machine can read it. */
  readonly secret: boolean;
  readonly short: string | undefined;
  /** Where a command line leaves it out, a person is asked. */
  readonly asked: boolean;
  /** What completes it: `guest`, `node`, `context` … */
  readonly completes: string | undefined;
}

const property = z.object({
  type: z.string().exactOptional(),
  description: z.string().default(''),
  enum: z.array(z.string()).exactOptional(),
  default: z.unknown().exactOptional(),
  items: z.object({ enum: z.array(z.string()).exactOptional() }).exactOptional(),
  positional: z.boolean().default(false),
  secret: z.boolean().default(false),
  asked: z.boolean().default(false),
  short: z.string().exactOptional(),
  completes: z.string().exactOptional(),
});
const objectSchema = z.object({
  properties: z.record(z.string(), property).default({}),
  required: z.array(z.string()).default([]),
});

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Returns the fields of an operation's input, positional ones first. A person types the input side: defaults are optional there. */
export const fieldsOf = (operation: Operation): readonly Field[] => {
  const { properties, required } = objectSchema.parse(
    z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }),
  );
  return Object.entries(properties)
    .map(
      ([
        key,
        { type, description, enum: own, items, default: usual, positional, secret, asked, short, completes },
      ]) => ({
        key,
        flag: kebab(key),
        required: required.includes(key),
        many: type === 'array',
        type,
        description,
        choices: own ?? items?.enum ?? [],
        usual,
        positional,
        secret,
        asked,
        short,
        completes,
      }),
    )
    .toSorted((a, b) => Number(b.positional) - Number(a.positional));
};
