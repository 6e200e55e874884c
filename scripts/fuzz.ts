// npm run fuzz [-- --seed 1,2,3] [--keys 100000]
// Random keys, pastes, sizes and troubles on the demo. Prints what each seed saw; exit code 1 when something was found.
import './tsx.ts';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: { seed: { type: 'string', default: '1,2,3' }, keys: { type: 'string', default: '100000' } },
});
/** From the second to the last quarter of the gestures: screens and code that come late are in memory from then on. */
const heapMayGrow = 1.1;
process.env['NODE_ENV'] ??= 'production';
const { fuzz } = await import('./fuzz/fuzz.ts');
const { worded } = await import('./fuzz/report.ts');
for (const seed of flags.seed.split(',').map(Number)) {
  const report = await fuzz({
    seed,
    gestures: Number(flags.keys),
    progress: (done) => process.stderr.write(`\rseed ${String(seed)}: ${String(done)}`),
  });
  process.stderr.write('\r');
  console.log(worded(report));
  const grew = report.heapAfter > heapMayGrow * report.heapBefore;
  if (grew) console.log('  FOUND memory that grows');
  if (grew || report.findings.length > 0) process.exitCode = 1;
}
// Nothing may keep it alive: a timer or a socket that outlives the program is a finding of its own, but not this one's.
process.exit();
