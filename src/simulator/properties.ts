import type { ParamSpec } from './schema.ts';

export type PropertyFormat = Readonly<Record<string, ParamSpec>>;

/** Thrown when a property string breaks its format; `fields` holds a text a key. */
export class FormatError extends Error {}

const yes = /^(1|on|yes|true)$/i;
const no = /^(0|off|no|false)$/i;

/** Inside property strings the words are accepted too (contract §4.3). */
const asBoolean = (value: string): string => (yes.test(value) ? '1' : no.test(value) ? '0' : value);

const defaultKey = (format: PropertyFormat): string | undefined =>
  Object.keys(format).find((key) => format[key]?.default_key !== undefined);

/** `e1000=BC:…` means model=e1000,macaddr=BC:…: the alias' own name is the value of the key that lists it. */
const keyAlias = (format: PropertyFormat, key: string, alias: string): string | undefined =>
  Object.keys(format).find(
    (other) => other !== alias && format[other]?.default_key !== undefined && format[other]?.enum?.includes(key),
  );

const assign = (into: Record<string, string>, key: string, value: string): void => {
  if (key in into) throw new FormatError(`duplicate key in comma-separated list property: ${key}\n`);
  into[key] = value;
};

/** PVE::JSONSchema::parse_property_string without the check: keys and values, aliases resolved, the bare one under the default key. */
export const splitPropertyString = (format: PropertyFormat, text: string): Record<string, string> => {
  const values: Record<string, string> = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const match = /^([^=]+)=(.+)$/s.exec(part);
    if (match?.[1] !== undefined && match[2] !== undefined) {
      const key = match[1];
      const alias = format[key]?.alias;
      if (alias !== undefined) {
        const model = keyAlias(format, key, alias);
        if (model !== undefined) assign(values, model, key);
      }
      const name = alias ?? key;
      assign(values, name, format[name]?.type === 'boolean' ? asBoolean(match[2]) : match[2]);
    } else if (!part.includes('=')) {
      const key = defaultKey(format);
      if (key === undefined) throw new FormatError('value without key, but schema does not define a default key\n');
      assign(values, key, format[key]?.type === 'boolean' ? asBoolean(part) : part);
    } else throw new FormatError('missing key in comma-separated list property\n');
  }
  return values;
};

/** PVE::JSONSchema::print_property_string: default key first and bare, then the required keys sorted, then the rest sorted. */
export const printPropertyString = (
  format: PropertyFormat,
  values: Readonly<Record<string, string | number>>,
): string => {
  const bare = defaultKey(format);
  const keys = Object.keys(values).filter((key) => key !== bare);
  const rank = (key: string): number => (format[key]?.required === true ? 0 : 1);
  const sorted = keys.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const rest = sorted.map((key) => `${key}=${values[key]}`);
  return (bare !== undefined && values[bare] !== undefined ? [String(values[bare]), ...rest] : rest).join(',');
};
