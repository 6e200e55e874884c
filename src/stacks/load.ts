import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ComposeProject } from '../models/compose.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Stack } from '../models/stack.ts';
import { labelSchema } from '../models/workspace.ts';
import { asWritten, nowhere, realPath, toldAsWritten } from './anywhere.ts';
import { checkProject } from './checkProject.ts';
import { checkReferences } from './checkReferences.ts';
import { checkSettings } from './checkSettings.ts';
import { loadCompose, type LoadedCompose } from './compose/load.ts';
import { rememberingParser, type SourceParser } from './compose/source.ts';
import { pathText } from './compose/tree.ts';
import { serviceExtensionsOf, stackExtensionOf } from './extension.ts';
import { demandedLater, fixedVariables, otherWarnings, toldUnset } from './fixed.ts';
import { borrowed, liveEnvironment, settingsWith, withDefaults, withoutSecretsOfFiles } from './live.ts';
import { rememberingReader } from './known.ts';
import { readLock } from './lock.ts';
import type { ComposePath, Note, Places } from './places.ts';
import { textsOf } from './texts.ts';

/** A stack, and what a person should know of its files. */
export interface LoadedStack {
  readonly stack: Stack;
  /** Each with its place: `compose.yaml:3:5: …`. */
  readonly warnings: readonly string[];
  /** Whether nothing outside of its folder has to do with it. */
  readonly staysInside: boolean;
}

const usualNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const developmentNames = [
  'compose.dev.yaml',
  'compose.dev.yml',
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yaml',
  'docker-compose.override.yml',
];

/** A handful of small files: waiting for each takes longer than reading it. */
const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

const firstOf = (folder: string, names: readonly string[]): string | undefined =>
  names.find((name) => readText(path.join(folder, name)) !== undefined);

/** Returns the Compose file that makes a folder a stack, as a name in it; undefined where there is none. */
export const composeFileOf = (folder: string): string | undefined => firstOf(folder, usualNames);

const fileNotThere = ['ENOENT', 'ENOTDIR', 'EISDIR'];

const bytesOf = (file: string): Uint8Array | undefined => {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && fileNotThere.includes(String(error.code))) return undefined;
    throw new ProxdeckError('config', `${file} cannot be read.`, {
      hint: 'Give yourself the right to read it.',
      cause: error,
    });
  }
};

/** What all readings of one stack have in common. */
interface Origin {
  readonly folder: string;
  /** Variables that are only known later, by what stands for them meanwhile. */
  readonly later: Readonly<Record<string, string>>;
  readonly parse: SourceParser;
}

/** Reads the Compose files of a folder as if it lay nowhere, so that the answer is the same on every machine. */
const composeIn = async (
  { folder, later, parse }: Origin,
  files: readonly string[],
  profiles: readonly string[],
): Promise<LoadedCompose> => {
  const name = path.basename(folder);
  const { folder: nowhereFolder, home } = nowhere(name);
  try {
    const loaded = await loadCompose({
      folder: nowhereFolder,
      files,
      // What a shell has everywhere, and what paths begin with: they come out as `~` and `.`.
      environment: { ...later, HOME: home, PWD: nowhereFolder },
      profiles,
      readFile: async (file) => bytesOf(realPath(file, folder)),
      parse,
    });
    return {
      ...loaded,
      project: asWritten(loaded.project, name),
      warnings: loaded.warnings.map((warning) => toldAsWritten(warning, name)),
    };
  } catch (error) {
    if (!(error instanceof ProxdeckError)) throw error;
    const { code, message, hint } = toldUnset(error);
    throw new ProxdeckError(code, toldAsWritten(message, name), {
      ...(hint !== undefined && { hint: toldAsWritten(hint, name) }),
      cause: error,
    });
  }
};

const placesOf = ({ placeOf }: LoadedCompose, file: string): Places => {
  const at = (where: ComposePath): string => placeOf(where) ?? `${file}:1:1`;
  return {
    at,
    error: (where, message, hint = 'Correct the Compose file.') =>
      new ProxdeckError('config', `${at(where)}: ${pathText(where)}: ${message}`, { hint }),
  };
};

const sentence = ({ at, path: where, message }: Note): string => `${at}: ${pathText(where)}: ${message}`;

/** Services that only a profile brings in are not part of what is rendered. */
const leftOut = async (
  origin: Origin,
  files: readonly string[],
  { services }: ComposeProject,
): Promise<readonly string[]> => {
  const whole = await composeIn(origin, files, ['*']);
  return Object.keys(whole.project.services)
    .filter((name) => !Object.hasOwn(services, name))
    .map((name) => {
      const profiles = whole.project.services[name]?.profiles ?? [];
      const place = whole.placeOf(['services', name]) ?? files.join(', ');
      return `${place}: services.${name}: it belongs to the profile ${profiles.join(', ')} and is left out.`;
    });
};

const developmentOf = async (
  origin: Origin,
  files: readonly string[],
  settings: Stack['extension']['settings'],
): Promise<ComposeProject> => {
  const compose = await composeIn(origin, files, []);
  const parts = withoutSecretsOfFiles(compose, settings);
  return withDefaults(compose.project, liveEnvironment(compose.project, parts, settings), settings);
};

const readStack = async (folder: string): Promise<LoadedStack> => {
  const name = path.basename(folder);
  if (!labelSchema.safeParse(name).success)
    throw new ProxdeckError('config', `${name} is no name that every target takes.`, {
      hint: 'Small letters, digits and dashes inside, at most 63: rename the folder.',
    });
  const file = composeFileOf(folder);
  if (file === undefined)
    throw new ProxdeckError('not-found', `There is no Compose file in ${folder}.`, { hint: 'Put compose.yaml there.' });
  const over = firstOf(folder, developmentNames);
  const [text = '', overText = '', dotenv = ''] = [file, over ?? '', '.env'].map((one) =>
    readText(path.join(folder, one)),
  );
  const later = demandedLater(`${text}\n${overText}`, dotenv);
  const origin: Origin = { folder, later, parse: rememberingParser() };
  const compose = await composeIn(origin, [file], []);
  const places = placesOf(compose, file);
  const described = stackExtensionOf(compose.project, places);
  const services = serviceExtensionsOf(compose.project, places);
  const parts = withoutSecretsOfFiles(compose, described.settings);
  const { settings, notes } = settingsWith(compose.project, parts, described.settings, places);
  const environment = liveEnvironment(compose.project, parts, settings);
  const texts = await textsOf(folder, compose.project, places);
  const stack: Stack = {
    name,
    project: withDefaults(compose.project, environment, settings),
    development: over === undefined ? undefined : await developmentOf(origin, [file, over], settings),
    extension: { ...described, settings },
    services,
    environment,
    files: texts.files,
    digests: await readLock(folder, 'images.lock'),
  };
  const fixed = fixedVariables(compose, settings, later);
  checkReferences(stack, places);
  const found = [
    ...checkSettings(stack, places),
    ...checkProject(stack, places),
    ...borrowed(compose.project, settings, places),
    ...notes,
    ...texts.notes,
  ].map(sentence);
  const outside = compose.outside.map(
    ({ path: where, place }) =>
      `${place ?? file}: ${toldAsWritten(where, name)} lies outside of the folder of the stack.`,
  );
  const hidden = /^\s*profiles:/m.test(text) ? await leftOut(origin, [file], compose.project) : [];
  const warnings = [...otherWarnings(compose, settings), ...fixed, ...found, ...outside, ...hidden];
  return { stack, warnings, staysInside: outside.length === 0 };
};

/**
 * Loads the stack of a folder: its Compose file with `x-proxdeck`, the file for development over it, texts and digests. Nothing of this
 * machine comes in but the files of the folder; secrets are never read. Throws `config` with file:line:column and what to do for
 * whatever is wrong, `not-found` where there is no Compose file. A folder is read again only when something in it changed.
 */
export const loadStack: (folder: string) => Promise<LoadedStack> = rememberingReader(
  readStack,
  ({ staysInside }) => staysInside,
);
