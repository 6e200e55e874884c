import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { serveSimulator } from '../../../src/simulator/serve.ts';
import type { ServeOptions } from '../../../src/simulator/serve.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-serve-'));
const running: Simulator[] = [];
const serve = async (options: Partial<ServeOptions>): Promise<Simulator> => {
  const simulator = await serveSimulator({ port: 0, faults: [], ...options });
  running.push(simulator);
  return simulator;
};
afterEach(async () => {
  await Promise.all(running.splice(0, Infinity).map((one) => one.close()));
  rmSync(folder, { recursive: true, force: true });
});

describe('what `proxdeck simulate` starts', () => {
  it('is the homelab when nothing is said', async () => {
    const { world, url, token } = await serve({});
    expect([...world.nodes.keys()]).toHaveLength(3);
    expect(world.guests.size).toBeGreaterThanOrEqual(40);
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(token).toMatch(/^root@pam!proxdeck=[0-9a-f-]{36}$/);
  });

  it('is a cluster of the size that is asked for, the same at each start', async () => {
    const [one, two] = [await serve({ nodes: 5, guests: 200 }), await serve({ nodes: 5, guests: 200 })];
    expect([one.world.nodes.size, one.world.guests.size]).toEqual([5, 200]);
    expect([...two.world.guests.values()].map((guest) => guest.node)).toEqual(
      [...one.world.guests.values()].map((guest) => guest.node),
    );
  });

  it('keeps its certificate in the state folder', async () => {
    const first = await serve({ stateDir: folder, nodes: 1, guests: 1 });
    const second = await serve({ stateDir: folder, nodes: 1, guests: 1 });
    expect(second.fingerprint).toBe(first.fingerprint);
    expect((await serve({ nodes: 1, guests: 1 })).fingerprint).not.toBe(first.fingerprint);
  });

  it('tells a token of the fixture where that is asked for', async () => {
    const { token, world } = await serve({ as: 'viewer@pve!demo' });
    expect(token).toMatch(/^viewer@pve!demo=[0-9a-f-]{36}$/);
    expect(world.access.users.get('root@pam')?.tokens.has('proxdeck')).toBe(false);
    await expect(serve({ as: 'viewer@pve!dmo' })).rejects.toThrow('Did you mean viewer@pve!demo?');
  });

  it('refuses a fixture with a size, and a fault that names nothing', async () => {
    await expect(serve({ fixture: 'x.yaml', nodes: 2 })).rejects.toThrow('A fixture says itself');
    await expect(serve({ nodes: 1, guests: 1, faults: ['node-down=pve9'] })).rejects.toThrow("has no node 'pve9'");
  });
});
