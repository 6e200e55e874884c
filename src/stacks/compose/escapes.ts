import { parse, visit, type Document, type YAMLError } from 'yaml';

/** Backslashes in double quotes, where Compose's parser (go-yaml v4, `scannerc.go`) takes `\'` and does not take `\/`. */

/** An escape with its backslash: a pair of backslashes is one too, so that the second of them begins none. */
const escape = /\\(.)/gs;

const isApostrophe = (error: YAMLError, text: string): boolean =>
  error.code === 'BAD_DQ_ESCAPE' && text.slice(error.pos[0], error.pos[0] + 2) === String.raw`\'`;

/** A place in the text and what is wrong there. */
interface Broken {
  readonly offset: number;
  readonly message: string;
}

/** Returns the first thing in a document that is not YAML to Compose. Texts with `\'` get the value they have there. */
export const brokenIn = (document: Document, text: string): Broken | undefined => {
  const error = document.errors.find((each) => !isApostrophe(each, text));
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
