import type { ComposeProject } from '../../src/models/compose.ts';
import type { LiveText, Setting, Stack } from '../../src/models/stack.ts';

/** How settings stand in a Compose file [compose-spec, interpolation]. */

/** Returns a text that Compose reads as it is: `$` begins a variable there. */
export const literal = (text: string): string => text.replaceAll('$', '$$$$');

/** A default may hold anything but `}`, which would end it. */
const fits = (text: string): boolean => !text.includes('}');

const reference = (name: string, setting: Setting | undefined): string => {
  const isNeeded = setting?.required === true || (setting?.default !== undefined && !fits(setting.default));
  if (isNeeded) return `\${${name}:?set ${name} in .env}`;
  return `\${${name}:-${literal(setting?.default ?? '')}}`;
};

/** One that has no value of its own and need not have one: it stays unset where nobody sets it. */
const isOptional = (parts: LiveText, variable: string, settings: Stack['extension']['settings']): boolean => {
  const [only, ...more] = parts;
  if (typeof only !== 'object' || more.length > 0 || only.setting !== variable) return false;
  const setting = settings[variable];
  return setting !== undefined && !setting.required && setting.default === undefined;
};

/** A variable that Compose takes from where it runs, if it is there. */
const passedOn = null;
type Live = Readonly<Record<string, LiveText | typeof passedOn>>;

/** Returns the environment of a service with its settings left open; in development where it is the same as always. */
export const liveEnvironment = (stack: Stack, project: ComposeProject, name: string): Live => {
  const live = stack.environment[name] ?? {};
  const usual = stack.project.services[name]?.environment ?? {};
  const own = project === stack.project ? { ...live, ...usual } : (project.services[name]?.environment ?? {});
  return Object.fromEntries(
    Object.keys(own).map((key) => {
      const parts = live[key];
      const value = project.services[name]?.environment?.[key];
      const isOpen = parts?.some((part) => typeof part === 'object') === true;
      if (value === null && !isOpen) return [key, passedOn];
      const isUsual = project === stack.project || usual[key] === value;
      return [key, isUsual && parts !== undefined ? parts : [value ?? '']];
    }),
  );
};

/** Returns the environment of a service with `${NAME…}` for settings; `null` is what Compose takes from `.env`, if it is there. */
export const environmentOf = (
  environment: Live,
  settings: Stack['extension']['settings'],
): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    Object.entries(environment).map(([variable, parts]) => [
      variable,
      parts === passedOn || isOptional(parts, variable, settings)
        ? null
        : parts
            .map((part) => (typeof part === 'string' ? literal(part) : reference(part.setting, settings[part.setting])))
            .join(''),
    ]),
  );

/** Returns the names of the settings that some service's environment refers to, in the order of the settings. */
export const settingsInUse = ({ environment, extension }: Stack): readonly string[] => {
  const used = new Set(
    Object.values(environment)
      .flatMap((variables) => Object.values(variables).flat())
      .flatMap((part) => (typeof part === 'object' ? [part.setting] : [])),
  );
  return [...new Set([...Object.keys(extension.settings).filter((name) => used.has(name)), ...used])];
};
