import { isAlias, isMap, isNode, isScalar, isSeq, type Alias, type Document, type Node, type YAMLMap } from 'yaml';
import { composeCasts, type Cast } from './casts.ts';
import { below, type PathTable } from './pathTable.ts';
import { resolvePlain } from './scalars.ts';
import { guarded } from './source.ts';
import {
  composeError,
  isTreeMap,
  lineAndColumn,
  listOf,
  mapOf,
  pathText,
  type ListEntry,
  type MapEntry,
  type Origin,
  type Place,
  type SourceText,
  type TextPart,
  type Tree,
  type TreeMap,
  type TreePath,
} from './tree.ts';

/** YAML as Compose reads it: documents to trees, every value with its place, variables replaced on the way. */

/** How many values aliases may stand for in a file. Anchor bombs need millions; the largest real files some thousands. */
const mostAliased = 100_000;

/** What is made of a text: variables replaced, and cast to the type that is wanted at its place. */
export type TextReader = (
  text: string,
  cast: Cast | undefined,
  place: Place,
  path: TreePath,
) => { readonly value: Tree; readonly parts?: readonly TextPart[] | undefined };

export interface DocumentTree {
  readonly tree: TreeMap;
  /** Where `!reset` and `!override` stand: what other files say there does not count. */
  readonly resets: readonly TreePath[];
}

/** What words with a tag must be. */
const kindOfTag: Readonly<Record<string, 'null' | 'number' | 'boolean'>> = {
  'tag:yaml.org,2002:null': 'null',
  'tag:yaml.org,2002:int': 'number',
  'tag:yaml.org,2002:float': 'number',
  'tag:yaml.org,2002:bool': 'boolean',
};

/** Walks one document. An instance is used once. */
class Reader {
  readonly resets: TreePath[] = [];
  private readonly path: (string | number)[] = [];
  private readonly anchors = new Map<string, Node>();
  private readonly targets = new Map<Alias, Node>();
  private readonly open = new Set<Node>();
  private aliasDepth = 0;
  private aliased = 0;
  private readonly source: SourceText;
  private readonly read: TextReader;

  constructor(source: SourceText, read: TextReader) {
    this.source = source;
    this.read = read;
  }

  place(node: Node): Place {
    return { source: this.source, offset: node.range?.[0] ?? 0 };
  }

  private fail(node: Node, message: string, hint?: string): never {
    const told = this.path.length === 0 ? message : `${pathText(this.path)}: ${message}`;
    throw composeError(this.place(node), told, hint);
  }

  /** Returns what a node says; undefined when it is to be left out, as `!reset` wants. */
  value(
    node: Node,
    casts: PathTable<Cast> | undefined,
  ): { readonly value: Tree; readonly parts?: Origin['parts'] } | undefined {
    if (this.aliasDepth > 0) {
      this.aliased += 1;
      if (this.aliased > mostAliased)
        this.fail(node, 'aliases stand for too much here: a small file would become a huge one.', 'Write it out.');
    }
    if (isAlias(node)) return this.alias(node, (target) => this.value(target, casts));
    this.name(node);
    if (node.tag === '!reset') {
      this.resets.push([...this.path]);
      return undefined;
    }
    if (node.tag === '!override') this.resets.push([...this.path]);
    if (isScalar(node)) return this.scalar(node, casts?.here);
    this.open.add(node);
    const value = isMap(node)
      ? mapOf(this.entries(node, casts, new Set()))
      : isSeq(node)
        ? this.list(node.items, casts)
        : null;
    this.open.delete(node);
    return { value };
  }

  /** Remembers what an anchor names. What an alias stands for was named before. */
  private name(node: Node): void {
    if (this.aliasDepth === 0 && !isAlias(node) && node.anchor !== undefined) this.anchors.set(node.anchor, node);
  }

  private alias<Result>(node: Alias, read: (target: Node) => Result): Result {
    const target = this.targets.get(node) ?? this.anchors.get(node.source);
    if (target === undefined) return this.fail(node, `there is no anchor \`&${node.source}\` before this.`);
    if (this.open.has(target)) return this.fail(node, `\`*${node.source}\` stands within what it names: a cycle.`);
    this.targets.set(node, target);
    this.aliasDepth += 1;
    const result = read(target);
    this.aliasDepth -= 1;
    return result;
  }

  private scalar(node: Node, cast: Cast | undefined): { readonly value: Tree; readonly parts?: Origin['parts'] } {
    const { value, type } = isScalar(node) ? node : { value: undefined, type: undefined };
    const text = typeof value === 'string' ? value : '';
    const meaning = this.meaning(node, text, type === 'PLAIN');
    return typeof meaning === 'string' ? this.read(meaning, cast, this.place(node), this.path) : { value: meaning };
  }

  /** A tag says how a word is meant; without one a plain word may be a number or `true`. */
  private meaning(node: Node, text: string, plain: boolean): Tree {
    const { tag } = node;
    if (tag === 'tag:yaml.org,2002:binary') return Buffer.from(text, 'base64').toString('utf8');
    const wanted = tag === undefined ? undefined : kindOfTag[tag];
    if (wanted === undefined) return plain && tag === undefined ? resolvePlain(text) : text;
    const meant = resolvePlain(text);
    const kind = meant === null ? 'null' : typeof meant === 'bigint' ? 'number' : typeof meant;
    return kind === wanted ? meant : this.fail(node, `\`${text}\` is not what its tag says.`);
  }

  private list(items: readonly unknown[], casts: PathTable<Cast> | undefined): Tree {
    const ofItems = below(casts, '*');
    const entries: ListEntry[] = [];
    items.forEach((item, index) => {
      // A dash with nothing after it.
      if (!isNode(item)) {
        entries.push([null, undefined]);
        return;
      }
      this.path.push(index);
      const found = this.value(item, ofItems);
      this.path.pop();
      if (found !== undefined) entries.push([found.value, this.origin(item, found.parts)]);
    });
    return listOf(entries);
  }

  private origin(node: Node, parts: Origin['parts']): Origin {
    return parts === undefined ? { place: this.place(node) } : { place: this.place(node), parts };
  }

  /**
   * The entries of a mapping and of those merged into it by `<<`. A key that is taken is not looked at: what is written itself counts
   * before what is merged in, and of merged mappings the first.
   */
  private entries(node: YAMLMap, casts: PathTable<Cast> | undefined, taken: Set<string>): MapEntry[] {
    const entries: MapEntry[] = [];
    const seen = new Map<string, Node>();
    const merged: Node[] = [];
    for (const { key: keyNode, value } of node.items) {
      if (!isNode(keyNode)) return this.fail(node, 'a key is missing.');
      const key = this.key(keyNode, seen);
      if (key === '<<' && isScalar(keyNode) && keyNode.type === 'PLAIN') merged.push(isNode(value) ? value : keyNode);
      else if (!taken.has(key)) entries.push(...this.entry(key, keyNode, value, below(casts, key)));
    }
    for (const [key] of entries) taken.add(key);
    for (const from of merged) entries.push(...this.mergedEntries(from, casts, taken));
    return entries;
  }

  private entry(key: string, keyNode: Node, value: unknown, casts: PathTable<Cast> | undefined): readonly MapEntry[] {
    const origin: Origin = { place: this.place(keyNode) };
    if (!isNode(value)) return [[key, null, origin]];
    this.path.push(key);
    const found = this.value(value, casts);
    this.path.pop();
    if (found === undefined) return [];
    return [[key, found.value, found.parts === undefined ? origin : { ...origin, parts: found.parts }]];
  }

  private mergedEntries(node: Node, casts: PathTable<Cast> | undefined, taken: Set<string>): readonly MapEntry[] {
    if (isAlias(node)) return this.alias(node, (target) => this.mergedEntries(target, casts, taken));
    this.name(node);
    if (isMap(node)) return this.entries(node, casts, taken);
    if (!isSeq(node)) return this.fail(node, '`<<` takes a mapping, or a list of mappings.');
    return node.items.flatMap((item) => {
      if (isNode(item) && (isAlias(item) || isMap(item))) return this.mergedEntries(item, casts, taken);
      return this.fail(node, '`<<` takes a mapping, or a list of mappings.');
    });
  }

  /** The text of a key, which no other key of the mapping has. */
  private key(node: Node, seen: Map<string, Node>): string {
    const target = isAlias(node) ? this.alias(node, (found) => found) : node;
    this.name(target);
    const text = isScalar(target) && typeof target.value === 'string' ? target.value : undefined;
    if (text === undefined) return this.fail(node, 'a key must be a text.');
    if (isScalar(target) && this.meaning(target, text, target.type === 'PLAIN') !== text && text !== '<<')
      return this.fail(node, `the key \`${text}\` is not a text.`, `Put it in quotes: "${text}".`);
    if (text === '__proto__') return this.fail(node, '`__proto__` cannot be a key.', 'Give it another name.');
    const before = seen.get(text);
    if (before !== undefined) {
      const { line } = lineAndColumn(this.place(before));
      this.fail(
        node,
        `the key \`${text}\` stands here a second time; line ${String(line)} has it already.`,
        'Keep one.',
      );
    }
    seen.set(text, node);
    return text;
  }
}

/**
 * Returns the tree of a document. Throws `config` with file:line:column for what Compose does not read: a key twice or no text, a cycle
 * of aliases, aliases that stand for too much, anything but a mapping at the top.
 */
export const treeOf = (document: Document.Parsed, source: SourceText, read: TextReader): DocumentTree => {
  const reader = new Reader(source, read);
  const { contents } = document;
  const found = guarded(source, () => (isNode(contents) ? reader.value(contents, composeCasts) : undefined));
  if (!isTreeMap(found?.value)) {
    const offset = contents === null ? document.range[0] : (contents.range[0] ?? 0);
    throw composeError({ source, offset }, 'a Compose file is a mapping: `services:` and what belongs to it.');
  }
  return { tree: found.value, resets: reader.resets };
};
