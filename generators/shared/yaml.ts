import { stringify } from 'yaml';

/** The one writer of YAML: keys in the order they were given, lines never folded, the same text for the same value. */

interface Comment {
  /** Which key or item it stands before. */
  readonly path: readonly (string | number)[];
  /** Without `#`; may have several lines. */
  readonly text: string;
  /** It stands behind the value, on its line. */
  readonly behind?: true;
}

interface Writing {
  /** Lines at the top of the file, without `#`. */
  readonly header?: string | undefined;
  readonly comments?: readonly Comment[];
}

/** Most scalars are plain words that no dialect of YAML takes for something else: the library is not asked for them. */
const plainWord =
  /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z_/](?:[\w/.@-]|:(?=[\w/]))*(?: [\w/.](?:[\w/.@-]|:(?=[\w/]))*)*$/i;
const isPlain = (value: unknown): boolean =>
  (typeof value === 'string' && plainWord.test(value)) || typeof value === 'boolean' || Number.isInteger(value);

const written = (value: unknown): string =>
  stringify(value, { compat: 'yaml-1.1', lineWidth: 0, blockQuote: 'literal' });

/**
 * Returns a scalar on one line, as YAML 1.2. What a reader of YAML 1.1 would take for something else (`on`, `0755`, `22:22`) is quoted
 * too, since Helm, kustomize and Ansible read that dialect.
 */
export const scalarText = (value: unknown): string =>
  // Inside of something: alone in a document some would be written otherwise.
  isPlain(value) ? String(value) : written([value]).slice(2).trimEnd();

const keyText = (key: string): string =>
  plainWord.test(key)
    ? key
    : key.includes('\n')
      ? JSON.stringify(key)
      : written({ [key]: 0 }).slice(0, -': 0\n'.length);

/** Returns the lines of a text of several, as it stands behind a key or a dash: `|` and what follows, two deeper than those. */
export const blockText = (text: string): readonly string[] => {
  // Kept at its end: an empty line there is part of the text.
  const lines = written([text]).slice(2).split('\n');
  return lines.slice(0, -1);
};

const commentLines = (text: string, depth: number): readonly string[] =>
  text.split('\n').map((line) => (line === '' ? '' : `${' '.repeat(depth)}# ${line}`));

const placeOf = ({ path, behind }: Pick<Comment, 'path' | 'behind'>): string =>
  JSON.stringify([behind === true, ...path]);

/** Writes one value; the comments that found their place are taken out of `comments`. */
const writer = (comments: Map<string, string>) => {
  const taken = (key: string): string | undefined => {
    const text = comments.get(key);
    comments.delete(key);
    return text;
  };
  const before = (path: readonly (string | number)[], depth: number): readonly string[] => {
    const text = comments.size === 0 ? undefined : taken(placeOf({ path }));
    return text === undefined ? [] : commentLines(text, depth);
  };
  const behind = (path: readonly (string | number)[]): string => {
    const text = comments.size === 0 ? undefined : taken(placeOf({ path, behind: true }));
    return text === undefined ? '' : ` # ${text}`;
  };

  /** What stands behind a key or a dash, and the lines below it. */
  const placed = (
    start: string,
    value: unknown,
    path: readonly (string | number)[],
    depth: number,
  ): readonly string[] => {
    const space = ' '.repeat(depth);
    if (typeof value === 'string' && value.includes('\n')) {
      const [head = '', ...rest] = blockText(value);
      return [`${space}${start} ${head}`, ...rest.map((line) => (line === '' ? '' : `${space}${line}`))];
    }
    if (typeof value !== 'object' || value === null) return [`${space}${start} ${scalarText(value)}${behind(path)}`];
    const lines = linesOf(value, path, depth + 2);
    if (lines.length === 0) return [`${space}${start} ${Array.isArray(value) ? '[]' : '{}'}`];
    if (start !== '-') return [`${space}${start}`, ...lines];
    const first = lines.findIndex((line) => line !== '' && !line.trimStart().startsWith('#'));
    return [...lines.slice(0, first), `${space}- ${(lines[first] ?? '').trimStart()}`, ...lines.slice(first + 1)];
  };

  const entry = (
    start: string,
    value: unknown,
    path: readonly (string | number)[],
    depth: number,
  ): readonly string[] => {
    const above = before(path, depth);
    const lines = placed(start, value, path, depth);
    return above.length === 0 ? lines : [...above, ...lines];
  };

  const linesOf = (value: object, path: readonly (string | number)[], depth: number): readonly string[] =>
    Array.isArray(value)
      ? value.flatMap((item: unknown, index) => entry('-', item, [...path, index], depth))
      : Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
          child === undefined ? [] : entry(`${keyText(key)}:`, child, [...path, key], depth),
        );
  return linesOf;
};

/** Returns a value as YAML. A comment on a key that is not there is a mistake of the generator: throws. */
export const yamlText = (value: unknown, { header, comments = [] }: Writing = {}): string => {
  const top = header === undefined ? [] : [...commentLines(header, 0), ''];
  if (typeof value !== 'object' || value === null) return [...top, scalarText(value), ''].join('\n');
  const open = new Map(comments.map((comment) => [placeOf(comment), comment.text]));
  const lines = writer(open)(value, [], 0);
  const lost = comments.find((comment) => open.has(placeOf(comment)));
  if (lost !== undefined) throw new TypeError(`no place for a comment: ${lost.path.join('.')}`);
  const body = lines.length > 0 ? lines : [Array.isArray(value) ? '[]' : '{}'];
  return [...top, ...body, ''].join('\n');
};

/** Returns several documents in one file, divided by `---`. */
export const yamlDocuments = (values: readonly unknown[], header?: string): string =>
  values.map((value, index) => yamlText(value, index === 0 ? { header } : {})).join('---\n');
