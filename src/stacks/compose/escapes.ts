import { parse, visit, type Document, type YAMLError } from 'yaml';

/**
 * Where Compose's parser (go-yaml v4, `scanner.go`) differs from `yaml`: of backslashes in double quotes it takes `\'` and does not take
 * `\/`; a comment may follow a quote at once; keys may be of any length.
 */

/** An escape with its backslash: a pair of backslashes is one too, so that the second of them begins none. */
const escape = /\\(.)/gs;

const isApostrophe = (error: YAMLError, text: string): boolean =>
  error.code === 'BAD_DQ_ESCAPE' && text.slice(error.pos[0], error.pos[0] + 2) === String.raw`\'`;

const isTolerated = (error: YAMLError, text: string): boolean =>
  isApostrophe(error, text) ||
  error.code === 'KEY_OVER_1024_CHARS' ||
  (error.code === 'MISSING_CHAR' && error.message.startsWith('Comments must be separated'));

/** A place in the text and what is wrong there. */
interface Broken {
  readonly offset: number;
  readonly message: string;
}

/** Returns the first thing in a document that is not YAML to Compose. Texts with `\'` get the value they have there. */
export const brokenIn = (document: Document, text: string): Broken | undefined => {
  const error = document.errors.find((each) => !isTolerated(each, text));
  if (error !== undefined) return { offset: error.pos[0], message: error.message };
  let broken: Broken | undefined;
  if (!/\\['/]/.test(text)) return broken;
  visit(document, {
    Scalar: (_, node) => {
      if (node.type !== 'QUOTE_DOUBLE' || node.range === undefined || node.range === null) return;
      const [from, to] = node.range;
      const raw = text.slice(from, to);
      for (const { 1: char, index } of raw.matchAll(escape))
        if (char === '/')
          broken ??= { offset: from + index, message: 'there is no escape `\\/` in Compose; write `/`' };
      const plain = raw.replaceAll(escape, (whole, char: string) => (char === "'" ? char : whole));
      if (plain !== raw) node.value = parse(plain) as unknown;
    },
  });
  return broken;
};
