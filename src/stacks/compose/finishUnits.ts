/** Durations, sizes, numbers and command lines, read and printed as the Go packages do that docker compose is made with. */

const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};
const most = 2n ** 63n - 1n;

const partOfDuration = (whole: string, fraction: string, unit: bigint): bigint =>
  BigInt(whole === '' ? '0' : whole) * unit +
  (fraction === '' ? 0n : BigInt(Math.trunc(Number(fraction) * (Number(unit) / 10 ** fraction.length))));

/** Returns the nanoseconds of a duration as in `1d12h`, `1.5s`; undefined if it is none. */
export const parseDuration = (text: string): bigint | undefined => {
  const amount = text.replace(/^[+-]/, '');
  if (amount === '0') return 0n;
  const parts = [...amount.matchAll(/(?<whole>\d*)(?:\.(?<fraction>\d*))?(?<unit>[^\d.]+)/gy)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== amount) return undefined;
  let total = 0n;
  for (const { groups: { whole = '', fraction = '', unit = '' } = {} } of parts) {
    const size = nanoseconds[unit];
    if (size === undefined || whole + fraction === '') return undefined;
    total += partOfDuration(whole, fraction, size);
    if (total > most) return undefined;
  }
  return text.startsWith('-') ? -total : total;
};

const withFraction = (amount: bigint, unit: bigint): string => {
  const fraction = String(amount % unit)
    .padStart(String(unit).length - 1, '0')
    .replace(/0+$/, '');
  return `${String(amount / unit)}${fraction === '' || unit === 1n ? '' : `.${fraction}`}`;
};

/** `1m30s`, `1.5s`, `250ms`, `0s`. */
export const printDuration = (duration: bigint): string => {
  if (duration === 0n) return '0s';
  const sign = duration < 0n ? '-' : '';
  const amount = duration < 0n ? -duration : duration;
  if (amount < 1000n) return `${sign}${String(amount)}ns`;
  if (amount < 1_000_000n) return `${sign}${withFraction(amount, 1000n)}µs`;
  if (amount < 1_000_000_000n) return `${sign}${withFraction(amount, 1_000_000n)}ms`;
  const seconds = `${withFraction(amount % 60_000_000_000n, 1_000_000_000n)}s`;
  const minutes = amount / 60_000_000_000n;
  if (minutes === 0n) return `${sign}${seconds}`;
  return minutes < 60n
    ? `${sign}${String(minutes)}m${seconds}`
    : `${sign}${String(minutes / 60n)}h${String(minutes % 60n)}m${seconds}`;
};

const sizeOf: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};

/** Returns the bytes of a size as in `512m`, `1.5 GiB`; undefined if it is none. */
export const parseBytes = (text: string): number | undefined => {
  const { amount, unit = '' } =
    /^(?<amount>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?) ?(?:(?<unit>[kmgtp])(?:i?b)?|b)?$/i.exec(text)?.groups ?? {};
  const bytes = Number(amount) * (sizeOf[unit.toLowerCase()] ?? Number.NaN);
  return Number.isNaN(bytes) || bytes < 0 ? undefined : Math.trunc(bytes);
};

/** The number of 32 bits that is nearest, as few digits as tell it from others. */
export const printFloat32 = (value: number): number => {
  const single = Math.fround(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return single;
};
