import tls from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { certificate, clientOf, errorOf, listen, makeCertificate, sendJson, startServer, version } from './server.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A TLS server that counts its connections and every byte that comes through the handshake. */
const startRecorder = async () => {
  const recorded = { connections: 0, bytes: 0 };
  const server = tls.createServer({ key: certificate.key, cert: certificate.cert }, (socket) => {
    socket.on('data', (chunk) => {
      recorded.bytes += chunk.length;
    });
    socket.on('error', () => socket.destroy());
  });
  server.on('connection', () => {
    recorded.connections += 1;
  });
  server.on('tlsClientError', () => undefined);
  const address = await listen(server);
  /** What had come when the last connection was closed. */
  const total = async () => {
    await new Promise((resolve) => server.close(resolve));
    return recorded;
  };
  ends.push(() => void server.close());
  return { address, total };
};

const startVersion = async () => {
  const server = await startServer((_request, response) => sendJson(response, { data: version }));
  ends.push(server.close);
  return server;
};

describe('which server is trusted', () => {
  test('a changed certificate: both fingerprints are told, and not one byte is sent', async () => {
    const { address, total } = await startRecorder();
    const pinned = (await makeCertificate()).fingerprint;
    const client = clientOf([address], { tls: { fingerprint: pinned } });
    ends.push(client.close);

    const error = await errorOf(client.request('POST', '/access/users', { userid: 'alice@pve' }));

    expect(error).toMatchObject({
      kind: 'certificate',
      certificate: { address, presented: certificate.fingerprint, expected: [pinned] },
    });
    expect(String(error)).toContain(pinned);
    expect(String(error)).toContain(certificate.fingerprint);
    const { connections, bytes } = await total();
    expect(connections).toBeGreaterThan(0);
    expect(bytes).toBe(0);
  });

  test('the recorder does see the bytes of a trusted session', async () => {
    const { address, total } = await startRecorder();
    const client = clientOf([address], { limits: { personTimeoutMs: 300 } });
    ends.push(client.close);
    await errorOf(client.version());
    client.close();
    expect((await total()).bytes).toBeGreaterThan(0);
  });

  test('an unknown self-signed certificate is refused with its fingerprint and how to trust it', async () => {
    const { address, total } = await startRecorder();
    const client = clientOf([address], { tls: {} });
    ends.push(client.close);
    const error = await errorOf(client.version());
    expect(error).toMatchObject({
      kind: 'certificate',
      message: expect.stringContaining('self-signed'),
      hint: expect.stringContaining(`proxdeck connect https://${address} --fingerprint ${certificate.fingerprint}`),
    });
    expect((await total()).bytes).toBe(0);
  });

  test('a password is not sent to a server that is not trusted', async () => {
    const { address, total } = await startRecorder();
    const client = clientOf([address], {
      tls: {},
      credential: { kind: 'password', username: 'root@pam', password: 'x' },
    });
    ends.push(client.close);
    expect(await errorOf(client.version())).toMatchObject({ kind: 'certificate' });
    expect((await total()).bytes).toBe(0);
  });

  test.each([
    ['as it is shown', certificate.fingerprint],
    ['in lower case', certificate.fingerprint.toLowerCase()],
    ['without colons', certificate.fingerprint.replaceAll(':', '')],
    ['as one of several nodes', `${'AB:'.repeat(31)}AB, ${certificate.fingerprint}`],
  ])('a pinned fingerprint %s is trusted', async (_how, fingerprint) => {
    const server = await startVersion();
    const client = clientOf([server.address], { tls: { fingerprint } });
    ends.push(client.close);
    expect(await client.version()).toEqual({ version: '9.2.11', release: '9.2' });
  });

  test('a given authority is trusted, for the name that its certificate is for', async () => {
    const server = await startVersion();
    const client = clientOf([server.address], { tls: { ca: certificate.cert } });
    const byName = clientOf([server.address.replace('127.0.0.1', 'localhost')], { tls: { ca: certificate.cert } });
    ends.push(client.close, byName.close);
    expect(await client.version()).toMatchObject({ release: '9.2' });
    expect(await errorOf(byName.version())).toMatchObject({
      kind: 'certificate',
      message: expect.stringContaining('another name'),
    });
  });

  test('a certificate that is not trusted is no reason to ask the next address', async () => {
    const { address } = await startRecorder();
    const server = await startVersion();
    const client = clientOf([address, server.address], { tls: {} });
    ends.push(client.close);
    expect(await errorOf(client.version())).toMatchObject({ kind: 'certificate', certificate: { address } });
    expect(server.seen).toHaveLength(0);
  });

  test('a fingerprint that is none is a mistake of the configuration', () => {
    expect(() => clientOf(['pve1'], { tls: { fingerprint: 'AB:CD' } })).toThrow(
      expect.objectContaining({ code: 'config', hint: expect.stringContaining('pvenode cert info') }),
    );
  });
});
