import type { Setting, Stack } from '../../src/models/stack.ts';
import { settingsInUse } from './variables.ts';

/** `.env.example`: every setting the Compose file asks for, in the dialect of Compose's `.env`. */

const width = 100;

const wrapped = (text: string): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

/** Single quotes take everything as it is, but a quote. */
const quoted = (value: string): string =>
  /^[\w./:@%+,=-]*$/.test(value) ? value : `'${value.replaceAll("'", String.raw`\'`)}'`;

const kinds: Readonly<Record<Setting['type'], string>> = {
  text: 'text',
  url: 'an http or https URL',
  integer: 'a whole number',
  boolean: 'true or false',
  choice: 'one of',
  port: 'a port, 1 to 65535',
  duration: 'a duration as in 1m30s',
  host: 'a host name or address',
};

const howMade = ({ generate }: Setting): string => {
  const bytes = generate?.bytes ?? 32;
  if (generate?.kind === 'hex') return `openssl rand -hex ${bytes}`;
  if (generate?.kind === 'uuid') return 'uuidgen';
  return `openssl rand -base64 ${bytes}`;
};

const between = ({ min, max }: Setting): string => {
  if (min !== undefined && max !== undefined) return `, ${min} to ${max}`;
  if (min !== undefined) return `, at least ${min}`;
  return max === undefined ? '' : `, at most ${max}`;
};

const rules = (setting: Setting): string => {
  const { type, values, required, minLength, example, sensitive, pattern } = setting;
  const kind = type === 'choice' ? `one of ${(values ?? []).join(', ')}` : `${kinds[type]}${between(setting)}`;
  const least = minLength === undefined ? '' : `, at least ${minLength} characters`;
  const form = pattern === undefined ? '' : `, matching ${pattern}`;
  const shown = example === undefined || sensitive ? '' : ` Example: ${example}`;
  return `${required ? 'Required' : 'Optional'}: ${kind}${least}${form}.${shown}`;
};

const block = (name: string, setting: Setting): readonly string[] => {
  const { description, notes, sensitive, generate, required } = setting;
  const made =
    sensitive && generate !== undefined
      ? [`A secret: \`proxdeck secret generate\` makes and keeps it; by hand: ${howMade(setting)}`]
      : sensitive
        ? ['A secret: keep this file at mode 0600, and out of git.']
        : [];
  const comment = [...wrapped(description), rules(setting), ...notes.flatMap(wrapped), ...made].map(
    (line) => `# ${line}`,
  );
  // Without a value it stays unset, so the line is only there to be completed.
  const value = sensitive ? undefined : setting.default;
  const line = value === undefined ? `${required ? '' : '#'}${name}=` : `${name}=${quoted(value)}`;
  return [...comment, line, ''];
};

/** Returns the text; `undefined` where nothing is to be set. Sensitive settings are empty, with how they are made. */
export const environmentExample = (stack: Stack): string | undefined => {
  const names = settingsInUse(stack);
  if (names.length === 0) return undefined;
  const { settings } = stack.extension;
  const groups = [...new Set(names.map((name) => settings[name]?.group ?? 'General'))];
  const head = [
    `# Settings of ${stack.extension.title ?? stack.name}. Copy to .env beside compose.yaml and complete it:`,
    '#   install -m 0600 .env.example .env',
    '# After a change: docker compose up -d (a restart does not read it again).',
    '',
  ];
  const body = groups.flatMap((group) => [
    `## ${group}`,
    '',
    ...names
      .filter((name) => (settings[name]?.group ?? 'General') === group)
      .flatMap((name) => {
        const setting = settings[name];
        return setting === undefined ? [] : block(name, setting);
      }),
  ]);
  return `${[...head, ...body].join('\n').trimEnd()}\n`;
};
