import path from 'node:path';
import { byTable, type Change } from './canonicalTable.ts';
import { isTreeMap, originAt, type Place, type Tree, type TreeMap } from './tree.ts';

/** Relative paths of a canonical tree, made absolute (compose-go, `paths`). */

const remotePrefixes = ['https://', 'http://', 'git://', 'ssh://', 'github.com/', 'git@'];

/** A build context that is no folder of this machine. */
const isElsewhere = (context: string): boolean =>
  context.includes('://') ||
  context.startsWith('service:') ||
  remotePrefixes.some((prefix) => context.startsWith(prefix));

const isWindowsPath = (text: string): boolean => /^[A-Za-z]:[\\/]/.test(text) || text.startsWith('\\\\');

/** Something that a relative path of a project leads to, outside of its folder. */
export interface Outside {
  /** Absolute. */
  readonly path: string;
  /** Where it is named: `compose.yaml:3:5`. */
  readonly place: string | undefined;
}

/** Where paths begin. */
export interface Folders {
  readonly folder: string;
  /** What `~` stands for. */
  readonly home: string | undefined;
  /** Told of each relative path; where it leads, and where it is written. */
  readonly follow: (to: string, place: Place | undefined) => void;
}

const absolute = (text: string, { folder, home, follow }: Folders, place: Place | undefined): string => {
  const expanded = text.startsWith('~') && home !== undefined ? path.join(home, text.slice(1)) : text;
  if (path.isAbsolute(expanded)) return expanded;
  const found = path.resolve(folder, expanded);
  follow(found, place);
  return found;
};

/**
 * Returns the tree with all its paths absolute: build contexts, sources of bind mounts, files of variables, labels, secrets and configs,
 * `extends.file`, watched paths, devices of bound volumes.
 */
export const withAbsolutePaths = (tree: TreeMap, folders: Folders): TreeMap => {
  const unless =
    (isKept: (value: string) => boolean): Change =>
    (value, { path: at }) =>
      typeof value !== 'string' || isKept(value) ? value : absolute(value, folders, originAt(tree, at)?.place);
  const file = unless((value) => value === '');
  const unixFile = unless(isWindowsPath);
  const context = unless((value) => isElsewhere(value) || value === '');
  const within = (value: Tree, key: string, change: Change, here: Parameters<Change>[1]): Tree => {
    const found = isTreeMap(value) ? value[key] : undefined;
    return isTreeMap(value) && found !== undefined ? { ...value, [key]: change(found, here) ?? null } : value;
  };
  return byTable({
    'services.*.build.context': context,
    'services.*.build.additional_contexts.*': context,
    'services.*.build.ssh.*': unixFile,
    'services.*.env_file.[].path': file,
    'services.*.label_file.[]': file,
    'services.*.extends.file': file,
    'services.*.develop.watch.[].path': file,
    'services.*.volumes.[]': (mount, here) => {
      if (!isTreeMap(mount) || mount['type'] !== 'bind') return mount;
      return mount['source'] === undefined
        ? here.fail('`source` is missing: the path that is mounted.')
        : within(mount, 'source', unixFile, here);
    },
    'configs.*.file': unixFile,
    'secrets.*.file': unixFile,
    'volumes.*': (volume, here) => {
      if (!isTreeMap(volume) || volume['driver'] !== 'local') return volume;
      const options = volume['driver_opts'];
      if (!isTreeMap(options) || options['o'] !== 'bind') return volume;
      return { ...volume, driver_opts: within(options, 'device', unixFile, here) };
    },
  })(tree);
};
