import { connect } from 'node:net';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFixture } from '../../../src/simulator/fixture.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { totpCode } from '../../../src/simulator/totp.ts';

const secret = 'JBSWY3DPEHPK3PXP';
const fixture = `
cluster: { name: lab }
nodes: { pve1: {}, pve2: { online: false } }
storages:
  nas: { config: { type: nfs, content: iso, server: nas, export: /x }, places: { shared: {} } }
  local: { config: { type: dir, path: /var/lib/vz, content: 'iso,vztmpl' }, places: { pve1: {} } }
users:
  root@pam: { password: secret-1 }
  tom@pve: { password: secret-2, tfa: [{ id: a, type: totp, secret: ${secret} }, { id: b, type: recovery, secret: 'aaaa-bbbb cccc-dddd' }] }
`;

interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

let sim: Simulator;
beforeAll(async () => {
  const world = parseFixture(fixture, 'test.yaml', Date.now() / 1000);
  sim = await startSimulator({
    world,
    speed: Infinity,
    authDelayMs: 0,
    proxyTimeoutMs: 20,
    seedToken: 'root@pam!test=0123',
  });
});
afterAll(() => sim.close());

const call = (
  method: string,
  path: string,
  options: { body?: string | Buffer; type?: string; headers?: Record<string, string>; open?: boolean } = {},
) =>
  new Promise<Reply>((resolve, reject) => {
    const { body, type = 'application/x-www-form-urlencoded', headers = {}, open = false } = options;
    const outgoing = request(
      `${sim.url}${path}`,
      {
        method,
        rejectUnauthorized: false,
        headers: {
          ...(open ? {} : { Authorization: 'PVEAPIToken=root@pam!test=0123' }),
          ...(body === undefined ? {} : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            reason: incoming.statusMessage ?? '',
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const api = (path: string): string => `/api2/json${path}`;
const form = (values: Record<string, string>): { body: string } => ({ body: new URLSearchParams(values).toString() });

describe('the transport', () => {
  it('answers with the headers of pve-api-daemon', async () => {
    const { status, headers, text } = await call('GET', api('/version'), { headers: { Connection: 'keep-alive' } });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ data: { version: '9.2.11', release: '9.2', repoid: '14a22df3000000aa' } });
    expect(headers).toMatchObject({
      'cache-control': 'max-age=0',
      connection: 'Keep-Alive',
      pragma: 'no-cache',
      server: 'pve-api-daemon/3.0',
      'content-type': 'application/json;charset=UTF-8',
    });
    expect(Object.keys(headers).sort()).toEqual([
      'cache-control',
      'connection',
      'content-length',
      'content-type',
      'date',
      'expires',
      'pragma',
      'server',
    ]);
  });

  it('says 401 without a body, in the reason phrase alone', async () => {
    const { status, reason, headers, text } = await call('GET', api('/version'), { open: true });
    expect([status, reason, text]).toEqual([401, 'No ticket', '']);
    expect(headers).not.toHaveProperty('content-type');
    expect(headers).not.toHaveProperty('content-length');
    expect(headers['connection']).toBe('close');
  });

  it('closes after errors and carries the message twice', async () => {
    const { status, reason, headers, text } = await call('GET', api('/nodes/pve1/nosuch'));
    expect([status, reason]).toEqual([501, "Method 'GET /nodes/pve1/nosuch' not implemented"]);
    expect(JSON.parse(text)).toEqual({ data: null, message: reason });
    expect(headers['connection']).toBe('close');
  });

  it.each([
    ['PATCH', api('/version'), {}, 501, "method 'PATCH' not available"],
    ['GET', '/api2/xml/version', {}, 501, 'no formatter for uri /version, xml'],
    ['GET', '/elsewhere', {}, 501, 'no such uri'],
    ['DELETE', api('/access/groups/x'), { body: 'x=1' }, 501, "Unexpected content for method 'DELETE'"],
    [
      'POST',
      api('/access/groups'),
      { body: 'x', type: 'text/plain' },
      506,
      "upload 'Content-Type 'text/plain' not implemented",
    ],
    ['GET', api('/nodes/pve2/lxc'), {}, 595, 'No route to host'],
    ['GET', api('/version?foo=bar'), {}, 400, 'Parameter verification failed.'],
    [
      'GET',
      api('/nodes/other/status'),
      {},
      500,
      "hostname lookup 'other' failed - failed to get address info for: other: Name or service not known",
    ],
    [
      'PUT',
      api('/access/password'),
      form({ userid: 'root@pam', password: 'x'.repeat(8) }),
      403,
      "Permission check failed (URI '/access/password' not available with API token, need proper ticket.",
    ],
    ['PUT', api('/access/groups/g?groupid=h'), form({ comment: 'x' }), 400, 'Parameter verification failed.'],
  ])('%s %s', async (method, path, options, status, reason) => {
    expect(await call(method, path, options)).toMatchObject({ status, reason });
  });

  it('drops the cache buster, decodes the path, ignores a slash at the end', async () => {
    expect((await call('GET', api('/version/?_dc=1'))).status).toBe(200);
    expect((await call('GET', api('/%6eodes/pve1/version'))).status).toBe(200);
  });

  it('hides refusals behind a 200 in the extjs format', async () => {
    const { status, text } = await call('POST', '/api2/extjs/access/users', form({ userid: 'bad' }));
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      success: 0,
      status: '400',
      errors: { userid: "invalid format - value 'bad' does not look like a valid user name\n" },
    });
  });

  it('compresses what is large when asked', async () => {
    const asked = await call('GET', api('/access/roles'), { headers: { 'Accept-Encoding': 'gzip' } });
    expect(asked.headers['content-encoding']).toBe('gzip');
    expect((await call('GET', api('/version'), { headers: { 'Accept-Encoding': 'gzip' } })).headers).not.toHaveProperty(
      'content-encoding',
    );
  });

  it('sends plain HTTP on the same port to https', async () => {
    const { port } = new URL(sim.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write('GET /api2/json/version HTTP/1.1\r\nHost: pve:8006\r\nConnection: close\r\n\r\n'),
      );
      let seen = '';
      socket.on('data', (chunk) => (seen += chunk.toString('latin1')));
      socket.on('end', () => resolve(seen));
      socket.on('error', reject);
    });
    expect(answer).toContain('301 Moved Permanently');
    expect(answer).toContain('Location: https://pve:8006/api2/json/version');
  });

  it('names its own gaps', async () => {
    const { status, headers, text } = await call('POST', api('/nodes/pve1/ceph/init'));
    expect(status).toBe(501);
    expect(headers['x-proxdeck-simulator-gap']).toBe('1');
    expect(text).toContain('gap of the simulator');
  });

  it('tells an upload by name, size and hash', async () => {
    const boundary = '----b0undary';
    const body = Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="content"\r\n\r\niso\r\n`),
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="filename"; filename="a.iso"\r\nContent-Type: application/octet-stream\r\n\r\n`,
      ),
      Buffer.alloc(300_000, '\r\n--'),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const { status } = await call('POST', api('/nodes/pve1/storage/local/upload'), {
      body,
      type: `multipart/form-data; boundary=${boundary}`,
    });
    expect(status).toBe(200);
    await sim.engine.idle();
    expect(sim.world.storages.get('local')?.places.get('pve1')?.volumes.get('local:iso/a.iso')?.sizeBytes).toBe(
      300_000,
    );
  });
});

describe('logging in', () => {
  const login = async (values: Record<string, string>) => {
    const reply = await call('POST', api('/access/ticket'), { ...form(values), open: true });
    const parsed: { data: Record<string, unknown> | null } = JSON.parse(reply.text);
    return { ...reply, data: parsed.data ?? {} };
  };

  it('gives a ticket, a CSRF token and what may be done', async () => {
    const { data } = await login({ username: 'root@pam', password: 'secret-1' });
    expect(data['ticket']).toMatch(/^PVE:root@pam:[0-9A-F]{8}::[A-Za-z0-9+/]{342}==$/);
    expect(data['CSRFPreventionToken']).toMatch(/^[0-9A-F]{8}:[A-Za-z0-9+/]{43}$/);
    expect(data).toMatchObject({ username: 'root@pam', clustername: 'lab', cap: { dc: { 'Sys.Audit': 1 } } });
  });

  it('renews with the ticket as password', async () => {
    const { data } = await login({ username: 'root', realm: 'pam', password: 'secret-1' });
    expect((await login({ username: 'root@pam', password: String(data['ticket']) })).status).toBe(200);
  });

  it.each([
    ['a wrong password', { username: 'root@pam', password: 'wrong' }],
    ['an unknown user', { username: 'ghost@pve', password: 'wrong' }],
    ['no realm', { username: 'root', password: 'secret-1' }],
  ])('refuses %s with one and the same text', async (_, values) => {
    const { status, reason, text } = await login(values);
    expect([status, reason, JSON.parse(text)]).toEqual([
      401,
      'authentication failure',
      { data: null, message: 'authentication failure\n' },
    ]);
  });

  it('asks for the second factor, once for each recovery key', async () => {
    const first = await login({ username: 'tom@pve', password: 'secret-2' });
    const half = String(first.data['ticket']);
    expect(JSON.parse(decodeURIComponent(half.split(':')[1]?.slice('!tfa!'.length) ?? ''))).toEqual({
      totp: true,
      recovery: [0, 1],
    });
    expect(first.data).toMatchObject({ NeedTFA: 1 });
    expect(first.data).not.toHaveProperty('cap');
    const answer = (password: string) => login({ username: 'tom@pve', 'tfa-challenge': half, password });
    expect((await answer('totp:000000')).status).toBe(401);
    expect((await answer(`totp:${totpCode(secret, sim.clock.now())}`)).data).toHaveProperty('cap');
    expect((await answer('recovery:aaaa-bbbb')).status).toBe(200);
    expect((await answer('recovery:aaaa-bbbb')).status).toBe(401);
  });
});

describe('faults', () => {
  it('answers a status under a path only, and stops when switched off', async () => {
    const off = sim.setFault('status=500:/nodes/pve1');
    expect((await call('GET', api('/nodes/pve1/version'))).status).toBe(500);
    expect((await call('GET', api('/version'))).status).toBe(200);
    off();
    expect((await call('GET', api('/nodes/pve1/version'))).status).toBe(200);
  });

  it('resets connections', async () => {
    const off = sim.setFault('reset=1');
    await expect(call('GET', api('/version'))).rejects.toThrow('socket hang up');
    off();
  });

  it('lets a storage hang until the proxy gives up', async () => {
    const off = sim.setFault('storage-hang=nas');
    expect(await call('GET', api('/nodes/pve1/storage/nas/status'))).toMatchObject({
      status: 596,
      reason: 'Connection timed out',
      text: '',
    });
    off();
    expect((await call('GET', api('/nodes/pve1/storage/nas/status'))).status).toBe(200);
  });

  it('kills a node and brings it back', async () => {
    const off = sim.setFault('node-down=pve1');
    expect(sim.world.nodes.get('pve1')?.online).toBe(false);
    off();
    expect(sim.world.nodes.get('pve1')?.online).toBe(true);
  });

  it('says which faults there are', () => {
    expect(() => sim.setFault('bogus=1')).toThrow("'bogus=1' is no fault");
    expect(() => sim.setFault('reset=2')).toThrow('is no fault');
    expect(() => sim.setFault('node-down=pve9')).toThrow("has no node 'pve9'");
  });
});
