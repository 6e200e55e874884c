import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ProxmoxError } from '../../../src/proxmox/errors.ts';
import { createClient } from '../../../src/proxmox/client.ts';
import type { ClientOptions, ConsoleLine } from '../../../src/proxmox/types.ts';
import { parseFixture } from '../../../src/simulator/fixture.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';

const fixture = `
cluster: { name: lab }
nodes: { pve1: { ip: 127.0.0.1 } }
guests:
  '101': { type: lxc, node: pve1, running: true, config: { hostname: web1, memory: 512, cmode: shell } }
users: { root@pam: { password: secret-of-root }, alice@pve: { password: alice-pass } }
acl: [{ path: /, user: alice@pve, role: PVEAuditor }]
`;

const size = { columns: 100, rows: 30 };
const guest = '/nodes/pve1/lxc/101';

let simulator: Simulator;
const ends: (() => void)[] = [];

const start = (): Promise<Simulator> =>
  startSimulator({ world: parseFixture(fixture, 'a small cluster', Math.floor(Date.now() / 1000)), authDelayMs: 0 });

beforeAll(async () => {
  simulator = await start();
  return () => simulator.close();
});

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const connect = (more: Partial<ClientOptions> = {}, server = simulator) => {
  const client = createClient({
    addresses: [server.url],
    credential: { kind: 'token', token: server.token },
    tls: { fingerprint: server.fingerprint },
    ...more,
  });
  ends.push(client.close);
  return client;
};

const refusal = async (work: Promise<unknown>): Promise<ProxmoxError> => {
  const thrown = await work.catch((error: unknown) => error);
  if (thrown instanceof ProxmoxError) return thrown;
  throw new Error('it was not refused', { cause: thrown });
};

/** Reads a console until it has shown a text, or ended. */
const reader = (line: ConsoleLine) => {
  const bytes = line.output[Symbol.asyncIterator]();
  let shown = '';
  return {
    until: async (text: string): Promise<string> => {
      for (let from = 0; !shown.includes(text, from);) {
        const next = await bytes.next();
        if (next.done === true) return `${shown}<end>`;
        from = Math.max(0, shown.length - text.length);
        shown += Buffer.from(next.value).toString('utf8');
      }
      return shown;
    },
  };
};

describe('a console', () => {
  test('is entered with a token: what is typed is answered, its size is known, and exit ends it', async () => {
    const line = await connect().openConsole(guest, { size });
    const { until } = reader(line);
    expect(await until('# ')).toContain('root@web1:~# ');
    line.write('uname -a\r');
    expect(await until('GNU/Linux\r\n')).toContain('Linux web1 ');
    line.write('stty size\r');
    expect(await until('\r30 100\r\n')).toContain('30 100');
    line.resize({ columns: 91, rows: 17 });
    line.write('stty size\r');
    expect(await until('\r17 91\r\n')).toContain('17 91');
    line.write('echo äöü€\r');
    expect(await until('\räöü€\r\n')).toContain('äöü€');
    line.write('exit\r');
    expect(await until('never said')).toMatch(/logout\r\n.*<end>$/s);
  });

  test('is entered with a password, of a node as root at once', async () => {
    const client = connect({ credential: { kind: 'password', username: 'root@pam', password: 'secret-of-root' } });
    const line = await client.openConsole('/nodes/pve1', { size });
    expect(await reader(line).until('pve1:~# ')).toContain('Linux pve1 ');
    line.close();
  });

  test('takes a paste of any size in pieces that the server bears', async () => {
    const line = await connect().openConsole(guest, { size });
    const { until } = reader(line);
    await until('# ');
    const long = 'x'.repeat(200_000);
    line.write(`echo ${long} end-of-it\r`);
    expect(await until('end-of-it\r\n')).toContain(long);
    line.close();
  });

  test('shows what it did in the log of calls, without the ticket', async () => {
    const client = connect();
    const line = await client.openConsole(guest, { size });
    const [proxy, socket] = client.calls.records;
    expect([proxy?.path, socket?.path, socket?.status]).toEqual([`${guest}/termproxy`, `${guest}/vncwebsocket`, 101]);
    expect(socket?.parameters['vncticket']).toBe('••••');
    line.close();
  });

  test('holds the server up while nobody reads, and loses nothing', async () => {
    const line = await connect().openConsole(guest, { size });
    const { until } = reader(line);
    await until('# ');
    line.write('seq 300000\r');
    const shown = await until('\n300000\r\n');
    expect(shown.split('\r\n').filter((text) => /^\d+$/.test(text))).toHaveLength(300_000 - 1);
    line.close();
  });

  test('ends when the server is gone under it, and when the client is closed', async () => {
    const other = await start();
    const line = await connect({}, other).openConsole(guest, { size });
    const { until } = reader(line);
    await until('# ');
    await other.close();
    expect(await until('never said')).toMatch(/<end>$/);
    const client = connect();
    const mine = await client.openConsole(guest, { size });
    client.close();
    expect(await reader(mine).until('never said')).toMatch(/<end>$/);
  });
});

describe('what keeps one out', () => {
  test('names the privilege and the path', async () => {
    const client = connect({ credential: { kind: 'password', username: 'alice@pve', password: 'alice-pass' } });
    const error = await refusal(client.openConsole(guest, { size }));
    expect([error.kind, error.message]).toEqual(['permission', 'alice@pve lacks VM.Console on /vms/101.']);
    expect((await refusal(client.openConsole('/nodes/pve1', { size }))).message).toContain(
      'Sys.Console on /nodes/pve1',
    );
  });

  test('says what an older server needs when it does not let a token in', async () => {
    const { version } = simulator.world;
    Object.assign(simulator.world, { version: { ...version, version: '8.4.1' } });
    const error = await refusal(connect().openConsole(guest, { size }));
    Object.assign(simulator.world, { version });
    expect([error.kind, error.message]).toEqual(['auth', expect.stringContaining('does not let the API token')]);
    expect(error.hint).toContain('9.0.13');
  });

  test('sends nothing to a server with another certificate', async () => {
    const other = `AB:${'CD:'.repeat(30)}EF`;
    const error = await refusal(connect({ tls: { fingerprint: other } }).openConsole(guest, { size }));
    expect([error.kind, error.message]).toEqual(['certificate', expect.stringContaining('Nothing was sent')]);
  });

  test('tells a server that is away from one that refuses', async () => {
    const server: Server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await refusal(connect({ addresses: [`127.0.0.1:${String(port)}`] }).openConsole(guest, { size }));
    server.close();
    expect(error.kind).toBe('unreachable');
  });

  test('is given up when the person gives up', async () => {
    const stop = new AbortController();
    stop.abort();
    const error = await refusal(connect().openConsole(guest, { size, signal: stop.signal }));
    expect(error.kind).toBe('cancelled');
  });
});
