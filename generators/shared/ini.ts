/**
 * The one writer of unit files: systemd.syntax(7) and, for files of the environment, systemd.exec(5). What a person wrote reaches the
 * program unchanged: specifiers (`%`), variables (`$`) and quotes are escaped by where the text stands.
 */

type Entry = readonly [key: string, value: string | number] | { readonly comment: string };

export interface Section {
  readonly name: string;
  readonly entries: readonly Entry[];
}

/** Shorthand for an optional entry: none for `undefined`. */
export const entry = (key: string, value: string | number | undefined): readonly Entry[] =>
  value === undefined ? [] : [[key, value]];

const lineOf = (item: Entry): string => ('comment' in item ? `# ${item.comment}` : `${item[0]}=${item[1]}`);

/** Returns a unit file. Sections without entries are left out; a value never breaks its line: `literal` and `word` see to it. */
export const unitText = (header: readonly string[], sections: readonly Section[]): string =>
  [
    header.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n'),
    ...sections
      .filter(({ entries }) => entries.length > 0)
      .map(({ name, entries }) => [`[${name}]`, ...entries.map(lineOf)].join('\n')),
  ].join('\n\n') + '\n';

const controls: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\t': String.raw`\t`, '\r': String.raw`\r` };

/** C escapes of systemd.syntax(7), inside double quotes. */
const quoted = (text: string): string =>
  `"${text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll(/[\n\t\r]/g, (control) => controls[control] ?? '')}"`;

const isPlain = (text: string): boolean => /^[^\s"'\\;#]+$/.test(text);

/** Returns text for a value that knows specifiers (`%n`) and nothing else: descriptions, paths. One line. */
export const literal = (text: string): string =>
  text
    .replaceAll('%', '%%')
    .replaceAll(/\s*[\n\r]+\s*/g, ' ')
    .trim();

/** Returns one word of a list in which words are divided by blanks: an item of `Environment=`. */
export const word = (text: string): string => {
  const escaped = text.replaceAll('%', '%%');
  return isPlain(escaped) ? escaped : quoted(escaped);
};

/** Returns one argument of a command line (`ExecStart=`, and in a quadlet everything that becomes one): `$` would be a variable. */
export const argument = (text: string): string => word(text.replaceAll('$', '$$$$'));

/** Returns a command line without a shell. */
export const commandLine = (command: readonly string[]): string => command.map(argument).join(' ');

/**
 * Returns a line of an `EnvironmentFile=`: no blanks around `=`, no comment behind the value, no `export`, quotes only where they are
 * needed. Nothing in it is replaced by anything, so `%` and `$` stand for themselves.
 */
export const environmentLine = (name: string, value: string): string =>
  /^[\w./:@%+,=~^-]*$/.test(value) ? `${name}=${value}` : `${name}="${value.replaceAll(/["\\`$]/g, String.raw`\$&`)}"`;

/** Returns comment lines of a file of the environment. */
export const commentLines = (text: string): readonly string[] =>
  text.split('\n').map((line) => (line === '' ? '#' : `# ${line}`));
