// node tests/support/handled.ts: writes the list of what the simulator handles into docs/simulator.md.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createAuthority } from '../../src/simulator/auth.ts';
import { createClock } from '../../src/simulator/clock.ts';
import { allRoutes } from '../../src/simulator/handlers/index.ts';
import { pveSchema } from '../../src/simulator/schema.ts';

const docs = path.join(import.meta.dirname, '../../docs/simulator.md');
const marks = /(<!-- handled: begin -->\n)([\s\S]*?)(<!-- handled: end -->)/;

/** The list as it ought to be: a line a path, with the methods that are answered and, in brackets, those that are not. */
export const handledList = (): string => {
  const schema = pveSchema();
  const routes = allRoutes(schema, createAuthority(createClock(1)));
  let [answered, known] = [0, 0];
  const lines = [...schema.paths].map(([template, methods]) => {
    const names = Object.keys(methods).sort();
    const handled = names.filter((name) => routes[`${name} ${template}`] !== undefined);
    answered += handled.length;
    known += names.length;
    const missing = names.filter((name) => !handled.includes(name));
    return `| \`${template}\` | ${handled.join(' ')} | ${missing.join(' ')} |\n`;
  });
  return `${answered} of ${known} methods.\n\n| path | answered | gap |\n|---|---|---|\n${lines.join('')}`;
};

/** The list as docs/simulator.md has it. */
export const documentedList = (): string => marks.exec(readFileSync(docs, 'utf8'))?.[2] ?? '';

if (process.argv[1] === import.meta.filename)
  writeFileSync(
    docs,
    readFileSync(docs, 'utf8').replace(marks, (_, begin: string, _old, end: string) => begin + handledList() + end),
  );
