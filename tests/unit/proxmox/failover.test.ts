import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { clientOf, errorOf, listen, sendJson, startServer, version } from './server.ts';
import type { Respond } from './server.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const start = async (respond: Respond = (_request, response) => sendJson(response, { data: version })) => {
  const server = await startServer(respond);
  ends.push(server.close);
  return server;
};

const connectTo: typeof clientOf = (addresses, more) => {
  const client = clientOf(addresses, more);
  ends.push(client.close);
  return client;
};

/** An address where nothing listens any more. */
const deadAddress = async (): Promise<string> => {
  const server = createServer();
  const address = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return address;
};

/** A server that takes connections and never says a word. */
const silentAddress = async (): Promise<string> => {
  const server = createServer((socket) => {
    ends.push(() => void socket.destroy());
  });
  ends.push(() => void server.close());
  return listen(server);
};

describe('several addresses', () => {
  test('the next is asked when one refuses the connection, and the one that answered is remembered', async () => {
    const [dead, server] = [await deadAddress(), await start()];
    const client = connectTo([dead, server.address]);
    expect(client.address).toBe(dead);
    await client.version();
    expect(client.address).toBe(server.address);
    await client.version();
    expect(client.calls.records.map(({ address }) => address)).toEqual([dead, server.address, server.address]);
  });

  test('a write goes on to the next address too while nothing of it was sent', async () => {
    const [dead, server] = [
      await deadAddress(),
      await start((_request, response) => sendJson(response, { data: 'UPID' })),
    ];
    const client = connectTo([dead, server.address]);
    expect(await client.request('POST', '/nodes/pve1/lxc/101/status/start')).toEqual({ data: 'UPID' });
    expect(server.seen).toHaveLength(1);
  });

  test('a write that one address took is not given to the next', async () => {
    const first = await start((_request, _response, raw) => void raw.socket.destroy());
    const second = await start();
    const client = connectTo([first.address, second.address]);
    expect(await errorOf(client.request('DELETE', '/pools', { poolid: 'prod' }))).toMatchObject({
      kind: 'unreachable',
    });
    expect(second.seen).toHaveLength(0);
  });

  test('a login that is not answered goes on: it leaves nothing behind', async () => {
    const first = await start((_request, _response, raw) => void raw.socket.destroy());
    const second = await start(({ target }, response) =>
      sendJson(response, {
        data: target === '/access/ticket' ? { ticket: 'PVE:a@pve:1', CSRFPreventionToken: 'x' } : version,
      }),
    );
    const client = connectTo([first.address, second.address], {
      credential: { kind: 'password', username: 'a@pve', password: 'x' },
    });
    expect(await client.version()).toMatchObject({ release: '9.2' });
    expect(first.seen).toHaveLength(1);
  });

  test('a handshake that never ends makes way for the next address', async () => {
    const [silent, server] = [await silentAddress(), await start()];
    const client = connectTo([silent, server.address], { limits: { connectTimeoutMs: 60 } });
    expect(await client.version()).toMatchObject({ release: '9.2' });
  });

  test('a question to the whole cluster that gets no answer is put to the next address', async () => {
    const [mute, server] = [
      await start(() => undefined),
      await start((_request, response) => sendJson(response, { data: [] })),
    ];
    const client = connectTo([mute.address, server.address], { limits: { pollTimeoutMs: 60 } });
    expect(await client.tasks({ origin: 'poll' })).toEqual([]);
  });

  test('a question to one node that gets no answer is not: every address would wait for that node', async () => {
    const [mute, server] = [await start(() => undefined), await start()];
    const client = connectTo([mute.address, server.address]);
    const error = await errorOf(client.request('GET', '/nodes/pve3/storage', {}, { timeoutMs: 60 }));
    expect(error).toMatchObject({ kind: 'timeout' });
    expect(server.seen).toHaveLength(0);
  });

  test.each([
    [595, 'No route to host', 'unreachable'],
    [596, 'Connection timed out', 'timeout'],
  ] as const)('a %i of the proxy is an answer: the next address is not asked', async (status, reason, kind) => {
    const first = await start((_request, response) => {
      response.statusCode = status;
      response.statusMessage = reason;
      response.end();
    });
    const second = await start();
    const client = connectTo([first.address, second.address]);
    expect(await errorOf(client.request('GET', '/nodes/pve2/status'))).toMatchObject({
      kind,
      status,
      message: expect.stringContaining('pve2'),
    });
    expect(second.seen).toHaveLength(0);
    expect(client.address).toBe(first.address);
  });
});

describe('when nobody answers, the error says how far each try came', () => {
  test('TCP and TLS', async () => {
    const [dead, silent] = [await deadAddress(), await silentAddress()];
    const client = connectTo([dead, silent], { limits: { connectTimeoutMs: 60 } });
    const error = await errorOf(client.version());
    expect(error).toMatchObject({
      kind: 'unreachable',
      attempts: [
        { address: dead, stage: 'TCP', reason: 'connection refused (ECONNREFUSED)' },
        { address: silent, stage: 'TLS', reason: 'no answer within 0.06 s' },
      ],
    });
    expect(String(error)).toContain(dead);
    expect(String(error)).toContain(silent);
  });

  test('a server without TLS', async () => {
    const plain = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    ends.push(() => void plain.close());
    const client = connectTo([await listen(plain)]);
    expect(await errorOf(client.version())).toMatchObject({
      kind: 'unreachable',
      attempts: [{ stage: 'TLS' }],
      hint: expect.stringContaining('TLS'),
    });
  });

  test('name resolution', async () => {
    // No resolver takes a label of more than 63 characters, so nothing is asked on the network.
    const client = connectTo([`${'n'.repeat(64)}.invalid`]);
    expect(await errorOf(client.version())).toMatchObject({
      kind: 'unreachable',
      attempts: [{ stage: 'name resolution' }],
      hint: expect.stringContaining('name'),
    });
  });
});
