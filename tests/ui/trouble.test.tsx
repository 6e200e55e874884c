import { afterEach, describe, expect, it } from 'vitest';
import { withoutColours } from '../../components/styled.ts';
import { createInventory } from '../../src/inventory/inventory.ts';
import { fakeSession, smallCluster } from '../support/cluster.ts';
import { startProgram, type Program } from '../support/program.ts';
import { FakeCluster, fakeClock, type FakeClock } from '../unit/inventory/fakes.ts';

/** A cluster that is away for minutes, on a clock that is turned by hand. */

const minute = 60_000;

let program: Program | undefined;
afterEach(async () => {
  await program?.close();
  program = undefined;
});

const open = async (): Promise<{ shown: Program; cluster: FakeCluster; clock: FakeClock; header: () => string }> => {
  const clock = fakeClock();
  const cluster = new FakeCluster(clock.now);
  const { nodes, guests, storages, pools } = smallCluster();
  cluster.resources = { nodes, guests, storages, pools, skipped: 0 };
  const inventory = createInventory({
    client: cluster.client,
    cluster: { contextName: 'homelab', address: '' },
    onTrouble: (error) => {
      throw error;
    },
    now: clock.now,
    random: () => 0,
    setTimer: clock.setTimer,
  });
  const session = fakeSession(smallCluster(), { inventory, ask: () => new Promise(() => undefined) });
  const shown = await startProgram({
    columns: 120,
    rows: 40,
    connect: async () => session,
    now: clock.now,
    everyChange: true,
  });
  program = shown;
  return { shown, cluster, clock, header: () => withoutColours(shown.writer.lines[0] ?? '') };
};

const pass = async ({ clock, shown }: { clock: FakeClock; shown: Program }, ms: number): Promise<void> => {
  await clock.pass(ms);
  shown.app.cluster.tick();
  await shown.settle();
};

const rows = (shown: Program): string => shown.writer.lines.map(withoutColours).join('\n');

describe('a cluster that is away for ten minutes', () => {
  it('is asked less and less, keeps its rows and says how old they are, and is live again by itself', async () => {
    const opened = await open();
    const { shown, cluster, header } = opened;
    await pass(opened, 1_000);
    expect(header()).toMatch(/\d+s old/);
    expect(rows(shown)).toContain('relay-dev');

    cluster.down = 'unreachable';
    await pass(opened, 10 * minute);
    expect(header()).toMatch(/away, 10m old, again in (?:\d+s|1m)/);
    expect(rows(shown)).toContain('relay-dev');
    const asked = cluster.seconds('resources').filter((at) => at > 0);
    // 1, 2, 4 … 32 s, then once a minute: some sixteen calls in ten minutes, not six hundred.
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.length).toBeLessThan(25);
    const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(61);
    expect(pauses.slice(-3).every((pause) => pause >= 30)).toBe(true);

    cluster.down = undefined;
    await pass(opened, minute);
    expect(header()).not.toContain('away');
    expect(header()).toMatch(/\b\d+s old/);
  });

  it('is asked at once when somebody wants to know', async () => {
    const opened = await open();
    const { shown, cluster, header } = opened;
    await pass(opened, 1_000);
    cluster.down = 'unreachable';
    await pass(opened, 5 * minute);
    expect(header()).toContain('away');
    cluster.down = undefined;
    shown.type(Buffer.from('R'));
    await shown.settle();
    await pass(opened, 0);
    expect(header()).not.toContain('away');
  });
});
