import { globSync, readFileSync } from 'node:fs';
import { parseSync, Visitor, type CallExpression, type Expression } from 'oxc-parser';

/** A test, by what its title says. */
export interface TestTitle {
  readonly file: string;
  readonly line: number;
  readonly title: string;
  /** Requirements that it names. */
  readonly ids: readonly string[];
}

/** `it`, `it.each(…)`, `it.skipIf(…)`: the words of what is called, `it.each`. */
const calledWords = (callee: Expression): readonly string[] => {
  if (callee.type === 'Identifier') return [callee.name];
  if (callee.type === 'MemberExpression' && callee.property.type === 'Identifier')
    return [...calledWords(callee.object), callee.property.name];
  if (callee.type === 'CallExpression') return calledWords(callee.callee);
  if (callee.type === 'TaggedTemplateExpression') return calledWords(callee.tag);
  return [];
};

const titleOf = ({ arguments: [first] }: CallExpression): string | undefined => {
  if (first?.type === 'Literal' && typeof first.value === 'string') return first.value;
  if (first?.type === 'TemplateLiteral') return first.quasis.map(({ value }) => value.raw).join('…');
  return undefined;
};

/** Returns the tests of a folder. One that never runs (`it.skip`, `it.todo`) proves nothing and is left out. */
export const testTitles = (folder: string): readonly TestTitle[] =>
  globSync(`${folder}/**/*.test.{ts,tsx}`)
    .toSorted()
    .flatMap((file) => {
      const source = readFileSync(file, 'utf8');
      const found: TestTitle[] = [];
      new Visitor({
        CallExpression: (call) => {
          const [word, ...more] = calledWords(call.callee);
          if ((word !== 'it' && word !== 'test') || more.includes('skip') || more.includes('todo')) return;
          const title = titleOf(call);
          if (title === undefined) return;
          const ids = [...new Set(title.match(/\bS[0-4]-\d{3}\b/g) ?? [])];
          found.push({ file, line: source.slice(0, call.start).split('\n').length, title, ids });
        },
      }).visit(parseSync(file, source).program);
      return found;
    });
