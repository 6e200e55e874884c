import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';

/** YAML that a person wrote, checked by zod: whatever is wrong in it is told with its place. */

type Path = readonly PropertyKey[];

/** A text that was understood. */
export interface Checked<Fields> {
  readonly document: Document;
  readonly fields: Fields;
  /** In which line each key stands, by its dotted path. */
  readonly lines: Readonly<Record<string, number>>;
  /** Where a key is written: `file:line:column`. */
  at(path: Path): string;
  /** Throws `config` at the place of a key; for what zod cannot see. */
  fail(path: Path, message: string): never;
}

interface Reading<Schema extends z.ZodType> {
  readonly file: string;
  readonly schema: Schema;
  /** Which keys there are at a place, to guess what an unknown one means. */
  readonly knownKeys: (path: Path) => readonly string[];
  /** What to do about it. */
  readonly hint: string;
}

/** Returns where in the text a key is written; the nearest thing around it when the key itself is missing. */
const offsetOf = (document: Document, path: Path): number => {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const item = isSeq(parent) ? parent.items[Number(path[length - 1])] : undefined;
    if (isNode(item)) return item.range?.[0] ?? 0;
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path[length - 1]))
      : undefined;
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  return 0;
};

/** The most telling of what zod found: of a union that fails everywhere, the branch that got furthest. */
export const explain = (
  issue: z.core.$ZodIssue,
  knownKeys: (path: Path) => readonly string[],
): { path: Path; message: string } => {
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return { path: [...issue.path, key], message: `there is no such key.${didYouMean(key, knownKeys(issue.path))}` };
  }
  if (issue.code === 'invalid_key') {
    return { path: issue.path, message: issue.issues[0]?.message ?? issue.message };
  }
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors
      .flat()
      .toSorted((a, b) => Number(b.code === 'custom') - Number(a.code === 'custom'))[0];
    if (deepest !== undefined) {
      const inner = explain(deepest, knownKeys);
      return { path: [...issue.path, ...inner.path], message: inner.message };
    }
  }
  const message = issue.message.replace(/^Invalid input: /, '');
  return { path: issue.path, message: message.endsWith('received undefined') ? 'it is missing' : message };
};

const linesOf = (document: Document, lines: LineCounter): Readonly<Record<string, number>> => {
  const within = (node: unknown, prefix: string): readonly (readonly [string, number])[] =>
    (isMap(node) ? node.items : []).flatMap(({ key, value }) => {
      if (!isScalar(key)) return [];
      const name = `${prefix}${String(key.value)}`;
      return [[name, lines.linePos(key.range?.[0] ?? 0).line] as const, ...within(value, `${name}.`)];
    });
  return Object.fromEntries(within(document.contents, ''));
};

/** What the document says as plain values. Fails for aliases that would fill the memory, or that mean nothing. */
const valueOf = (document: Document, failAt: (offset: number, message: string) => never): unknown => {
  try {
    return document.toJS();
  } catch (error) {
    return failAt(0, `an alias in it cannot be followed: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Reads YAML and checks it. Throws `config` with file:line:column and the key for whatever is wrong in it. */
export const parseChecked = <Schema extends z.ZodType>(
  text: string,
  { file, schema, knownKeys, hint }: Reading<Schema>,
): Checked<z.output<Schema>> => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${String(line)}:${String(col)}`;
  };
  const failAt = (offset: number, message: string): never => {
    throw new ProxdeckError('config', `${placeAt(offset)}: ${message}`, { hint });
  };
  const fail = (path: Path, message: string): never =>
    failAt(offsetOf(document, path), path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`);
  const [broken] = document.errors;
  if (broken !== undefined) return failAt(broken.pos[0], `this is not YAML: ${broken.message}`);
  // It is read once: code made for its schema would cost the start more than it saves.
  const parsed = schema.safeParse(valueOf(document, failAt) ?? {}, { jitless: true });
  if (parsed.success) {
    const at = (path: Path): string => placeAt(offsetOf(document, path));
    return { document, fields: parsed.data, lines: linesOf(document, lines), at, fail };
  }
  // A key that is written wrongly is told before the one that is missing for it.
  const { issues } = parsed.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) return failAt(0, parsed.error.message);
  const { path, message } = explain(issue, knownKeys);
  return fail(path, message);
};
