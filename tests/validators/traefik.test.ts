import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  createServer,
  request as requestHttp,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { WebSocket, WebSocketServer, type ClientOptions } from 'ws';
import { makeAuthority, makeLeaf } from '../../src/stacks/secrets/pki.ts';
import { tool } from '../support/tools.ts';
import { startTraefik, type RunningTraefik } from './runningTraefik.ts';

const rendered = path.join(inject('workspace'), 'rendered');
const traefik = await tool('traefik');

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Target {
  readonly port: number;
  readonly host: string;
  readonly path?: string;
  /** PEM of the authority; without one it is plain HTTP. */
  readonly authority?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ask = async ({ port, host, path: asked = '/', authority, headers }: Target): Promise<Answer> => {
  const options = { host: '127.0.0.1', port, path: asked, headers: { host, ...headers }, agent: false as const };
  const sent =
    authority === undefined ? requestHttp(options) : requestHttps({ ...options, ca: authority, servername: host });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of answer.setEncoding('utf8')) body += String(chunk);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body };
};

/** Asks until the routes are loaded: Traefik listens before they are. Ends by the time limit of the test. */
const askUntil = async (target: Target, status: number): Promise<Answer> => {
  for (;;) {
    const answer = await ask(target).catch(() => undefined);
    if (answer?.status === status) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Whether a handshake comes about. */
const handshake = async (options: ConnectionOptions): Promise<boolean> => {
  const socket = connect({ host: '127.0.0.1', rejectUnauthorized: false, ...options });
  try {
    await once(socket, 'secureConnect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

const certificates = async (host: string) => {
  const authority = await makeAuthority({ commonName: 'Test CA', days: 3_650 }, Date.now());
  const leaf = await makeLeaf({ name: 'leaf', hosts: [host], addresses: [], days: 90 }, authority, Date.now());
  return { authority: authority.certificate, chain: `${leaf.certificate}${authority.certificate}`, key: leaf.key };
};

/** Variables by which a rendered route can be led to another place. */
const upstreamNames = (folder: string): readonly string[] => {
  const routes = readFileSync(path.join(folder, 'dynamic/lucia.yaml'), 'utf8');
  return [...routes.matchAll(/env "(UPSTREAM_\w+)"/g)].map(([, name = '']) => name);
};

describe.runIf(traefik.wanted)('Traefik with the rendered routes of lucia', () => {
  const host = 'lucia.home.arpa';
  let upstream: Server;
  let sockets: WebSocketServer;
  let running: RunningTraefik;
  let authority: string;
  let https: Target;

  beforeAll(async () => {
    upstream = createServer((request, response) => {
      response.end(`lucia ${request.url ?? ''} ${String(request.headers['x-forwarded-proto'])}`);
    });
    sockets = new WebSocketServer({ server: upstream });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const port = String((upstream.address() as AddressInfo).port);
    const made = await certificates(host);
    authority = made.authority;
    const folder = path.join(rendered, 'lucia/proxy/traefik');
    running = await startTraefik(traefik.path ?? 'traefik', {
      configuration: path.join(folder, 'traefik.yaml'),
      dynamic: path.join(folder, 'dynamic'),
      secrets: { 'lucia-chain': made.chain, 'lucia-key': made.key },
      env: Object.fromEntries(upstreamNames(folder).map((name) => [name, `127.0.0.1:${port}`])),
    });
    https = { port: running.port('websecure'), host, authority };
    await askUntil(https, 200);
  });

  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    sockets.close();
    upstream.closeAllConnections();
    upstream.close();
  });

  it('routes a request to the service, and says that it came by HTTPS [S0-066, S0-069]', async () => {
    const { body } = await ask({ ...https, path: '/agents' });
    expect(body).toBe('lucia /agents https');
  });

  it('redirects at the entry point, also what no router knows [S0-067]', async () => {
    for (const name of [host, 'unknown.home.arpa']) {
      const { status, headers } = await ask({ port: running.port('web'), host: name });
      expect([301, 308]).toContain(status);
      expect(headers.location).toMatch(new RegExp(`^https://${name.replaceAll('.', String.raw`\.`)}(:\\d+)?/$`));
    }
  });

  it('puts its headers on every answer, and promises no preload [S0-071]', async () => {
    const { headers } = await ask(https);
    expect(headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  it('keeps a client with its server by a cookie that no script reads [S3-080]', async () => {
    const { headers } = await ask(https);
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; HttpOnly/i);
    expect(cookie).toMatch(/; Secure/i);
    expect(cookie).toMatch(/; SameSite=Lax/i);
  });

  it('speaks TLS 1.2 and 1.3 by its own ciphers, and nothing older [S0-072]', async () => {
    const port = running.port('websecure');
    const to = { port, servername: host };
    expect(await handshake({ ...to, minVersion: 'TLSv1.3' })).toBe(true);
    const strong = 'ECDHE-ECDSA-AES128-GCM-SHA256';
    expect(await handshake({ ...to, maxVersion: 'TLSv1.2', ciphers: strong })).toBe(true);
    const weak = 'ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0';
    expect(await handshake({ ...to, maxVersion: 'TLSv1.2', ciphers: weak })).toBe(false);
    const old: ConnectionOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' };
    expect(await handshake({ ...to, ...old })).toBe(false);
  });

  it('shows the certificate of the internal authority, and none to a name that it does not know [S0-074, S0-079]', async () => {
    const port = running.port('websecure');
    expect(await handshake({ port, servername: host, ca: authority, rejectUnauthorized: true })).toBe(true);
    expect(await handshake({ port, servername: 'unknown.home.arpa' })).toBe(false);
  });

  it('carries a WebSocket [S1-036]', async () => {
    const options: ClientOptions & ConnectionOptions = { ca: authority, servername: host, headers: { host } };
    const socket = new WebSocket(`wss://127.0.0.1:${String(running.port('websecure'))}/`, options);
    await once(socket, 'open');
    socket.send('hello');
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(data.toString()).toBe('hello');
    socket.close();
  });

  it('has no dashboard and no API, on no entry point [S0-065, S0-076]', async () => {
    const internal = { port: running.port('internal'), host: 'localhost' };
    expect(await ask({ ...internal, path: '/ping' })).toMatchObject({ status: 200, body: 'OK' });
    expect((await ask({ ...internal, path: '/api/rawdata' })).status).toBe(404);
    expect((await ask({ ...internal, path: '/debug/pprof/' })).status).toBe(404);
  });

  it('has nothing to complain of in its log', () => {
    expect(running.log()).not.toMatch(/"level":"(error|fatal|panic)"/);
  });
});

describe.runIf(traefik.wanted)('Traefik as its blueprint sets it up', () => {
  const host = 'traefik.home.arpa';
  let running: RunningTraefik;
  let https: Target;

  beforeAll(async () => {
    const { authority, chain, key } = await certificates(host);
    const folder = path.join(rendered, 'traefik/compose/files');
    running = await startTraefik(traefik.path ?? 'traefik', {
      configuration: path.join(folder, 'traefik.yaml'),
      dynamic: path.join(folder, 'dynamic'),
      secrets: {
        'tls-certificate': chain,
        'tls-key': key,
        // `htpasswd -nbs`: the password is `tried`.
        'dashboard-users': 'ann:{SHA}xIMrNkS7UhMH5SJPSo8D0d7aYxg=\n',
      },
    });
    https = { port: running.port('websecure'), host, authority, path: '/dashboard/' };
    await askUntil(https, 401);
  });

  afterAll(() => running[Symbol.asyncDispose]());

  it('opens the dashboard only to who is named [S0-073, S0-076]', async () => {
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    expect((await ask({ ...https, headers: basic('ann:wrong') })).status).toBe(401);
    expect((await ask({ ...https, headers: basic('ann:tried') })).status).toBe(200);
    expect((await ask({ port: running.port('internal'), host, path: '/dashboard/' })).status).toBe(404);
  });

  it('has nothing to complain of in its log', () => {
    expect(running.log()).not.toMatch(/"level":"(error|fatal|panic)"/);
  });
});
