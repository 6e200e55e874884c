// npm run bench [-- --quick] [--guests 50,1000] [--write-readme]
// Runs the built program on a pty against the simulator and judges it by its budgets. Exit code 1 if one is broken.
import '../tsx.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Home } from '../../tests/support/home.ts';
import { startSimulator } from '../../tests/support/simulator.ts';
import { judge, judgeOnce } from './budgets.ts';
import type { Once, SizeResult } from './budgets.ts';
import { measureCompose } from './compose.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { measureFollow } from './follow.ts';
import { measureIdle } from './idle.ts';
import { measureKeys } from './keys.ts';
import { measureRefresh } from './refresh.ts';
import { machine, onceLines, table, verdictLine, writeReadme } from './report.ts';
import { measureRender } from './render.ts';
import { measureRest } from './rest.ts';
import { measureStarts } from './starts.ts';
import { measureTyping } from './typing.ts';
import { measureWizard } from './wizard.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    guests: { type: 'string', default: '50,1000,10000' },
    'write-readme': { type: 'boolean', default: false },
  },
});
const effort = flags.quick ? { runs: 3, seconds: 20, minutes: 10 } : { runs: 10, seconds: 90, minutes: 60 };

/** As many nodes as such a cluster has. */
const nodesFor = (guests: number): number => Math.min(32, Math.max(3, Math.ceil(guests / 100)));

const say = (text: string): void => console.log(text);

async function measure(guests: number): Promise<SizeResult> {
  const nodes = nodesFor(guests);
  await using simulator = await startSimulator(['--nodes', String(nodes), '--guests', String(guests)]);
  using home = new Home();
  home.addContext(simulator);
  say(`${String(guests)} guests: ${String(effort.runs)} starts without and with a cache`);
  const starts = await measureStarts(home, effort.runs);
  say(`${String(guests)} guests: keys, ${String(effort.runs)} walks`);
  const keys = await measureKeys(home, guests, effort.runs);
  say(`${String(guests)} guests: filters typed, wizards opened, a refresh against its JSON, nothing to do`);
  const typing = await measureTyping(home, Math.ceil(effort.runs / 5));
  const wizard = await measureWizard(home, effort.runs);
  const refresh = await measureRefresh(guests, nodes, 5 * effort.runs);
  const idle = await measureIdle(home, Math.min(60, effort.seconds));
  say(`${String(guests)} guests: ${String(effort.seconds)} s at rest`);
  await using proxy = await startCountingProxy(simulator.url);
  using watchedHome = new Home();
  watchedHome.addContext({ ...proxy, token: simulator.token });
  const rest = await measureRest(watchedHome, proxy, effort.seconds);
  return { guests, nodes, starts, keys, typing, wizard, refresh, rest, idle };
}

const results: SizeResult[] = [];
for (const guests of flags.guests.split(',').map(Number)) results.push(await measure(guests));

/** The hour passes in this process, with React in it: its development build would be another program. */
async function measureOnce(): Promise<Once> {
  process.env['NODE_ENV'] ??= 'production';
  const { measureHour } = await import('./hour.ts');
  say('a log of 5,000 lines/s, an hour of simulated time, a Compose file of 5,000 lines, a stack rendered');
  return {
    follow: await measureFollow(effort.seconds / 3),
    hour: await measureHour(effort.minutes),
    compose: await measureCompose(3 * effort.runs),
    render: await measureRender(effort.runs),
  };
}

const once = await measureOnce();
const verdicts = [...results.flatMap(judge), ...judgeOnce(once)];
say(`\n${table(results)}\n\n${onceLines(once).join('\n')}\n\n${machine()}\n`);
say(verdicts.map(verdictLine).join('\n'));
const folder = path.join(root, '.bench');
mkdirSync(folder, { recursive: true });
writeFileSync(
  path.join(folder, 'result.json'),
  JSON.stringify({ machine: machine(), ...effort, results, once, verdicts }, null, 2),
);
if (flags['write-readme']) writeReadme(path.join(root, 'README.md'), results, once);
process.exitCode = verdicts.every(({ kept }) => kept) ? 0 : 1;
