import type { TreeScalar } from './tree.ts';

/**
 * What an unquoted word of YAML means to Compose, whose parser stands between YAML 1.1 and 1.2: `0755` is octal, `1_000` a number, `yes`
 * a text, a date a moment (go-yaml v4, `resolver.go`).
 */

const words = new Map<string, TreeScalar>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
  ...['-0', '-0.0'].map((word) => [word, -0] as const),
]);

const decimal = /^[-+]?(?:0|[1-9]\d*)$/;
const octal = /^([-+]?)0o?([0-7]+)$/;
const otherBase = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+)$/;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const date = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?(Z|[-+]\d{2}:\d{2})?)?$/;

const greatest = 2n ** 64n - 1n;
const least = -(2n ** 63n);

/** An integer that 64 bits hold; beyond that it is a float. */
const integer = (text: string, negative: boolean): TreeScalar | undefined => {
  const size = BigInt(text);
  const value = negative ? -size : size;
  if (value > greatest || value < least) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
};

const integerOf = (plain: string): TreeScalar | undefined => {
  const negative = plain.startsWith('-');
  if (decimal.test(plain)) return integer(plain.replace(/^[-+]/, ''), negative);
  const [, , digits] = octal.exec(plain) ?? [];
  if (digits !== undefined) return integer(`0o${digits}`, negative);
  const [, , other] = otherBase.exec(plain) ?? [];
  return other === undefined ? undefined : integer(other, negative);
};

/** A moment as Go prints it: Compose makes texts of moments. */
const momentOf = (word: string): string | undefined => {
  const [, year, month, day, separator, hours = '0', minutes = '0', seconds = '0', fraction = '', zone] =
    date.exec(word) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  // With a blank there is no zone, with a `T` there is one.
  if (separator !== undefined && (separator === ' ') !== (zone === undefined)) return undefined;
  const two = (text: string): string => text.padStart(2, '0');
  const days = `${year}-${two(month)}-${two(day)}`;
  const clock = `${two(hours)}:${two(minutes)}:${two(seconds)}`;
  const moment = new Date(`${days}T${clock}Z`);
  if (Number.isNaN(moment.getTime()) || moment.getUTCDate() !== Number(day)) return undefined;
  const offset = zone === undefined || zone === 'Z' ? '+0000 UTC' : `${zone.replace(':', '')} ${zone.replace(':', '')}`;
  return `${days} ${clock}${fraction.replace(/\.?0+$/, '')} ${offset}`;
};

const beginsNumber = /^[-+.\d]/;

/** Returns what an unquoted word without a tag stands for. */
export const resolvePlain = (word: string): TreeScalar => {
  const known = words.get(word);
  if (known !== undefined) return known;
  if (!beginsNumber.test(word)) return word;
  if (word.startsWith('.')) return float.test(word) ? Number(word) : word;
  const moment = momentOf(word);
  if (moment !== undefined) return moment;
  const plain = word.replaceAll('_', '');
  const whole = integerOf(plain);
  if (whole !== undefined) return whole;
  return float.test(plain) ? Number(plain) : word;
};

/** A number as Go prints it (`%v`): a fraction from 10⁶ on and below 10⁻⁴ has an exponent. */
const floatText = (value: number): string => {
  if (Object.is(value, -0)) return '-0';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (Number.isSafeInteger(value) || (power >= -4 && power < 6)) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
};

/** Returns a value as Compose writes it into a text: `true`, `8080`, `1e-05`. */
export const scalarText = (value: TreeScalar): string => {
  if (typeof value === 'number') return floatText(value);
  return value === null ? '<nil>' : String(value);
};
