// npm run corpus -- [folder] [--record]
// Reads every project in a folder (a sub-folder with a Compose file each) with our loader and with docker compose 5.1.0, and prints one
// line a project and a last one `N equal, N differ`; exit code 1 when some differ. `--record` writes what docker compose says into each,
// for the tests of tests/corpus. docker-compose is the one of tests/validators/install, or that on PATH.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findProgram } from '../src/stacks/validate/programs.ts';
import { compared, ours } from './corpus/compare.ts';
import { theirs } from './corpus/oracle.ts';
import { projectsIn, record } from './corpus/projects.ts';

const { values: flags, positionals } = parseArgs({
  options: { record: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = path.resolve(positionals[0] ?? path.join(import.meta.dirname, '../tests/corpus'));
const binary = await findProgram('docker-compose', process.env);
if (binary === undefined) {
  console.error('docker-compose is missing: tests/validators/install brings it.');
  process.exit(2);
}

let equal = 0;
let differ = 0;
for (const project of await projectsIn(folder)) {
  const answer = await theirs(project, binary);
  if (flags.record) await record(project, answer);
  const { same, words } = compared(await ours(project), answer);
  console.log(`${path.relative(folder, project)}: ${words}`);
  if (same) equal += 1;
  else differ += 1;
}
console.log(`${String(equal)} equal, ${String(differ)} differ`);
process.exitCode = differ === 0 ? 0 : 1;
