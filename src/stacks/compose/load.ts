import path from 'node:path';
import type { ComposeProject } from '../../models/compose.ts';
import { ProxdeckError } from '../../models/error.ts';
import { parseDotenv } from './dotenv.ts';
import { checkValues, finish, normalised } from './finish.ts';
import { loadGroup } from './group.ts';
import type { Group } from './include.ts';
import { interpolate } from './interpolate.ts';
import type { Outside } from './paths.ts';
import { Reading, type ReadFile } from './reading.ts';
import { checkReferences } from './references.ts';
import { nameIn, parseSource, type SourceParser } from './source.ts';
import {
  composeError,
  isTreeList,
  isTreeMap,
  mapAt,
  mapValues,
  placeText,
  type Tree,
  type TreeMap,
  type TreePath,
} from './tree.ts';
import { isWrittenIn, placeIn, variablesOf, type Variables } from './written.ts';

/** A project of Compose files, read as docker compose 5.1.0 reads it. Docker is never called. */

export interface LoadOptions {
  /** The project's folder, absolute. Relative paths begin here, and `.env` is looked for here. */
  readonly folder: string;
  /** The files, one over the other; absolute or below the folder. Without them what lies in the folder under the usual names. */
  readonly files?: readonly string[];
  /** Variables that count before those of `.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** In place of `.env`; absolute or below the folder. These must be there. */
  readonly envFiles?: readonly string[];
  /** Profiles that are active; without it those of COMPOSE_PROFILES. `*` is all. */
  readonly profiles?: readonly string[];
  /** Without it COMPOSE_PROJECT_NAME, `name` of the files, or the name of the folder. */
  readonly projectName?: string;
  readonly readFile: ReadFile;
  /** Who parses the files; one that remembers them where a project is loaded several ways. */
  readonly parse?: SourceParser;
}

export interface LoadedCompose {
  readonly project: ComposeProject;
  /** What Compose accepts and a person should know, with its place: `compose.yaml:3:5: …`. */
  readonly warnings: readonly string[];
  /** Returns where a key was written: `compose.yaml:3:5`; that of the nearest thing around it when nobody wrote it. */
  placeOf(path: TreePath): string | undefined;
  /** Whether a Compose file says it; a variable that only an `env_file` gives is said by none. */
  isWritten(path: TreePath): boolean;
  readonly variables: Variables;
  /** Absolute paths of all files that were read. */
  readonly files: readonly string[];
  /** What lies outside of the folder and was named by a relative path. */
  readonly outside: readonly Outside[];
}

const usualNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

const firstOf = async (names: readonly string[], { folder, readFile }: LoadOptions): Promise<string | undefined> => {
  for (const name of names) {
    const file = path.join(folder, name);
    if ((await readFile(file)) !== undefined) return file;
  }
  return undefined;
};

/** The files of a project and where its relative paths begin. */
interface Start {
  readonly files: readonly string[];
  readonly folder: string;
}

/** COMPOSE_FILE names the files where nobody else does; then the project lies where the first of them lies. */
const startOf = async (options: LoadOptions, environment: ReadonlyMap<string, string>): Promise<Start> => {
  const { folder, files } = options;
  const absolute = (names: readonly string[]): readonly string[] => names.map((name) => path.resolve(folder, name));
  if (files !== undefined) return { files: absolute(files), folder };
  const named = environment.get('COMPOSE_FILE') ?? '';
  if (named !== '') {
    const found = absolute(named.split(environment.get('COMPOSE_PATH_SEPARATOR') ?? path.delimiter));
    return { files: found, folder: path.dirname(found[0] ?? folder) };
  }
  const first = await firstOf(usualNames, options);
  if (first === undefined)
    throw new ProxdeckError('not-found', `There is no Compose file in ${folder}.`, {
      hint: `It would be ${usualNames.join(', ')}.`,
    });
  const over = await firstOf(overrideNames, options);
  return { files: over === undefined ? [first] : [first, over], folder };
};

/** The variables that interpolation sees: those given, then those of the files of variables. */
const environmentOf = async (options: LoadOptions, reading: Reading): Promise<Map<string, string>> => {
  const { folder, envFiles, environment = {} } = options;
  const given = new Map(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  let found = new Map<string, string>();
  for (const name of envFiles ?? ['.env']) {
    const file = path.resolve(folder, name);
    const bytes = await reading.bytes(file);
    if (bytes !== undefined)
      found = parseDotenv(bytes, {
        name: reading.nameOf(file),
        lookup: (variable) => given.get(variable),
        before: found,
      });
    else if (envFiles !== undefined)
      throw new ProxdeckError('config', `There is no file ${reading.nameOf(file)}.`, { hint: 'Correct its path.' });
  }
  return new Map([...found, ...given]);
};

/** A name as Compose makes it of any words. */
const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');

const projectNameOf = async (
  { projectName }: LoadOptions,
  { files, folder }: Start,
  environment: ReadonlyMap<string, string>,
  reading: Reading,
): Promise<string> => {
  const given = projectName ?? environment.get('COMPOSE_PROJECT_NAME') ?? '';
  if (given !== '') {
    if (plainName(given) === given) return given;
    throw new ProxdeckError('config', `\`${given}\` cannot be the name of a project.`, {
      hint: 'Letters a–z, digits, `-` and `_`; the first is a letter or digit.',
    });
  }
  let written: string | undefined;
  for (const file of files) written = nameIn(await reading.source(file, undefined)) ?? written;
  const name = written === undefined ? path.basename(folder) : interpolate(written, (key) => environment.get(key)).text;
  if (plainName(name) !== '') return plainName(name);
  throw new ProxdeckError('config', `\`${name}\` leaves no name for the project.`, {
    hint: 'Write `name:` at the top of the Compose file.',
  });
};

const isActive = (service: Tree, active: readonly string[]): boolean => {
  const profiles = isTreeMap(service) ? service['profiles'] : undefined;
  if (!isTreeList(profiles) || profiles.length === 0 || active.includes('*')) return true;
  return profiles.some((profile) => active.includes(String(profile)));
};

const profilesOf = ({ profiles }: LoadOptions, environment: ReadonlyMap<string, string>): readonly string[] =>
  profiles ?? (environment.get('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim());

/**
 * Reads a project. The answer is that of `docker compose config --format json`, but with `$` where that prints `$$`.
 * @throws `config` with file:line:column and what to do for whatever Compose refuses; `not-found` when there is no Compose file
 */
export const loadCompose = async (options: LoadOptions): Promise<LoadedCompose> => {
  const reading = new Reading(
    options.folder,
    options.environment?.['HOME'],
    options.readFile,
    options.parse ?? parseSource,
  );
  const environment = await environmentOf(options, reading);
  const start = await startOf(options, environment);
  const name = await projectNameOf(options, start, environment, reading);
  environment.set('COMPOSE_PROJECT_NAME', name);
  const group: Group = { ...start, environment, within: [], asked: undefined };
  const loaded = await loadGroup(group, reading);
  if (Object.keys(loaded).length === 0)
    throw composeError(undefined, `${reading.nameOf(start.files[0] ?? '')}:1:1: this Compose file is empty.`);
  const whole = normalised(loaded, { name });
  const services = mapAt(whole, ['services']);
  const active = profilesOf(options, environment);
  const chosen = (on: boolean): TreeMap =>
    mapValues(services, (service) => (isActive(service, active) === on ? service : undefined));
  const disabled = chosen(false);
  const tree: TreeMap = 'services' in whole ? { ...whole, services: chosen(true) } : whole;
  checkValues({ ...whole, services: disabled });
  checkReferences(tree, disabled);
  const project = await finish(tree, { name, environment, readFile: reading.bytes });
  return {
    project,
    warnings: reading.warnings.map(({ message, place }) =>
      place === undefined ? message : `${placeText(place)}: ${message}`,
    ),
    placeOf: (at) => placeIn(tree, at),
    isWritten: (at) => isWrittenIn(tree, at),
    variables: variablesOf(tree),
    files: reading.files,
    outside: reading.outside,
  };
};
