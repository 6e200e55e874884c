/** Sizes and durations as Compose writes them, as numbers and back. */

const sizes: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const units = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3_600 } as const;

/** Returns bytes of `512m`, `1.5gb`, `4GiB` or a bare number; Docker counts in powers of 1,024. `undefined`: no size. */
export const bytesOf = (size: string | number | undefined): number | undefined => {
  if (typeof size === 'number') return size;
  const match = /^(\d+(?:\.\d+)?)\s*([bkmgt])?i?b?$/i.exec(size?.trim() ?? '');
  return match === null ? undefined : Math.round(Number(match[1]) * (sizes[(match[2] ?? 'b').toLowerCase()] ?? 1));
};

/** Returns bytes in the largest unit in which they are whole: `512M`, `1G`. */
export const sizeText = (bytes: number): string => {
  const unit = (['t', 'g', 'm', 'k'] as const).find((letter) => bytes > 0 && bytes % (sizes[letter] ?? 1) === 0);
  return unit === undefined ? `${bytes}` : `${bytes / (sizes[unit] ?? 1)}${unit.toUpperCase()}`;
};

/** Returns seconds of a duration of Go: `1m30s` is 90. `undefined`: no duration. */
export const secondsOf = (duration: string | undefined): number | undefined => {
  if (duration === undefined || !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(duration)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g))
    seconds +=
      Number(amount) * (unit === undefined ? 0 : (Object.entries(units).find(([name]) => name === unit)?.[1] ?? 0));
  return seconds;
};
