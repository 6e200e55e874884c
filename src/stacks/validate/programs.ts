import { access, constants, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the folder that tools are kept in beside those of the system: `$PROXDECK_TOOLS`, else `~/.cache/proxdeck-tools`. */
export const toolsFolder = (env: Environment): string =>
  env['PROXDECK_TOOLS'] ||
  path.join(env['XDG_CACHE_HOME'] || path.join(env['HOME'] ?? os.homedir(), '.cache'), 'proxdeck-tools');

const isExecutable = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Returns the path of a program, of the tools' folder or of PATH; undefined where it is in neither. */
export const findProgram = async (name: string, env: Environment): Promise<string | undefined> => {
  const onPath = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  // What an administrator runs lies in folders that others do not have on their PATH.
  for (const folder of [path.join(toolsFolder(env), 'bin'), ...onPath, '/usr/sbin', '/usr/bin']) {
    const file = path.join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
};

/** Returns the versions of Kubernetes whose schemas lie in the tools' folder, the newest first: `1.36.3`. */
export const schemaVersions = async (env: Environment): Promise<readonly string[]> => {
  const names = await readdir(path.join(toolsFolder(env), 'schemas')).catch(() => []);
  return names
    .flatMap((name) => /^v([\d.]+)-standalone-strict$/.exec(name)?.[1] ?? [])
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
};
