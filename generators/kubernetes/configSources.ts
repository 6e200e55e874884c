import type { ConfigSet } from './objects.ts';
import { mapValues } from './resolve.ts';
import { textOf, type Look, type Plain } from './tree.ts';

/** ConfigMaps as kustomize generates them: lines of an env file, files as they are. */

export interface ConfigSource {
  readonly generator: Plain;
  /** Files beside the kustomization, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** A variable that one line of an env file can hold: kustomize takes everything behind the first `=`, and knows no quotes. */
const fitsLine = (value: string): boolean => !/[\r\n]/.test(value);

const folder = ({ component }: ConfigSet): string => `files/${component}`;

/** Returns the texts of a ConfigMap's variables. */
export const variablesOf = ({ data }: ConfigSet, look: Look): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(mapValues(data, look)).map(([name, value]) => [name, textOf(value)]));

/** Returns one entry of configMapGenerator with its files. */
export const configSource = (config: ConfigSet, look: Look, name: string): ConfigSource => {
  const variables = Object.entries(variablesOf(config, look));
  const lines = variables.filter(([, value]) => fitsLine(value));
  const long = variables.filter(([, value]) => !fitsLine(value));
  const envFile = `config/${config.component}.env`;
  const texts = [
    ...Object.entries(config.files).map(([key, content]) => [key, `${folder(config)}/${key}`, content] as const),
    ...long.map(([key, content]) => [key, `config/${config.component}.${key}`, content] as const),
  ];
  return {
    generator: {
      name,
      options: { labels: { 'app.kubernetes.io/component': config.component } },
      ...(lines.length === 0 ? {} : { envs: [envFile] }),
      ...(texts.length === 0 ? {} : { files: texts.map(([key, path]) => `${key}=${path}`) }),
    },
    files: {
      ...(lines.length === 0 ? {} : { [envFile]: lines.map(([key, value]) => `${key}=${value}\n`).join('') }),
      ...Object.fromEntries(texts.map(([, path, content]) => [path, content])),
    },
  };
};
