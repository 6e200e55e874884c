import { checkFormat } from './formats.ts';
import { FormatError, splitPropertyString } from './properties.ts';
import type { PropertyFormat } from './properties.ts';
import { paramSpec } from './schema.ts';
import type { ParamValue } from './handler.ts';
import type { ParamSpec } from './schema.ts';

type Fields = Record<string, string>;
type Specs = Readonly<Record<string, ParamSpec>>;

/** What a request carries before the check: texts of a form, anything of a JSON body. */
export type RawParams = Readonly<Record<string, unknown>>;

const integer = /^[+-]?\d+$/;
const number = /^[+-]?(\d+\.\d+|\d+\.|\.\d+|\d+)([eE][+-]?\d+)?$/;

const notDefined = 'property is not defined in schema and the schema does not allow additional properties';

/** Several texts on one key are joined by a backslash and an n, as the server does (contract §4.6). */
const complain = (fields: Fields, key: string, text: string): void => {
  fields[key] = key in fields ? `${fields[key]}\\n${text}` : text;
};

/** Perl's pattern syntax that JavaScript does not know: `(?^:…)`, `(?^i:…)`. */
const patterns = new Map<string, RegExp>();
const perlPattern = (source: string): RegExp => {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const translated = source.replaceAll(/\(\?\^([a-z]*):/g, (_, flags: string) =>
    flags.includes('i') ? '(?i:' : '(?:',
  );
  const pattern = new RegExp(`^(?:${translated})$`);
  patterns.set(source, pattern);
  return pattern;
};

const perlName = (value: unknown): string => {
  if (typeof value === 'boolean') return 'JSON::PP::Boolean';
  return Array.isArray(value) ? 'ARRAY' : 'HASH';
};

/** The text of PVE::JSONSchema::check_type, or undefined when the type fits. */
const typeTrouble = (type: string | undefined, value: unknown): string | undefined => {
  if (type === undefined || type === 'any') return undefined;
  if (type === 'array') return Array.isArray(value) ? undefined : "type check ('array') failed";
  if (type === 'object') return typeof value === 'object' ? undefined : "type check ('object') failed";
  if (type === 'boolean' && typeof value === 'boolean') return undefined;
  const got = `type check ('${type}') failed - got`;
  if (typeof value === 'object' || typeof value === 'boolean') return `${got} ${perlName(value)}`;
  const text = String(value);
  if (type === 'boolean') return /^[01]$/.test(text) ? undefined : `${got} '${text}'`;
  if (type === 'integer') return integer.test(text) ? undefined : `${got} '${text}'`;
  if (type === 'number') return number.test(text) ? undefined : `${got} '${text}'`;
  return undefined;
};

const formatTrouble = (format: ParamSpec['format'], text: string, path: string): string | undefined => {
  if (format === undefined) return undefined;
  if (typeof format === 'string') return checkFormat(format, text);
  try {
    parsePropertyString(format, text, path);
    return undefined;
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
};

/** The first thing wrong with a scalar, in the server's order: format, pattern, length, range, enumeration. */
const scalarTrouble = (spec: ParamSpec, text: string, path: string): string | undefined => {
  const format = formatTrouble(spec.format, text, path);
  if (format !== undefined) return `invalid format - ${format}`;
  if (spec.pattern !== undefined && !perlPattern(spec.pattern).test(text))
    return 'value does not match the regex pattern';
  if (spec.maxLength !== undefined && text.length > spec.maxLength)
    return `value may only be ${spec.maxLength} characters long`;
  if (spec.minLength !== undefined && text.length < spec.minLength)
    return `value must be at least ${spec.minLength} characters long`;
  if (number.test(text)) {
    if (spec.maximum !== undefined && Number(text) > spec.maximum)
      return `value must have a maximum value of ${spec.maximum}`;
    if (spec.minimum !== undefined && Number(text) < spec.minimum)
      return `value must have a minimum value of ${spec.minimum}`;
  }
  if (spec.enum !== undefined && !spec.enum.includes(text))
    return `value '${text}' does not have a value in the enumeration '${spec.enum.join(', ')}'`;
  return undefined;
};

const checkValue = (spec: ParamSpec, value: unknown, path: string, fields: Fields): void => {
  const wrongType = typeTrouble(spec.type, value);
  if (wrongType !== undefined) return complain(fields, path, wrongType);
  if (Array.isArray(value)) {
    const { items } = spec;
    if (items !== undefined) value.forEach((item, index) => checkValue(items, item, `${path}[${index}]`, fields));
    return;
  }
  const trouble = scalarTrouble(spec, typeof value === 'boolean' ? String(Number(value)) : String(value), path);
  if (trouble !== undefined) complain(fields, path, trouble);
};

/** PVE::JSONSchema::check_object: fills `fields` with a text for each key that breaks the specification. */
const checkObject = (specs: Specs, values: RawParams, prefix: string, fields: Fields): void => {
  const at = (key: string): string => (prefix === '' ? key : `${prefix}.${key}`);
  for (const [key, spec] of Object.entries(specs)) {
    if (values[key] !== undefined || key.endsWith('[n]')) continue;
    if (spec.required === true && spec.alias === undefined)
      complain(fields, at(key), 'property is missing and it is not optional');
  }
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const spec = paramSpec(specs, key);
    if (spec === undefined) {
      complain(fields, at(key), notDefined);
      continue;
    }
    checkValue(spec, value, at(key), fields);
    if (spec.requires !== undefined && values[spec.requires] === undefined)
      complain(fields, at(spec.requires), `missing property required by '${at(key)}'`);
  }
};

/** Parses and checks a property string. Throws FormatError with the server's text. */
export const parsePropertyString = (format: PropertyFormat, text: string, path: string): Record<string, string> => {
  const values = splitPropertyString(format, text);
  const fields: Record<string, string> = {};
  checkObject(format, values, path, fields);
  const keys = Object.keys(fields).sort();
  if (keys.length > 0) throw new FormatError(`format error\n${keys.map((key) => `${key}: ${fields[key]}\n`).join('')}`);
  return values;
};

const isList = (spec: ParamSpec): boolean => typeof spec.format === 'string' && spec.format.endsWith('-list');

/** Top-level conveniences: a repeated key joins for a list, a single value becomes an array (contract §4.1). */
const shape = (spec: ParamSpec | undefined, value: unknown): unknown => {
  if (spec === undefined) return value;
  if (spec.type === 'array' && !Array.isArray(value)) return [value];
  if (spec.type === 'string' && Array.isArray(value) && isList(spec)) return value.join(',');
  return value;
};

const convert = (spec: ParamSpec | undefined, value: unknown): ParamValue => {
  if (Array.isArray(value)) return value.map((item) => scalar(spec?.items, item));
  return scalar(spec, value);
};

const scalar = (spec: ParamSpec | undefined, value: unknown): string | number => {
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
  return spec?.type === 'boolean' || spec?.type === 'integer' || spec?.type === 'number' ? Number(text) : text;
};

/** Either the parameters in their types, or what is wrong with them, a text a key. */
export type Checked = { readonly params: Record<string, ParamValue> } | { readonly fields: Fields };

/**
 * Checks a request against its method. Defaults are filled in for reads only: what a write does not send must not be stored
 * (PVE::JSONSchema fills in none, its handlers do).
 */
export const checkParameters = (specs: Specs, raw: RawParams, withDefaults: boolean): Checked => {
  const shaped = Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, shape(paramSpec(specs, key), value)]),
  );
  const fields: Fields = {};
  checkObject(specs, shaped, '', fields);
  if (Object.keys(fields).length > 0) return { fields };
  const params: Record<string, ParamValue> = {};
  for (const [key, value] of Object.entries(shaped))
    if (value !== undefined && value !== null) params[key] = convert(paramSpec(specs, key), value);
  if (withDefaults)
    for (const [key, spec] of Object.entries(specs))
      if (params[key] === undefined && spec.default !== undefined && !key.endsWith('[n]'))
        params[key] = convert(spec, spec.default);
  return { params };
};
