import path from 'node:path';
import { didYouMean } from '../../models/nearest.ts';
import { mergeAt, reset } from './merge.ts';
import {
  composeError,
  isTreeMap,
  mapAt,
  mapEntries,
  mapOf,
  originAt,
  pathText,
  without,
  type Place,
  type Tree,
  type TreeMap,
  type TreePath,
} from './tree.ts';

/** `extends`: a service that begins as another one, of the same file or of one beside it (Compose Specification, section Extend). */

/** The services of one file, as `extends` sees them. */
export interface ExtendsScope {
  /** Absolute path of the file. */
  readonly file: string;
  /** As a person knows it. */
  readonly fileName: string;
  readonly services: TreeMap;
  readonly resets: readonly TreePath[];
}

export interface ExtendsOptions {
  /** Relative paths begin here. */
  readonly folder: string;
  /** Returns the services of another file, canonical and with absolute paths. */
  readonly scopeOf: (file: string, asked: Place | undefined) => Promise<ExtendsScope>;
}

/** The services that led here, the first first. */
type Chain = readonly { readonly scope: ExtendsScope; readonly name: string }[];

const chainText = (chain: Chain): string => chain.map(({ scope, name }) => `${name} (${scope.fileName})`).join(' → ');

/** Throws `config` at the place of something in the services of a file. */
const failIn = ({ services }: ExtendsScope, at: TreePath, message: string, hint?: string): never => {
  throw composeError(originAt(services, at)?.place, `${pathText(['services', ...at])}: ${message}`, hint);
};

/** The service and, where it is of another file, the file that a service names. */
const referenceOf = (scope: ExtendsScope, name: string, from: Tree): { service: string; file: string | undefined } => {
  const at: TreePath = [name, 'extends'];
  if (typeof from === 'string') return { service: from, file: undefined };
  const { service, file } = isTreeMap(from) ? from : {};
  if (typeof service !== 'string')
    return failIn(scope, at, '`service` is missing: the name of the service it begins as.');
  if (file !== undefined && file !== null && typeof file !== 'string')
    return failIn(scope, [...at, 'file'], 'a path is wanted here.');
  return { service, file: file ?? undefined };
};

const scopeNamed = async (
  scope: ExtendsScope,
  name: string,
  file: string | undefined,
  { folder, scopeOf }: ExtendsOptions,
): Promise<ExtendsScope> => {
  if (file === undefined) return scope;
  const asked = originAt(scope.services, [name, 'extends', 'file'])?.place;
  if (/^(oci:|git@|https?:|ssh:)/.test(file))
    throw composeError(asked, 'a file from elsewhere is not loaded here.', 'Copy it beside the Compose file.');
  return await scopeOf(path.resolve(folder, file), asked);
};

const extended = async (
  scope: ExtendsScope,
  name: string,
  options: ExtendsOptions,
  chain: Chain,
): Promise<Tree | undefined> => {
  const service = scope.services[name];
  if (!isTreeMap(service) || service['extends'] === undefined) return service;
  const whole = [...chain, { scope, name }];
  if (chain.some((link) => link.scope.file === scope.file && link.name === name))
    return failIn(
      scope,
      [name, 'extends'],
      `\`extends\` comes back to where it began: ${chainText(whole)}.`,
      'Take one `extends` of the circle away.',
    );
  const reference = referenceOf(scope, name, service['extends']);
  const other = await scopeNamed(scope, name, reference.file, options);
  if (!Object.hasOwn(other.services, reference.service))
    return failIn(
      scope,
      [name, 'extends'],
      `there is no service \`${reference.service}\` in ${other.fileName}.${didYouMean(reference.service, Object.keys(other.services))}`,
    );
  const base = await extended(other, reference.service, options, whole);
  if (!isTreeMap(base)) return service;
  const cleared = mapAt(reset(mapOf([['services', { [name]: base }, undefined]]), scope.resets), ['services', name]);
  const merged = mergeAt(cleared, service, ['services', name]);
  return isTreeMap(merged) ? without(merged, 'extends') : merged;
};

/** Returns services with every `extends` carried out. Throws `config` for a cycle, or a service or file that is not there. */
export const withExtends = async (scope: ExtendsScope, options: ExtendsOptions): Promise<TreeMap> => {
  const extending = Object.entries(scope.services).some(([, each]) => isTreeMap(each) && each['extends'] !== undefined);
  if (!extending) return scope.services;
  const entries = [];
  for (const [name, value, origin] of mapEntries(scope.services))
    entries.push([name, (await extended(scope, name, options, [])) ?? value, origin] as const);
  return mapOf(entries);
};
