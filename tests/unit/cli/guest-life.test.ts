import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Access } from '../../../src/simulator/access-log.ts';
import { assetPath } from '../../../src/simulator/assets.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { aHome } from '../config/folder.ts';
import { runLine } from './surroundings.ts';

/** The life of a container from its making to its end, on the cluster of the demo, as somebody types it. */
const create =
  'guest create ct 950 --node pve1 --template local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst --storage local-zfs --disk 4G --cores 1 --memory 512M --name web-9 --net bridge=vmbr0,ip=dhcp --yes';
const life = [
  create,
  'guest start 950',
  'snapshot create 950 before',
  'guest set 950 --memory 768M',
  'snapshot list 950',
  'snapshot rollback 950 before --yes',
  'guest stop 950 --yes',
  'guest delete 950 --yes',
];
const writes = life.filter((line) => !line.startsWith('snapshot list'));

let simulator: Simulator;
let folder: string;
let accessLog: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-life-'));
  accessLog = path.join(folder, 'access.jsonl');
  simulator = await startSimulator({
    fixture: assetPath('demo/homelab.yaml'),
    speed: Infinity,
    authDelayMs: 0,
    accessLog,
    roles: true,
  });
});
afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const reaching = (token = simulator.token) => ({
  ...aHome(),
  PROXDECK_URL: simulator.url,
  PROXDECK_TOKEN: token,
  PROXDECK_FINGERPRINT: simulator.fingerprint,
});

const logged = (): Access[] =>
  readFileSync(accessLog, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Access);

const resultOf = (stdout: string): unknown => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as unknown;

describe('the life of a container in plain mode', () => {
  it('ends with 0 at each step, and each result says what came of it', async () => {
    const env = reaching();
    const results: unknown[] = [];
    for (const line of life) {
      const { code, stdout, stderr } = await runLine([...line.split(' '), '--output', 'json'], env);
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
      results.push(line.startsWith('snapshot list') ? JSON.parse(stdout) : resultOf(stdout));
    }
    expect(results).toMatchObject([
      { type: 'result', ok: true, value: { vmid: 950, type: 'lxc', node: 'pve1', name: 'web-9', result: 'OK' } },
      { ok: true, value: [{ vmid: 950, ok: true, changed: true }] },
      { ok: true, value: { snapshot: 'before', result: 'OK' } },
      { ok: true, value: { changed: [{ key: 'memory', before: '512', after: '768' }], pending: [] } },
      [{ name: 'before' }, { name: 'current', parent: 'before' }],
      { ok: true, value: { snapshot: 'before', result: 'OK' } },
      { ok: true, value: [{ vmid: 950, ok: true, result: 'already stopped' }] },
      { ok: true, value: [{ vmid: 950, ok: true, changed: true }] },
    ]);
    expect(simulator.world.guests.has(950)).toBe(false);
  });

  it('shows the call with --dry-run, and makes none', async () => {
    const before = logged().filter(({ method }) => method !== 'GET').length;
    const { code, stdout } = await runLine([...create.split(' '), '--dry-run', '--output', 'json'], reaching());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      calls: [
        {
          method: 'POST',
          path: '/nodes/pve1/lxc',
          parameters: {
            vmid: '950',
            hostname: 'web-9',
            rootfs: 'local-zfs:4',
            memory: '512',
            cores: '1',
            net0: 'name=eth0,bridge=vmbr0,ip=dhcp',
            unprivileged: '1',
          },
        },
      ],
    });
    expect(logged().filter(({ method }) => method !== 'GET')).toHaveLength(before);
  });

  it('is refused to a viewer with privilege and path, and no write reaches the server', async () => {
    const token = simulator.roleTokens?.viewer ?? '';
    for (const line of writes) {
      const { code, stderr } = await runLine([...line.split(' '), '--output', 'json'], reaching(token));
      expect({ line, code }).toEqual({ line, code: 3 });
      expect(JSON.parse(stderr)).toMatchObject({
        error: { code: 'permission', message: expect.stringMatching(/ needs VM\.\S+ .*on \/vms\/950\.$/) },
      });
    }
    const sent = logged().filter(({ login }) => login === token.split('=')[0]);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('is refused with --read-only before anything is asked', async () => {
    const before = logged().length;
    for (const line of writes) {
      const { code, stderr } = await runLine([...line.split(' '), '--read-only', '--output', 'json'], reaching());
      expect({ line, code }).toEqual({ line, code: 8 });
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'read-only' } });
    }
    expect(logged()).toHaveLength(before);
  });

  it('is not done without a yes where it cannot be undone', async () => {
    const { code, stderr } = await runLine(['guest', 'delete', '140', '--force', '--output', 'json'], reaching());
    expect(code).toBe(6);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'unconfirmed' } });
  });

  it('may be led by an operator as far as a snapshot, and by a manager to its end', async () => {
    const { operator = '', manager = '' } = simulator.roleTokens ?? {};
    const refused = await runLine([...create.split(' '), '--output', 'json'], reaching(operator));
    expect(refused.code).toBe(3);
    const made = await runLine([...create.split(' '), '--output', 'json'], reaching(manager));
    expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
    const taken = await runLine(['snapshot', 'create', '950', 'before'], reaching(operator));
    expect(taken.code).toBe(0);
    const gone = await runLine(['guest', 'delete', '950', '--yes'], reaching(manager));
    expect(gone.code).toBe(0);
  });
});
