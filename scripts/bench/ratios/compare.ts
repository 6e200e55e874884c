import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

const baselineSchema = z.record(z.string(), z.number());

export type Baseline = z.output<typeof baselineSchema>;

/** By how much a figure may grow before it is a defect, as a part of it: the first that the name begins with. */
const tolerances: readonly (readonly [prefix: string, part: number])[] = [
  ['frames', 0],
  ['calls', 0],
  ['allocated', 0.25],
  ['bytes, ', 0.1],
  ['', 0.05],
];

const limitOf = (name: string, value: number): number =>
  value * (1 + (tolerances.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 0));

/** What is worse than the baseline allows, as sentences; what was measured and has no baseline too, and the other way round. */
export const regressions = (baseline: Baseline, measured: Baseline): readonly string[] => {
  const names = new Set([...Object.keys(baseline), ...Object.keys(measured)]);
  return [...names].flatMap((name) => {
    const before = baseline[name];
    const now = measured[name];
    if (before === undefined) return `${name}: has no baseline yet (${String(now)}); write it`;
    if (now === undefined) return `${name}: is not measured any more`;
    if (now <= limitOf(name, before)) return [];
    return `${name}: ${String(now)}, was ${String(before)} (${(now / before).toFixed(2)}×)`;
  });
};

export const readBaseline = (file: string): Baseline => baselineSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

export const writeBaseline = (file: string, measured: Baseline): void =>
  writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
