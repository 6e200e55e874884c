import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ProxdeckError } from '../models/error.ts';
import type { ComposeProject } from '../models/compose.ts';
import { loadCompose } from './compose/load.ts';
import { takeFile, takeFolder, type Taken } from './copying.ts';

/** What is not taken from a project, and why. */
export interface Left {
  /** Below the folder of the project. */
  readonly path: string;
  readonly reason: string;
}

/** A project of Compose as it becomes a stack. */
export interface Adopted {
  /** Where it was. */
  readonly folder: string;
  readonly taken: readonly Taken[];
  readonly left: readonly Left[];
}

/** As Compose looks for them (Compose Specification, "The Compose file"). */
const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrideNames = composeNames.map((name) => name.replace('compose.', 'compose.override.'));

const isFile = async (file: string): Promise<boolean> => (await stat(file).catch(() => undefined))?.isFile() === true;

const firstOf = async (folder: string, names: readonly string[]): Promise<string | undefined> => {
  for (const name of names) if (await isFile(path.join(folder, name))) return name;
  return undefined;
};

/** The Compose file of a project, and the one that is merged over it while it is developed. */
interface Start {
  readonly folder: string;
  readonly main: string;
  readonly development: string | undefined;
}

const startOf = async (source: string): Promise<Start> => {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw new ProxdeckError('not-found', `There is no file and no folder ${source}.`);
  if (!found.isDirectory())
    return { folder: path.dirname(source), main: path.basename(source), development: undefined };
  const main = await firstOf(source, composeNames);
  if (main === undefined)
    throw new ProxdeckError(
      'not-found',
      `${source} has no Compose file: none of ${composeNames.join(', ')} is there.`,
      {
        hint: 'Name the file itself.',
      },
    );
  return { folder: source, main, development: await firstOf(source, overrideNames) };
};

const readIfThere = async (file: string): Promise<Uint8Array | undefined> => {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw new ProxdeckError(
      'config',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
};

interface Wanted {
  readonly path: string;
  /** What is there is only read by containers. */
  readonly isRead: boolean;
}

const within = (folder: string, file: string): string | undefined => {
  const relative = path.relative(folder, file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative)
    ? undefined
    : relative.replaceAll(path.sep, '/');
};

/** Files and folders that containers see, and what builds need beside their source. */
const wantedOf = (project: ComposeProject, folder: string): readonly Wanted[] => {
  const services = Object.values(project.services);
  const mounts = services.flatMap(({ volumes = [] }) =>
    volumes.flatMap(({ type, source, read_only }) =>
      type === 'bind' && source !== undefined ? [{ path: source, isRead: read_only === true }] : [],
    ),
  );
  const configs = Object.values(project.configs ?? {}).flatMap(({ file }) =>
    file === undefined ? [] : [{ path: file, isRead: true }],
  );
  const builds = services.flatMap(({ build }) => {
    const { context, dockerfile = 'Dockerfile', dockerfile_inline: inline } = build ?? {};
    if (context === undefined || !path.isAbsolute(context)) return [];
    const files = [...(inline === undefined ? [dockerfile] : []), '.dockerignore', `${dockerfile}.dockerignore`];
    return files.map((name) => ({ path: path.resolve(context, name), isRead: true }));
  });
  return [...mounts, ...configs, ...builds].flatMap((one) => {
    const inside = within(folder, one.path);
    return inside === undefined ? [] : [{ ...one, path: inside }];
  });
};

const leftOf = (project: ComposeProject, folder: string): readonly Left[] => {
  const secrets = Object.entries(project.secrets ?? {}).flatMap(([name, { file }]) => {
    const inside = file === undefined ? undefined : within(folder, file);
    const reason = `a secret in clear; set it with \`proxdeck secret set\`, as ${name}`;
    return inside === undefined ? [] : [{ path: inside, reason }];
  });
  const contexts = Object.entries(project.services).flatMap(([name, { build }]) => {
    const context = build?.context;
    const inside = context === undefined || !path.isAbsolute(context) ? undefined : path.relative(folder, context);
    const reason = `the source of ${name}; only its Dockerfile is taken, the image is built where the source is`;
    return inside === undefined ? [] : [{ path: inside === '' ? './' : `${inside}/`, reason }];
  });
  return [...secrets, ...contexts];
};

const takeWanted = async (folder: string, wanted: Wanted): Promise<readonly Taken[] | Left | undefined> => {
  const found = await stat(path.join(folder, wanted.path)).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isFile()) return [await takeFile(folder, wanted.path)];
  if (!found.isDirectory()) return { path: wanted.path, reason: 'it is no file' };
  if (wanted.isRead) return takeFolder(folder, wanted.path);
  return { path: `${wanted.path}/`, reason: 'containers write into it: it is data, not part of the stack' };
};

/**
 * Reads a project of Compose with all files that it needs, their bytes unchanged; a Compose file that is not called like one becomes
 * `compose.yaml`. Throws `config` with the place of what is wrong in it, `usage` for a path that leaves the project.
 */
export const adoptProject = async (source: string): Promise<Adopted> => {
  const { folder, main, development } = await startOf(source);
  const files = [main, ...(development === undefined ? [] : [development])];
  const {
    project,
    files: read,
    outside,
  } = await loadCompose({ folder, files, profiles: ['*'], readFile: readIfThere });
  const [first] = outside;
  if (first !== undefined)
    throw new ProxdeckError(
      'usage',
      `${first.place === undefined ? '' : `${first.place}: `}${first.path} is outside of ${folder}; a stack carries what it needs with it.`,
      { hint: 'Put it into the folder of the project, or mount it by an absolute path of the target.' },
    );
  // Under a name of its own nobody would find it.
  const renamed = new Map(composeNames.includes(main) ? [] : [[main, 'compose.yaml']]);
  const taken = new Map<string, Taken>();
  const left = [...leftOf(project, folder)];
  for (const file of read) {
    const name = within(folder, file);
    if (name !== undefined) taken.set(name, await takeFile(folder, name, renamed.get(name) ?? name));
  }
  for (const wanted of wantedOf(project, folder)) {
    const found = await takeWanted(folder, wanted);
    if (found !== undefined && 'reason' in found) left.push(found);
    else for (const one of found ?? []) if (!taken.has(one.from)) taken.set(one.from, one);
  }
  for (const { path: secret } of left) taken.delete(secret);
  return { folder, taken: [...taken.values()], left };
};
