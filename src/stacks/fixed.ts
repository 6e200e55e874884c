import { ProxdeckError } from '../models/error.ts';
import type { Setting } from '../models/stack.ts';
import type { LoadedCompose } from './compose/load.ts';
import { soundsSecret } from './live.ts';

/** Variables outside of an environment: they are fixed when a stack is loaded, and that is told. */

type Settings = Readonly<Record<string, Setting>>;

/** What stands for a value that is demanded (`${NAME:?}`) and that a person gives later; it must not stay anywhere. */
const laterMark = (name: string): string => `proxdeck-set-later-${name}`;
const laterPattern = /proxdeck-set-later-(\w+)/;

const defaultHint = (name: string): string =>
  `Write \${${name}:-VALUE}. A dollar sign that is meant as such is written $$.`;
const noDefault = (name: string): string => `the variable ${name} is not set and has no default.`;

/** Where what stands for a demanded value is refused (as a port, a number), it is the value that is missing: an error that says so. */
export const toldUnset = (error: ProxdeckError): ProxdeckError => {
  const name = laterPattern.exec(error.message)?.[1];
  const [, place] = /^(\S+:\d+:\d+: (?:[^\s:]+: )?)/.exec(error.message) ?? [];
  return name === undefined
    ? error
    : new ProxdeckError(error.code, `${place ?? ''}${noDefault(name)}`, { hint: defaultHint(name), cause: error });
};

/** Returns what stands for demanded variables of a text while it is loaded. Those of `.env` keep their values. */
export const demandedLater = (text: string, dotenv: string): Readonly<Record<string, string>> => {
  const given = new Set([...dotenv.matchAll(/^\s*(?:export\s+)?(\w+)\s*=/gm)].map(([, name = '']) => name));
  const names = [...text.matchAll(/\$\{(\w+):?\?/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.flatMap((name) => (given.has(name) ? [] : [[name, laterMark(name)]])));
};

/** They begin paths, which stay as they were written. */
const everywhere: ReadonlySet<string> = new Set(['HOME', 'PWD']);

const unsetForm = /^(.*): The variable (\w+) is not set; it is empty here\./;

/** Warnings of the loader but those about variables that are settings. */
export const otherWarnings = ({ warnings }: LoadedCompose, settings: Settings): readonly string[] =>
  warnings.filter((warning) => {
    const name = unsetForm.exec(warning)?.[2];
    return name === undefined || !Object.hasOwn(settings, name);
  });

/**
 * Returns a sentence for each variable that is fixed. Throws `config` for a secret among them, since what is rendered would hold it, and
 * for one that has no value.
 */
export const fixedVariables = (
  { variables, warnings }: LoadedCompose,
  settings: Settings,
  later: Readonly<Record<string, string>>,
): readonly string[] => {
  const unset = new Set(warnings.flatMap((warning) => unsetForm.exec(warning)?.[2] ?? []));
  return variables.elsewhere.flatMap(({ path, place, variables: names }) =>
    names.flatMap((name) => {
      if (everywhere.has(name)) return [];
      const secret = settings[name]?.sensitive ?? soundsSecret(name);
      if (secret)
        throw new ProxdeckError(
          'config',
          `${place}: ${path}: ${name} is a secret, and stands where it would be rendered.`,
          {
            hint: 'Give it to the service by an environment or as a file (secrets), and read it there.',
          },
        );
      if (unset.has(name) || Object.hasOwn(later, name))
        throw new ProxdeckError('config', `${place}: ${path}: ${noDefault(name)}`, { hint: defaultHint(name) });
      return `${place}: ${path}: ${name} is fixed here at what it is now; only variables of an environment stay open.`;
    }),
  );
};
