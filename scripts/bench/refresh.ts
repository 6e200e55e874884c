import { Agent, get } from 'node:https';
import { createInventory } from '../../src/inventory/inventory.ts';
import { parseResources, rowsSchema } from '../../src/proxmox/answers.ts';
import { startSimulator } from '../../tests/support/simulator.ts';
import { cpuTime, summarize, type Summary } from './statistics.ts';

export interface Refresh {
  readonly guests: number;
  readonly bodyBytes: number;
  /** JSON.parse of the body of /cluster/resources, ms of CPU. */
  readonly json: Summary;
  /** The same body until the screens are told: JSON.parse, rows, comparison with the picture before, rates, ms of CPU. */
  readonly whole: Summary;
  /** One through the other, of each pair that was measured beside each other: a slow moment slows both. */
  readonly ratio: Summary;
}

const bodyOf = (url: string, token: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const agent = new Agent({ rejectUnauthorized: false });
    const headers = { Authorization: `PVEAPIToken=${token}` };
    get(new URL('/api2/json/cluster/resources', url), { agent, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    }).on('error', reject);
  });

const rowsOf = (body: string): readonly unknown[] =>
  rowsSchema.parse((JSON.parse(body) as { readonly data: unknown }).data);

/** Measures what a refresh of `guests` costs against the JSON.parse of the same body: answers of a living cluster, taken in again and again. */
export async function measureRefresh(guests: number, nodes: number, runs: number): Promise<Refresh> {
  await using server = await startSimulator(['--nodes', String(nodes), '--guests', String(guests)]);
  // Two answers with other figures: each refresh finds running guests changed, as it does in life.
  const bodies = [await bodyOf(server.url, server.token)];
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  bodies.push(await bodyOf(server.url, server.token));
  let round = 0;
  const inventory = createInventory({
    client: {
      resources: async () => parseResources(rowsOf(bodies[round % 2] ?? '')),
      tasks: async () => [],
      request: async () => ({ data: [] }),
      setOfflineNodes: () => undefined,
    },
    cluster: { contextName: 'bench', address: '' },
    onTrouble: (error) => {
      throw error;
    },
    now: Date.now,
    random: Math.random,
    // It is refreshed by hand.
    setTimer: () => () => undefined,
  });
  const json: number[] = [];
  const whole: number[] = [];
  const warmUp = 5;
  for (round = 0; round < runs + warmUp; round += 1) {
    const parsed = await cpuTime(() => JSON.parse(bodies[round % 2] ?? ''));
    const refreshed = await cpuTime(() => inventory.refresh());
    if (round < warmUp) continue;
    json.push(parsed);
    whole.push(refreshed);
  }
  const seen = inventory.snapshot.guests.length;
  if (seen !== guests) throw new Error(`the inventory has ${String(seen)} guests of ${String(guests)}`);
  await inventory.close();
  const ratio = summarize(whole.map((ms, at) => ms / (json[at] ?? Number.NaN)));
  return {
    guests,
    bodyBytes: Buffer.byteLength(bodies[0] ?? ''),
    json: summarize(json),
    whole: summarize(whole),
    ratio,
  };
}
