import * as z from 'zod';
import type { FactKind, FactValues, KeptFact } from './facts.ts';
import type { StoredFact } from '../state/facts.ts';

/** Facts as an earlier run of the program, perhaps an older one, kept them: what is not understood is asked anew. */

const newestBackup = z.object({
  ctime: z.number(),
  volid: z.string(),
  size: z.number(),
  verification: z.string().exactOptional(),
  count: z.number(),
});

const schemas: { readonly [Kind in FactKind]: z.ZodType<FactValues[Kind]> } = {
  quorum: z.object({ quorate: z.boolean().exactOptional() }),
  reported: z.record(z.string(), z.number()),
  seen: z.number(),
  backups: z.record(z.string(), newestBackup),
  uncovered: z.array(z.number()),
  trend: z.object({ bytesADay: z.number(), low: z.number(), high: z.number(), days: z.number() }),
  replicated: z.array(z.number()),
  replication: z.array(
    z.object({ id: z.string(), guest: z.number(), target: z.string(), failures: z.number(), error: z.string() }),
  ),
  disks: z.array(
    z.object({ devpath: z.string(), model: z.string(), health: z.string(), wearout: z.number().exactOptional() }),
  ),
  sickPools: z.array(z.object({ name: z.string(), health: z.string() })),
  updates: z.object({ count: z.number() }),
  certificate: z.object({ notafter: z.number(), filename: z.string() }),
  version: z.object({ version: z.string() }),
  addresses: z.array(z.string()),
};

const isKind = (kind: string): kind is FactKind => Object.hasOwn(schemas, kind);

/** Returns a fact that was kept, or nothing when it is of a kind or shape that this program does not know. */
export const keptFact = ({ kind, subject, at, value }: StoredFact): KeptFact | undefined => {
  if (!isKind(kind)) return undefined;
  const { success, data } = schemas[kind].safeParse(value);
  return success ? ({ kind, subject, at, value: data } as KeptFact) : undefined;
};
