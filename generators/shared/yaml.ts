import { Document, isMap, isNode, isPair, isScalar, isSeq, type Node } from 'yaml';

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

const commentOf = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : ` ${line}`))
    .join('\n');

/** The node that a comment is put before: of a mapping the key, of a list the item. */
const nodeBefore = (document: Document, path: Comment['path']): Node | undefined => {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isSeq(parent)) {
    const item = parent.items[Number(last)];
    return isScalar(item) || isMap(item) ? item : undefined;
  }
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === last);
  return isPair(pair) && isScalar(pair.key) ? pair.key : undefined;
};

/**
 * Returns a value as YAML 1.2. What a reader of YAML 1.1 would take for something else (`on`, `0755`, `22:22`) is quoted too, since
 * Helm, kustomize and Ansible read that dialect. A comment on a key that is not there is a mistake of the generator: throws.
 */
export const yamlText = (value: unknown, { header, comments = [] }: Writing = {}): string => {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  for (const { path, text, behind } of comments) {
    const node = behind === true ? document.getIn(path, true) : nodeBefore(document, path);
    if (!isNode(node)) throw new TypeError(`no place for a comment: ${path.join('.')}`);
    if (behind === true) node.comment = commentOf(text);
    else node.commentBefore = commentOf(text);
  }
  if (header !== undefined) document.commentBefore = commentOf(header);
  return document.toString({ lineWidth: 0, blockQuote: 'literal', flowCollectionPadding: false });
};

/** Returns several documents in one file, divided by `---`. */
export const yamlDocuments = (values: readonly unknown[], header?: string): string =>
  values.map((value, index) => yamlText(value, index === 0 ? { header } : {})).join('---\n');
