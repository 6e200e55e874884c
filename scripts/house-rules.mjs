// What the type checker and the linter let through, since it is the way around them: double assertions
// (`as unknown as`), and comments that switch a check off.
import { globSync, readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';

const switchesOff = /^[\s*]*(@ts-(ignore|nocheck|expect-error)|(eslint|oxlint|biome|oxfmt|prettier)-(disable|ignore))/;
const files = globSync(['{src,screens,components,generators,tests,scripts}/**/*.{ts,tsx,mjs}', '*.ts']);
let found = 0;

for (const file of files) {
  const source = readFileSync(file, 'utf8');
  const complain = (offset, message) => {
    found += 1;
    console.log(`${file}:${source.slice(0, offset).split('\n').length}: ${message}`);
  };
  const { program, comments } = parseSync(file, source);
  for (const { value, start } of comments) {
    if (switchesOff.test(value)) complain(start, `switches a check off: ${value.trim().split('\n')[0]}`);
  }
  new Visitor({
    TSAsExpression({ expression, start }) {
      if (expression.type === 'TSAsExpression') complain(start, 'asserts a type twice: parse the value instead');
    },
  }).visit(program);
}
process.exit(found === 0 ? 0 : 1);
