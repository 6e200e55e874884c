import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { clientOf, errorOf, sendJson, startServer, token, version } from './server.ts';
import type { Respond } from './server.ts';
import type { ClientOptions } from '../../../src/proxmox/types.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const connectTo = async (respond: Respond, more: Partial<ClientOptions> = {}) => {
  const server = await startServer(respond);
  const client = clientOf([server.address], more);
  ends.push(client.close, server.close);
  return { server, client };
};

const ok: Respond = (_request, response) => sendJson(response, { data: version });

describe('connections', () => {
  test('one connection serves calls that follow each other', async () => {
    const { server, client } = await connectTo(ok);
    await client.version();
    await client.version();
    expect(server.seen.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  test('an unused connection is closed by the client', async () => {
    const closed = Promise.withResolvers<string>();
    const { client } = await connectTo(
      (request, response, raw) => {
        raw.socket.once('close', () => closed.resolve('closed'));
        return ok(request, response, raw);
      },
      { limits: { idleMs: 40 } },
    );
    await client.version();
    await expect(closed.promise).resolves.toBe('closed');
  });

  test('a connection in use is not closed for being slow', async () => {
    let calls = 0;
    const { server, client } = await connectTo(
      (_request, response) => {
        calls += 1;
        setTimeout(() => sendJson(response, { data: version }), calls === 1 ? 0 : 200);
      },
      { limits: { idleMs: 40 } },
    );
    await client.version();
    expect(await client.version()).toMatchObject({ release: '9.2' });
    expect(server.seen).toHaveLength(2);
  });
});

describe('requests on the wire', () => {
  test('the token goes into the header, and a server nearby is not asked to compress', async () => {
    const { server, client } = await connectTo(ok);
    await client.version();
    expect(server.seen[0]).toMatchObject({
      method: 'GET',
      target: '/version',
      headers: { authorization: `PVEAPIToken=${token}` },
    });
    expect(server.seen[0]?.headers).not.toHaveProperty('accept-encoding');
    expect(server.seen[0]?.headers).not.toHaveProperty('csrfpreventiontoken');
  });

  test('a POST carries a form, a GET and a DELETE a query and no body', async () => {
    const { server, client } = await connectTo((_request, response) => sendJson(response, { data: null }));
    await client.request('POST', '/nodes/pve1/lxc', { net0: 'name=eth0,bridge=vmbr0', start: true, vmid: 105 });
    await client.request('DELETE', '/nodes/pve1/lxc/105', { purge: false, force: 1 });
    await client.request('POST', '/nodes/pve1/lxc/105/status/start');
    expect(server.seen).toMatchObject([
      {
        method: 'POST',
        target: '/nodes/pve1/lxc',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'net0=name%3Deth0%2Cbridge%3Dvmbr0&start=1&vmid=105',
      },
      { method: 'DELETE', target: '/nodes/pve1/lxc/105?purge=0&force=1', body: '' },
      { method: 'POST', target: '/nodes/pve1/lxc/105/status/start', body: '' },
    ]);
    expect(server.seen[1]?.headers).not.toHaveProperty('content-length');
    expect(server.seen[2]?.headers).not.toHaveProperty('content-type');
  });

  test('the typed paths of proxmox-api go through this client', async () => {
    const { server, client } = await connectTo((_request, response) => sendJson(response, { data: [] }));
    await client.api.nodes.$('pve1').qemu.$(200).snapshot.$get();
    await client.api.nodes.$('pve1').storage.$('local').content.$('local:backup/ü 1#.zst').$get();
    await client.api.nodes.$('pve1').tasks.$get({ limit: 5, errors: true });
    expect(server.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /nodes/pve1/qemu/200/snapshot',
      'GET /nodes/pve1/storage/local/content/local%3Abackup%2F%C3%BC%201%23.zst',
      'GET /nodes/pve1/tasks?limit=5&errors=1',
    ]);
  });
});

describe('answers from the wire', () => {
  test('gzip is unpacked, and siblings of data are kept', async () => {
    const { client } = await connectTo((_request, response) => {
      response.setHeader('Content-Type', 'application/json;charset=UTF-8');
      response.setHeader('Content-Encoding', 'gzip');
      response.end(gzipSync(JSON.stringify({ data: [{ n: 1, t: 'ü' }], total: 812, changes: '--- a' })));
    });
    expect(await client.request('GET', '/nodes/pve1/network')).toEqual({
      data: [{ n: 1, t: 'ü' }],
      total: 812,
      changes: '--- a',
    });
  });

  test('a reason phrase is UTF-8, and is the text of an error without a message in its body', async () => {
    const { client } = await connectTo((_request, response) =>
      sendJson(response, { data: null }, 500, Buffer.from('Gerät nicht gefunden', 'utf8').toString('latin1')),
    );
    expect(await errorOf(client.request('GET', '/nodes/pve1/disks/list'))).toMatchObject({
      kind: 'server',
      status: 500,
      message: 'Gerät nicht gefunden.',
    });
  });

  test('plain text is handed on as it is', async () => {
    const { client } = await connectTo((_request, response) => {
      response.setHeader('Content-Type', 'text/plain');
      response.end('first line\nTASK OK\n');
    });
    const path = '/nodes/pve1/tasks/UPID/log';
    expect(await client.request('GET', path, { download: true })).toEqual({ data: 'first line\nTASK OK\n' });
  });

  test('what is not the API is told apart from it', async () => {
    const { client } = await connectTo((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<html>It works!</html>');
    });
    expect(await errorOf(client.version())).toMatchObject({
      kind: 'server',
      message: expect.stringContaining('not the API'),
    });
  });

  test('an answer of another shape is an error of the server, not of whoever reads it', async () => {
    const { client } = await connectTo((_request, response) => sendJson(response, { data: { release: null } }));
    expect(await errorOf(client.version())).toMatchObject({ kind: 'server', path: '/version' });
  });
});

describe('repeating', () => {
  test('a GET is sent once more when its connection was reset', async () => {
    const { server, client } = await connectTo((_request, response, raw) => {
      if (server.seen.length === 1) raw.socket.destroy();
      else sendJson(response, { data: version });
    });
    expect(await client.version()).toMatchObject({ version: '9.2.11' });
    expect(server.seen).toHaveLength(2);
  });

  test('but not a second time', async () => {
    const { server, client } = await connectTo((_request, _response, raw) => void raw.socket.destroy());
    expect(await errorOf(client.version())).toMatchObject({
      kind: 'unreachable',
      attempts: [{ address: server.address, stage: 'answer' }],
    });
    expect(server.seen).toHaveLength(2);
  });

  test.each(['POST', 'PUT', 'DELETE'] as const)(
    'a %s is never sent again, and what became of it is said to be unknown',
    async (method) => {
      const { server, client } = await connectTo((_request, _response, raw) => void raw.socket.destroy());
      const error = await errorOf(client.request(method, '/nodes/pve1/lxc/101/status/start'));
      expect(error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('not known') });
      expect(server.seen).toHaveLength(1);
    },
  );

  test('a refusal is not repeated', async () => {
    const { server, client } = await connectTo((_request, response) => sendJson(response, { data: null }, 500, 'oops'));
    await errorOf(client.version());
    expect(server.seen).toHaveLength(1);
  });
});

describe('giving up', () => {
  test('a call without an answer ends with timeout after its own time, and is not repeated', async () => {
    const { server, client } = await connectTo(() => undefined);
    const error = await errorOf(client.request('GET', '/nodes/pve1/storage', {}, { timeoutMs: 50 }));
    expect(error).toMatchObject({
      kind: 'timeout',
      path: '/nodes/pve1/storage',
      message: expect.stringContaining('0.05 s'),
    });
    expect(server.seen).toHaveLength(1);
  });

  test('the poll has a limit of its own', async () => {
    const { client } = await connectTo(() => undefined, { limits: { pollTimeoutMs: 60, personTimeoutMs: 600_000 } });
    expect(await errorOf(client.resources({ origin: 'poll' }))).toMatchObject({ kind: 'timeout' });
  });

  test('an answer that comes too slowly to its end is given up too', async () => {
    const { client } = await connectTo((_request, response) => void response.write('{"data":'));
    expect(await errorOf(client.version({ timeoutMs: 80 }))).toMatchObject({ kind: 'timeout' });
  });

  test('a caller may give up while the answer is awaited', async () => {
    const { server, client } = await connectTo(() => undefined);
    const controller = new AbortController();
    const call = errorOf(client.version({ signal: controller.signal }));
    await server.arrived(1);
    controller.abort();
    expect(await call).toMatchObject({ kind: 'cancelled', path: '/version' });
  });

  test('a caller that gave up before sends nothing', async () => {
    const { server, client } = await connectTo(ok);
    expect(await errorOf(client.version({ signal: AbortSignal.abort() }))).toMatchObject({ kind: 'cancelled' });
    expect(server.seen).toHaveLength(0);
  });

  test('closing the client ends its calls', async () => {
    const { server, client } = await connectTo(() => undefined);
    const call = errorOf(client.version());
    await server.arrived(1);
    client.close();
    expect(await call).toMatchObject({ kind: 'cancelled' });
    expect(await errorOf(client.version())).toMatchObject({ kind: 'cancelled' });
  });
});
