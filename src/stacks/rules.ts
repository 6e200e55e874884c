import { isIP } from 'node:net';
import type { Setting } from '../models/stack.ts';

/** What a setting says of its values, as sentences about one that breaks it. */

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i;

const isUrl = (value: string): boolean => {
  const url = URL.parse(value);
  return url !== null && (url.host !== '' || url.protocol === 'unix:' || url.protocol === 'file:');
};

const kinds: Readonly<Record<Setting['type'], readonly [holds: (value: string) => boolean, what: string]>> = {
  text: [() => true, 'a text'],
  url: [isUrl, 'a URL, as in `https://example.org/v1`'],
  integer: [(value) => /^[+-]?\d+$/.test(value), 'a whole number'],
  boolean: [(value) => /^(true|false)$/i.test(value), '`true` or `false`'],
  choice: [() => true, 'one of its values'],
  port: [(value) => /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535, 'a port from 1 to 65535'],
  duration: [
    // As Go and Compose write it, or as .NET does.
    (value) =>
      /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value) || /^(\d+\.)?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(value),
    'a duration, as in `1m30s` or `00:01:30`',
  ],
  host: [
    (value) => isIP(value) !== 0 || value.split('.').every((part) => label.test(part)),
    'a host name or an address',
  ],
};

/** Returns a setting's pattern as it is held against a whole value; undefined where it is no regular expression. */
export const wholePattern = (pattern: string): RegExp | undefined => {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return undefined;
  }
};

/** Says what is wrong with a value, without the value; undefined where nothing is. */
export const violation = (setting: Setting, value: string): string | undefined => {
  const { type, values, pattern, minLength, min, max } = setting;
  const [holds, what] = kinds[type];
  if (!holds(value)) return `must be ${what}`;
  if (values !== undefined && !values.includes(value)) return `must be one of ${values.join(', ')}`;
  if (minLength !== undefined && value.length < minLength)
    return `must have at least ${String(minLength)} characters and has ${String(value.length)}`;
  if (pattern !== undefined && wholePattern(pattern)?.test(value) === false) return `must match ${pattern}`;
  if (min !== undefined && Number(value) < min) return `must be at least ${String(min)}`;
  if (max !== undefined && Number(value) > max) return `must be at most ${String(max)}`;
  return undefined;
};
