import { parse } from 'yaml';
import { renderBlueprint } from '../../support/blueprints.ts';

/** What the blueprint lucia renders to, for tests that state what it means. */

const { files } = await renderBlueprint('lucia');

/** The text of a rendered file: `helm/values.yaml`. Throws for one that there is not. */
export const textOf = (path: string): string => {
  const file = files.get(path);
  if (file === undefined) throw new Error(`lucia renders no ${path}; it renders ${[...files.keys()].join(', ')}`);
  return file.content;
};

export const modeOf = (path: string): number | undefined => files.get(path)?.mode;

export const pathsOf = (folder: string): readonly string[] =>
  [...files.keys()].filter((path) => path.startsWith(`${folder}/`));

/** Its YAML, which expectations look into. */
export const yamlOf = (path: string): unknown => parse(textOf(path), { logLevel: 'silent' });

/** Its lines of KEY=VALUE, as a reader of environment files takes them. */
export const settingsOf = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    textOf(path)
      .split('\n')
      .flatMap((line) => {
        const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, value]];
      }),
  );
