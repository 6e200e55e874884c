import type { FuzzReport } from './fuzz.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** What a run of the fuzz saw, as lines for a person. */
export const worded = (report: FuzzReport): string => {
  const places = Object.entries(report.seen)
    .toSorted(([, one], [, other]) => other - one)
    .map(([place, frames]) => `${place} ${String(frames)}`);
  return [
    `seed ${String(report.seed)}: ${String(report.gestures)} gestures, ${String(report.frames)} frames, ${String(report.restarts)} restarts, ${String(report.faultsSwitched)} faults switched`,
    `  heap ${megabytes(report.heapBefore)} in the second quarter, ${megabytes(report.heapAfter)} in the last (${(report.heapAfter / report.heapBefore).toFixed(2)}×)`,
    `  seen: ${places.join(', ')}`,
    report.findings.length === 0
      ? '  nothing found'
      : report.findings.map((finding) => `  FOUND ${finding}`).join('\n'),
  ].join('\n');
};
