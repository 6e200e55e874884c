import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../../../src/proxmox/client.ts';
import type { ClientOptions } from '../../../src/proxmox/types.ts';
import { parseFixture } from '../../../src/simulator/fixture.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { totpCode } from '../../../src/simulator/totp.ts';
import { errorOf } from './server.ts';

const totpSecret = 'JBSWY3DPEHPK3PXP';

const fixture = `
cluster: { name: lab }
nodes:
  pve1: { ip: 127.0.0.1 }
  pve2: { ip: 127.0.0.2 }
guests:
  '101': { type: lxc, node: pve1, running: true, config: { hostname: web1, memory: 512, tags: prod;web, rootfs: 'local:101/vm-101-disk-0.raw,size=4G' } }
  '102': { type: lxc, node: pve1, config: { hostname: db1, memory: 512, rootfs: 'local:102/vm-102-disk-0.raw,size=4G' } }
  '200': { type: qemu, node: pve2, running: true, config: { name: win1, memory: '2048' } }
storages:
  local: { config: { type: dir, path: /var/lib/vz, content: 'iso,vztmpl,backup,rootdir,images' }, places: { pve1: {}, pve2: {} } }
users:
  root@pam: { password: secret-of-root }
  alice@pve: { password: alice-pass }
  carol@pve:
    password: carol-pass
    tfa:
      - { id: phone, type: totp, secret: ${totpSecret} }
      - { id: paper, type: recovery, secret: '5a1f-22bc-9d10-77ee 0000-1111-2222-3333' }
acl:
  - { path: /, user: alice@pve, role: PVEAuditor }
  - { path: /, user: carol@pve, role: PVEAuditor }
`;

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

let simulator: Simulator;
const ends: (() => void)[] = [];

beforeAll(async () => {
  const world = parseFixture(fixture, 'a small cluster', nowSeconds());
  simulator = await startSimulator({ world, speed: Infinity, authDelayMs: 0, proxyTimeoutMs: 50 });
  return () => simulator.close();
});

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const connect = (more: Partial<ClientOptions> = {}) => {
  const client = createClient({
    addresses: [simulator.url],
    credential: { kind: 'token', token: simulator.token },
    tls: { fingerprint: simulator.fingerprint },
    ...more,
  });
  ends.push(client.close);
  return client;
};

const withFault = (fault: string): void => {
  ends.push(simulator.setFault(fault));
};

const signInAs = (username: string, password: string, secondFactor?: () => Promise<string>) =>
  connect({
    credential: { kind: 'password', username, password, ...(secondFactor === undefined ? {} : { secondFactor }) },
  });

/** Asks for a task's status until it has ended. */
const ended = async (client: ReturnType<typeof connect>, upid: string) => {
  for (;;) {
    const status = await client.taskStatus(upid);
    if (status.status === 'stopped') return status;
  }
};

describe('by token', () => {
  test('the picture of the cluster', async () => {
    const client = connect();
    expect(await client.version()).toEqual({ version: '9.2.11', release: '9.2' });
    const { nodes, guests, storages, skipped } = await client.resources({ origin: 'poll' });
    expect(nodes.map(({ node, status }) => `${node} ${status}`).toSorted()).toEqual(['pve1 online', 'pve2 online']);
    expect(guests.map(({ id, name, status }) => `${id} ${name} ${status}`).toSorted()).toEqual([
      'lxc/101 web1 running',
      'lxc/102 db1 stopped',
      'qemu/200 win1 running',
    ]);
    expect(guests.find(({ vmid }) => vmid === 101)?.tags).toEqual(['prod', 'web']);
    expect(storages.map(({ id }) => id).toSorted()).toEqual(['storage/pve1/local', 'storage/pve2/local']);
    expect(skipped).toBe(0);
    expect(client.calls.perMinute(Date.now())).toEqual({ poll: 1, person: 1 });
  });

  test('a guest is started, and its task is followed to the end of its log', async () => {
    const client = connect();
    const upid = await client.api.nodes.$('pve1').lxc.$(102).status.start.$post();
    expect(upid).toMatch(/^UPID:pve1:.*:vzstart:102:/);
    expect(await ended(client, upid)).toMatchObject({ type: 'vzstart', id: '102', exitstatus: 'OK' });
    const { lines, total } = await client.taskLog(upid, { start: 0, limit: 0 });
    expect(lines.at(-1)?.t).toBe('TASK OK');
    expect(total).toBe(lines.length);
    expect((await client.tasks()).map((task) => task.upid)).toContain(upid);
  });

  test('what the cluster refuses comes as the kind that it is', async () => {
    const client = connect();
    const status = '/nodes/pve1/lxc/101/status';
    expect(await errorOf(client.request('POST', `${status}/start`))).toMatchObject({ kind: 'conflict', status: 500 });
    expect(await errorOf(client.request('GET', '/nodes/pve1/lxc/999/config'))).toMatchObject({ kind: 'not-found' });
    expect(await errorOf(client.request('POST', `${status}/start`, { nosuch: 1 }))).toMatchObject({
      kind: 'validation',
      fields: { nosuch: expect.stringContaining('not defined in schema') },
    });
    expect(await errorOf(client.request('GET', '/nosuch'))).toMatchObject({ kind: 'server', status: 501 });
  });

  test('a wrong token', async () => {
    const client = connect({ credential: { kind: 'token', token: `${simulator.token}0` } });
    expect(await errorOf(client.version())).toMatchObject({
      kind: 'auth',
      status: 401,
      hint: expect.stringContaining('expired'),
    });
  });

  test('another certificate', async () => {
    const client = connect({ tls: { fingerprint: 'AB:'.repeat(31) + 'AB' } });
    expect(await errorOf(client.version())).toMatchObject({
      kind: 'certificate',
      certificate: { presented: simulator.fingerprint },
    });
  });
});

describe('by ticket', () => {
  test('reads and writes', async () => {
    const client = signInAs('root@pam', 'secret-of-root');
    await client.version();
    expect(await client.request('POST', '/pools', { poolid: 'made-by-ticket' })).toEqual({ data: null });
  });

  test('a permission that is missing is named', async () => {
    const client = signInAs('alice@pve', 'alice-pass');
    expect(await errorOf(client.request('POST', '/nodes/pve1/lxc/101/status/stop'))).toMatchObject({
      kind: 'permission',
      permission: { path: '/vms/101', privileges: ['VM.PowerMgmt'] },
      hint: expect.stringContaining('pveum acl modify /vms/101'),
    });
  });

  test('a wrong password', async () => {
    expect(await errorOf(signInAs('alice@pve', 'no').version())).toMatchObject({ kind: 'auth', status: 401 });
  });

  test('with a TOTP code, or a recovery key', async () => {
    const code = async () => totpCode(totpSecret, simulator.clock.now());
    expect(await signInAs('carol@pve', 'carol-pass', code).version()).toMatchObject({ release: '9.2' });
    const key = async () => '5a1f-22bc-9d10-77ee';
    expect(await signInAs('carol@pve', 'carol-pass', key).version()).toMatchObject({ release: '9.2' });
    const wrong = async () => 'recovery:ffff-ffff-ffff-ffff';
    expect(await errorOf(signInAs('carol@pve', 'carol-pass', wrong).version())).toMatchObject({ kind: 'auth' });
  });
});

describe('trouble', () => {
  test.each([
    ['status=401', 'auth'],
    ['status=403', 'permission'],
    ['status=500', 'server'],
    ['status=595:/nodes/pve2', 'unreachable'],
    ['status=596:/nodes/pve2', 'timeout'],
  ])('%s is told as %s', async (fault, kind) => {
    withFault(fault);
    expect(await errorOf(connect().request('GET', '/nodes/pve2/status'))).toMatchObject({ kind });
  });

  test('latency beyond the limit of a call', async () => {
    withFault('latency=2000');
    expect(await errorOf(connect().version({ timeoutMs: 50 }))).toMatchObject({ kind: 'timeout' });
  });

  test('a node that is down', async () => {
    withFault('node-down=pve2');
    const client = connect();
    expect(await errorOf(client.request('GET', '/nodes/pve2/status'))).toMatchObject({
      kind: 'unreachable',
      status: 595,
    });
    client.setOfflineNodes(new Set(['pve2']));
    const error = await errorOf(client.request('GET', '/nodes/pve2/status'));
    expect(error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('pve2') });
    expect(error).not.toHaveProperty('status', 595);
  });

  test('a server that is gone', async () => {
    const world = parseFixture('nodes: { pve1: {} }', 'one node', nowSeconds());
    const other = await startSimulator({ world, authDelayMs: 0 });
    const client = connect({
      addresses: [other.url],
      credential: { kind: 'token', token: other.token },
      tls: { fingerprint: other.fingerprint },
    });
    await client.version();
    await other.close();
    expect(await errorOf(client.version())).toMatchObject({ kind: 'unreachable', attempts: [{ stage: 'TCP' }] });
  });
});
