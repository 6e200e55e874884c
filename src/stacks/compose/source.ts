import { isMap, isScalar, parseAllDocuments, type Document } from 'yaml';
import { mojibakeOf, textOf } from './encoding.ts';
import { brokenIn } from './escapes.ts';
import { composeError, type ComposeWarning, type SourceText } from './tree.ts';

/** Files of YAML, from bytes to documents. What they say to Compose is worked out in document.ts. */

/** Larger files are refused: no Compose file is. */
const largestFile = 10 * 1024 * 1024;

/** A file whose YAML was understood. It may hold several documents; they are merged one over the other. */
export interface SourceFile {
  readonly source: SourceText;
  readonly documents: readonly Document.Parsed[];
  readonly warnings: readonly ComposeWarning[];
}

/** What YAML does not let stand in a file. */
const notPrintable = /[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/u;

const lineStartsOf = (text: string): readonly number[] => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
};

const tooDeep = (source: SourceText): never => {
  throw composeError({ source, offset: 0 }, 'this is nested too deeply to be a Compose file.');
};

/** Runs something that recurses over what a person wrote. */
export const guarded = <Result>(source: SourceText, run: () => Result): Result => {
  try {
    return run();
  } catch (error) {
    // The stack was too small for what is nested in the file.
    if (error instanceof RangeError) return tooDeep(source);
    throw error;
  }
};

/** Reads the YAML of a file. Throws `config` with file:line:column. */
export const parseSource = (bytes: Uint8Array, name: string): SourceFile => {
  if (bytes.length > largestFile) {
    const start = { source: { name, lineStarts: [0] }, offset: 0 };
    throw composeError(
      start,
      `the file has ${String(bytes.length)} bytes; a Compose file has at most ${String(largestFile)}.`,
    );
  }
  // A line may end with a lone carriage return.
  const text = textOf(bytes, name).replaceAll(/\r(?!\n)/g, '\n');
  const source: SourceText = { name, lineStarts: lineStartsOf(text) };
  const control = text.search(notPrintable);
  if (control !== -1)
    throw composeError({ source, offset: control }, 'there is a control character here.', 'Delete it.');
  const parsed = guarded(source, () =>
    // All words stay texts here: what they mean to Compose is decided below. Twice the same key is looked for there as well, in one pass.
    parseAllDocuments(text, {
      schema: 'failsafe',
      merge: false,
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    }),
  );
  const documents = 'empty' in parsed ? [] : parsed;
  for (const document of documents) {
    const broken = brokenIn(document, text);
    if (broken?.message.includes('call stack') === true) return tooDeep(source);
    if (broken !== undefined)
      throw composeError({ source, offset: broken.offset }, `this is not YAML: ${broken.message}`);
    const { explicit, version } = document.directives.yaml;
    if (explicit === true && version !== '1.1')
      throw composeError({ source, offset: 0 }, `Compose does not read \`%YAML ${version}\`.`, 'Take that line away.');
  }
  const mojibake = mojibakeOf(text);
  const warnings =
    mojibake === undefined
      ? []
      : [
          {
            message: `\`${mojibake.written}\` was UTF-8 and read as ${mojibake.encoding} once: \`${mojibake.meant}\` was meant.`,
            place: { source, offset: mojibake.offset },
          },
        ];
  return { source, documents, warnings };
};

/** Reads the YAML of a file; throws what `parseSource` throws. */
export type SourceParser = (bytes: Uint8Array, name: string) => SourceFile;

/** Returns a parser that parses the same bytes once: what is read of a document never changes it. */
export const rememberingParser = (): SourceParser => {
  const known = new Map<string, { readonly bytes: Uint8Array; readonly parsed: SourceFile }>();
  return (bytes, name) => {
    const before = known.get(name);
    if (before !== undefined && Buffer.compare(before.bytes, bytes) === 0) return before.parsed;
    const parsed = parseSource(bytes, name);
    known.set(name, { bytes, parsed });
    return parsed;
  };
};

/** Returns the name that a file gives the project, as it stands there; undefined where it gives none. */
export const nameIn = ({ documents }: SourceFile): string | undefined => {
  const names = documents.flatMap(({ contents }) => {
    const name: unknown = isMap(contents) ? contents.get('name', true) : undefined;
    return isScalar(name) && typeof name.value === 'string' && name.value !== '' ? [name.value] : [];
  });
  return names.at(-1);
};
