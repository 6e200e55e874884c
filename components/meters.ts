import type { Look } from './look.ts';

/** Small pictures of numbers, as strings of a fixed width. */

/** Returns a bar of `columns` columns for a fraction 0…1; anything above 0 shows at least one step. */
export const bar = (look: Look, fraction: number, columns: number): string => {
  const known = Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
  const full = known === 0 ? 0 : Math.max(1, Math.round(known * columns));
  return look.glyphs.barFull.repeat(full) + look.glyphs.barEmpty.repeat(columns - full);
};

/** Returns the last `columns` samples (fractions 0…1) as heights; a gap (NaN) is a blank, missing history is blank on the left. */
export const sparkline = (look: Look, samples: readonly number[], columns: number): string => {
  const { spark } = look.glyphs;
  const shown = samples.slice(-columns);
  let line = ' '.repeat(columns - shown.length);
  for (const sample of shown) {
    if (!Number.isFinite(sample)) {
      line += ' ';
      continue;
    }
    const step = Math.min(spark.length - 1, Math.max(0, Math.floor(sample * spark.length)));
    line += spark[step] ?? ' ';
  }
  return line;
};
