import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import type { Method } from '../proxmox/types.ts';
import { paramSpec, pveSchema, type MethodSpec } from '../simulator/schema.ts';

/** One call as a person wrote it, checked against the API of Proxmox VE 9.2. */
export interface ApiRequest {
  readonly method: Method;
  /** Percent-encoded, behind `/api2/json`. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
}

const usage = (message: string, hint?: string): ProxdeckError =>
  new ProxdeckError('usage', message, {
    hint: hint ?? '--unchecked sends it as it is, for a server of another version.',
  });

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone `%` is not an escape: the person means the character.
    return text;
  }
};

/** Encodes what would end or split a path; `:`, `@` and `!` of UPIDs, volumes and tokens may stay. */
const encoded = (path: string): string =>
  path
    .split('/')
    .map((part) => encodeURIComponent(decoded(part)).replaceAll('%3A', ':').replaceAll('%40', '@'))
    .join('/');

/** `nodes/pve1/`, `/api2/json/nodes/pve1`, `/nodes/pve1?x=1`: people paste all of these. */
const splitPath = (text: string): { path: string; query: string[] } => {
  const [before = '', query = ''] = text.split('?', 2);
  const path = `/${before.replace(/^\/?api2\/(?:json|extjs)(?=\/|$)/, '').replaceAll(/^\/+|\/+$/g, '')}`;
  return { path, query: query === '' ? [] : query.split('&').map(decoded) };
};

const unknownPath = (path: string): ProxdeckError => {
  const schema = pveSchema();
  const parts = path.split('/').slice(1);
  for (let length = parts.length - 1; length >= 0; length -= 1) {
    const parent = schema.find(`/${parts.slice(0, length).join('/')}`);
    const children = length === 0 ? schema.children('/') : parent === undefined ? [] : schema.children(parent.template);
    if (children.length > 0) {
      const part = parts[length] ?? '';
      return usage(
        `The API has no ${path}.${didYouMean(part, children)}`,
        `Below /${parts.slice(0, length).join('/')} there are: ${children.toSorted().join(', ')}.`,
      );
    }
  }
  return usage(`The API has no ${path}.`);
};

const parseAssignments = (assignments: readonly string[]): Record<string, string | string[]> => {
  const parameters: Record<string, string | string[]> = {};
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    if (at < 1) throw usage(`${JSON.stringify(assignment)} is no parameter.`, 'Write each parameter as key=value.');
    const key = assignment.slice(0, at);
    const value = assignment.slice(at + 1);
    const before = parameters[key];
    parameters[key] = before === undefined ? value : [before, value].flat();
  }
  return parameters;
};

const asBoolean: Readonly<Record<string, string>> = { true: '1', yes: '1', on: '1', false: '0', no: '0', off: '0' };

const checkParameters = (
  call: string,
  spec: MethodSpec,
  inPath: Readonly<Record<string, string>>,
  given: ApiRequest['parameters'],
): ApiRequest['parameters'] => {
  const free = Object.keys(spec.params).filter((name) => !(name in inPath));
  const checked = Object.entries(given).map(([name, value]) => {
    const known = name in inPath ? undefined : paramSpec(spec.params, name);
    if (known === undefined) {
      const hint = free.length === 0 ? `${call} takes no parameters.` : `${call} takes: ${free.join(', ')}.`;
      throw usage(`${call} has no parameter ${name}.${didYouMean(name, free)}`, hint);
    }
    if (known.type === 'boolean' && typeof value === 'string') return [name, asBoolean[value] ?? value] as const;
    if (known.enum !== undefined && typeof value === 'string' && !known.enum.includes(value)) {
      throw usage(
        `${name} cannot be ${JSON.stringify(value)}.${didYouMean(value, known.enum)}`,
        `${name} is one of: ${known.enum.join(', ')}.`,
      );
    }
    return [name, value] as const;
  });
  const missing = free.filter((name) => spec.params[name]?.required === true && !(name in given));
  if (missing.length > 0) throw usage(`${call} needs ${missing.map((name) => `${name}=…`).join(' ')}.`);
  return Object.fromEntries(checked);
};

/**
 * Reads a call as a person wrote it. Unless it is `unchecked`, path, method and parameters must be in the shipped schema.
 * Throws `usage` that says what was probably meant.
 */
export const parseApiRequest = (
  method: Method,
  text: string,
  assignments: readonly string[],
  unchecked: boolean,
): ApiRequest => {
  const { path, query } = splitPath(text);
  const parameters = parseAssignments([...query, ...assignments]);
  if (unchecked) return { method, path: encoded(path), parameters };
  const plain = decoded(path);
  const found = pveSchema().find(plain);
  if (found === undefined) throw unknownPath(plain);
  const spec = found.methods[method];
  if (spec === undefined)
    throw usage(`${found.template} has no ${method}.`, `It has: ${Object.keys(found.methods).join(', ')}.`);
  return {
    method,
    path: encoded(path),
    parameters: checkParameters(`${method} ${found.template}`, spec, found.pathParams, parameters),
  };
};
