// node scripts/bench/ratios.ts --check | --write
// Figures that do not depend on the machine, against those of the last time (ratios.json): bytes a frame, allocations, calls, modules loaded.
// --check: exit code 1 when one has become worse than its tolerance allows. --write keeps them as they are now.
import '../tsx.ts';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readBaseline, regressions, writeBaseline } from './ratios/compare.ts';

const { values: flags } = parseArgs({ options: { check: { type: 'boolean' }, write: { type: 'boolean' } } });
process.env['NODE_ENV'] ??= 'production';
const { measureRatios } = await import('./ratios/measure.ts');
const file = path.join(import.meta.dirname, 'ratios.json');
const measured = await measureRatios();
for (const [name, value] of Object.entries(measured)) console.log(`${name.padEnd(56)} ${value.toLocaleString('en')}`);
if (flags.write === true) writeBaseline(file, measured);
if (flags.check === true) {
  const worse = regressions(readBaseline(file), measured);
  for (const sentence of worse) console.log(`WORSE  ${sentence}`);
  process.exitCode = worse.length === 0 ? 0 : 1;
}
process.exit();
