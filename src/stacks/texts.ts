import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ComposeProject } from '../models/compose.ts';
import type { ComposePath, Note, Places } from './places.ts';

/** Texts of the files that a Compose file mounts or grants: what every way of running a stack has to carry along. */

/** A ConfigMap of Kubernetes takes one MiB in all; what is larger is data, not configuration. */
const mostBytes = 512 * 1_024;
const mostFiles = 200;

/** A file or folder of the stack, and where it is named. */
interface Named {
  /** Below the stack's folder. */
  readonly file: string;
  readonly path: ComposePath;
  /** A bind mount of something that is not there makes an empty folder. */
  readonly mayBeMissing: boolean;
}

/** Within the stack's folder; what lies elsewhere belongs to somebody else. */
const inside = (file: string | undefined): string | undefined =>
  file?.startsWith('./') === true ? file.slice(2) : undefined;

const namedBy = ({ services, configs = {} }: ComposeProject): readonly Named[] => [
  ...Object.entries(configs).flatMap(([name, config]): Named[] => {
    const file = inside(config.file);
    return file === undefined ? [] : [{ file, path: ['configs', name, 'file'], mayBeMissing: false }];
  }),
  ...Object.entries(services).flatMap(([service, { volumes = [] }]) =>
    volumes.flatMap(({ type, source }, index): Named[] => {
      const file = type === 'bind' ? inside(source) : undefined;
      return file === undefined ? [] : [{ file, path: ['services', service, 'volumes', index], mayBeMissing: true }];
    }),
  ),
];

const filesBelow = async (folder: string, file: string): Promise<readonly string[]> => {
  const entries = await readdir(path.join(folder, file), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .toSorted();
};

type Read = { readonly text: string } | { readonly refused: string };

const readText = async (folder: string, file: string): Promise<Read> => {
  const whole = path.join(folder, file);
  const real = await realpath(whole);
  if (path.relative(await realpath(folder), real).startsWith('..'))
    return { refused: 'is a link that leads out of the folder of the stack' };
  const { size } = await stat(real);
  if (size > mostBytes)
    return { refused: `has ${String(Math.ceil(size / 1_024))} KiB, and ${String(mostBytes / 1_024)} KiB are the most` };
  const bytes = await readFile(real);
  if (bytes.includes(0)) return { refused: 'is no text' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { refused: 'is no text in UTF-8' };
  }
};

/**
 * Returns the texts of the files that configs and bind mounts need, by their path below the stack's folder, and notes for what is left
 * out. Throws `config` for a config whose file is not there. Secrets are never read.
 */
export const textsOf = async (
  folder: string,
  project: ComposeProject,
  places: Places,
): Promise<{ readonly files: Readonly<Record<string, string>>; readonly notes: readonly Note[] }> => {
  const files: Record<string, string> = {};
  const notes: Note[] = [];
  const secrets = new Set(Object.values(project.secrets ?? {}).flatMap(({ file }) => inside(file) ?? []));
  for (const { file, path: where, mayBeMissing } of namedBy(project)) {
    const note = (message: string): void => void notes.push({ at: places.at(where), path: where, message });
    const found = await stat(path.join(folder, file)).catch(() => undefined);
    if (found === undefined && !mayBeMissing)
      throw places.error(where, `there is no file ./${file}.`, 'Put it there, or correct the path.');
    if (found === undefined) {
      note(`./${file} is not there: an empty folder is mounted.`);
      continue;
    }
    const all = found.isDirectory() ? await filesBelow(folder, file) : [file];
    if (all.length > mostFiles) {
      note(`./${file} has ${String(all.length)} files: it is left out as data.`);
      continue;
    }
    for (const one of all) {
      if (secrets.has(one)) continue;
      const read = await readText(folder, one);
      if ('text' in read) files[one] = read.text;
      else note(`./${one} ${read.refused}: it is left out.`);
    }
  }
  const sorted = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { files: Object.fromEntries(sorted), notes };
};
