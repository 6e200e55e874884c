import * as z from 'zod';
import { timeframes, type Timeframe } from '../models/timeframe.ts';
import type { Context } from './context.ts';
import { understood } from './understood.ts';

/** The history that Proxmox VE keeps of nodes, guests and storages (contract §9.2). */

/** What names a part of the history in an input. */
export const rrdInput = {
  timeframe: z.enum(timeframes).default('hour').describe('how far back'),
  cf: z.enum(['AVERAGE', 'MAX']).default('AVERAGE').describe('the mean of each step, or its highest value'),
};

const point = z
  .record(z.string(), z.unknown())
  .transform((raw) =>
    Object.fromEntries(
      Object.entries(raw).flatMap(([key, value]) => {
        // Numbers may come as strings; a point without data lacks its keys.
        const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
        return typeof number === 'number' && Number.isFinite(number) ? [[key, number] as const] : [];
      }),
    ),
  )
  .refine((figures) => figures['time'] !== undefined);

/** One step of a history: `time` in seconds since 1970, and the figures that are known of it. Rates are bytes a second. */
export interface RrdPoint {
  readonly time: number;
  readonly [figure: string]: number | undefined;
}

/** Reads `{path}/rrddata`, oldest first. Steps within one answer may differ. Throws what the client throws. */
export const readRrd = async (
  context: Context,
  path: string,
  { timeframe, cf }: { readonly timeframe: Timeframe; readonly cf: 'AVERAGE' | 'MAX' },
): Promise<readonly RrdPoint[]> => {
  const options = { signal: context.signal, origin: 'person' } as const;
  const { data } = await context.proxmox().request('GET', `${path}/rrddata`, { timeframe, cf }, options);
  return understood(point, data)
    .map((figures) => ({ ...figures, time: figures['time'] ?? 0 }))
    .toSorted((a, b) => a.time - b.time);
};
