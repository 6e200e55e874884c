import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import { configFields, contextFields } from './schema.ts';

type ConfigFields = z.output<typeof configFields>;
type Path = readonly PropertyKey[];

const hint = 'Correct the file by hand; Proxdeck does not write to a file that it cannot read.';

/** Returns where in the text a key is written; the nearest thing around it when the key itself is missing. */
const offsetOf = (document: Document, path: Path): number => {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path[length - 1]))
      : undefined;
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  return 0;
};

const knownKeys = (path: Path): readonly string[] =>
  path.length === 0 ? Object.keys(configFields.shape) : Object.keys(contextFields.shape);

/** The most telling of what zod found: of a union that fails everywhere, the branch that got furthest. */
const explain = (issue: z.core.$ZodIssue): { path: Path; message: string } => {
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
      const inner = explain(deepest);
      return { path: [...issue.path, ...inner.path], message: inner.message };
    }
  }
  return { path: issue.path, message: issue.message.replace(/^Invalid input: /, '') };
};

/** Reads the text of a configuration. Throws `config` with file:line:column and the key for whatever is wrong in it. */
export const parseConfig = (text: string, file: string): { document: Document; fields: ConfigFields } => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (offset: number, message: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new ProxdeckError('config', `${file}:${String(line)}:${String(col)}: ${message}`, { hint });
  };
  const [broken] = document.errors;
  if (broken !== undefined) return fail(broken.pos[0], `this is not YAML: ${broken.message}`);
  const parsed = configFields.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    if (issue === undefined) return fail(0, parsed.error.message);
    const { path, message } = explain(issue);
    return fail(offsetOf(document, path), path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`);
  }
  const { current, contexts } = parsed.data;
  if (current !== undefined && !Object.hasOwn(contexts, current)) {
    const known = Object.keys(contexts);
    return fail(
      offsetOf(document, ['current']),
      `current: there is no context ${current}.${didYouMean(current, known)}`,
    );
  }
  return { document, fields: parsed.data };
};
