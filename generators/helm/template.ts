import {
  ChartOnly,
  Computed,
  Hole,
  Merged,
  When,
  anyOf,
  type Condition,
  type Tree,
  type TreeMap,
} from '../kubernetes/tree.ts';
import { blockText, scalarText } from '../shared/yaml.ts';

/** Writes trees as templates of a chart: what stays open becomes an expression, what may be missing a block around its lines. */

const indented = (depth: number, line: string): string => `${' '.repeat(depth)}${line}`;

/** What the template engine would take for its own, as text. */
const asText = (text: string): string => text.replaceAll('{{', '{{ `{{` }}');

const isStructure = (hole: Hole): boolean => hole.schema['type'] === 'object' || hole.schema['type'] === 'array';

/** Whether the schema of a hole lets it be empty: then its key is left out. */
const mayBeEmpty = ({ schema }: Hole): boolean => {
  const { type, minLength, pattern, enum: choices } = schema;
  if (type !== 'string' || minLength !== undefined) return false;
  if (Array.isArray(choices)) return choices.includes('');
  return typeof pattern !== 'string' || new RegExp(pattern).test('');
};

/** An expression that prints a value: whole numbers without an exponent, texts in quotes. */
const printed = (expression: string, type: unknown): string => {
  if (type === 'integer') return `{{ ${expression} | int }}`;
  return type === 'string' ? `{{ ${expression} | quote }}` : `{{ ${expression} }}`;
};

const block = (open: string, lines: readonly string[], depth: number): readonly string[] => [
  indented(depth, `{{- ${open} }}`),
  ...lines,
  indented(depth, '{{- end }}'),
];

const conditional = (condition: Condition, lines: readonly string[], depth: number): readonly string[] =>
  block(`if ${condition.expression}`, lines, depth);

/** A value on the line of its key or dash; `undefined` for what needs lines of its own. */
const inline = (tree: Tree): string | undefined => {
  if (tree instanceof Hole) return printed(tree.expression, tree.schema['type']);
  if (tree instanceof Computed) return `{{ ${tree.expression} | quote }}`;
  if (tree instanceof When || tree instanceof Merged || tree instanceof ChartOnly) return undefined;
  if (typeof tree !== 'object' || tree === null)
    return typeof tree === 'string' && tree.includes('\n') ? undefined : asText(scalarText(tree));
  if (Object.keys(tree).length > 0) return undefined;
  return Array.isArray(tree) ? '[]' : '{}';
};

/** A text of several lines after its key or dash. */
const longText = (start: string, text: string, depth: number): readonly string[] => {
  const [head = '', ...lines] = blockText(text);
  return [
    indented(depth, `${start} ${head}`),
    ...lines.map((line) => (line === '' ? '' : indented(depth, asText(line)))),
  ];
};

const holeEntry = (key: string, hole: Hole, depth: number): readonly string[] => {
  if (isStructure(hole))
    return block(
      `with ${hole.expression}`,
      [indented(depth, `${key}:`), indented(depth + 2, `{{- toYaml . | nindent ${depth + 2} }}`)],
      depth,
    );
  if (mayBeEmpty(hole)) return block(`with ${hole.expression}`, [indented(depth, `${key}: {{ . | quote }}`)], depth);
  return [indented(depth, `${key}: ${inline(hole) ?? ''}`)];
};

const partLines = (part: Merged['parts'][number], depth: number): readonly string[] => {
  if (part instanceof Hole)
    return block(`with ${part.expression}`, [indented(depth, `{{- toYaml . | nindent ${depth} }}`)], depth);
  if (part instanceof Computed) return [indented(depth, `{{- ${part.expression} | nindent ${depth} }}`)];
  return mapLines(part, depth);
};

const entryLines = (name: string, tree: Tree, depth: number): readonly string[] => {
  if (tree instanceof When) return conditional(tree.condition, entryLines(name, tree.tree, depth), depth);
  if (tree instanceof ChartOnly) return entryLines(name, tree.tree, depth);
  const [only] = Array.isArray(tree) && tree.length === 1 ? (tree as readonly Tree[]) : [];
  if (only instanceof When) return conditional(only.condition, entryLines(name, [only.tree], depth), depth);
  const key = asText(scalarText(name));
  if (tree instanceof Hole) return holeEntry(key, tree, depth);
  if (tree instanceof Merged)
    return [indented(depth, `${key}:`), ...tree.parts.flatMap((part) => partLines(part, depth + 2))];
  if (typeof tree === 'string' && tree.includes('\n')) return longText(`${key}:`, tree, depth);
  const value = inline(tree);
  if (value !== undefined) return [indented(depth, `${key}: ${value}`)];
  const lines = [
    indented(depth, `${key}:`),
    ...(Array.isArray(tree) ? listLines(tree as readonly Tree[], depth + 2) : mapLines(tree as TreeMap, depth + 2)),
  ];
  // Nothing below a key would be `null`: where everything may be missing, so may the key.
  const parts: readonly Tree[] = Array.isArray(tree) ? (tree as readonly Tree[]) : Object.values(tree as TreeMap);
  const conditions = parts.flatMap((part) => (part instanceof When ? [part.condition] : []));
  return conditions.length === parts.length && parts.length > 1
    ? conditional(anyOf(...conditions), lines, depth)
    : lines;
};

/** Returns the lines of a mapping. */
const mapLines = (map: TreeMap, depth = 0): readonly string[] =>
  Object.entries(map).flatMap(([key, tree]) => entryLines(key, tree, depth));

const itemLines = (tree: Tree, depth: number): readonly string[] => {
  if (tree instanceof When) return conditional(tree.condition, itemLines(tree.tree, depth), depth);
  if (typeof tree === 'string' && tree.includes('\n')) return longText('-', tree, depth);
  const value = inline(tree);
  if (value !== undefined) return [indented(depth, `- ${value}`)];
  const [head = '', ...lines] = mapLines(tree as TreeMap, depth + 2);
  // The dash needs a line that is always there.
  if (head.trimStart().startsWith('{{-'))
    throw new TypeError(`an item must not begin with a condition: ${head.trim()}`);
  return [`${head.slice(0, depth)}- ${head.slice(depth + 2)}`, ...lines];
};

const listLines = (items: readonly Tree[], depth: number): readonly string[] =>
  items.flatMap((item) => itemLines(item, depth));

/** Returns a template that makes one object, or nothing where a condition does not hold. */
export const template = (tree: TreeMap, condition?: Condition): string => {
  const lines = mapLines(tree);
  return `${(condition === undefined ? lines : conditional(condition, lines, 0)).join('\n')}\n`;
};
