import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { createClient } from '../../../src/proxmox/client.ts';
import type { ClientOptions, ProxmoxClient } from '../../../src/proxmox/types.ts';

export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
  readonly fingerprint: string;
}

/** A self-signed certificate for 127.0.0.1. */
export const makeCertificate = async (): Promise<TestCertificate> => {
  const made = await generate([{ name: 'commonName', value: 'pve1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { key: made.private, cert: made.cert, fingerprint: new X509Certificate(made.cert).fingerprint256 };
};

export const certificate = await makeCertificate();

/** A request as the server saw it, whole. */
export interface SeenRequest {
  readonly method: string;
  /** Behind `/api2/json`, with its query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The number of the connection it came on, from 1. */
  readonly connection: number;
}

export interface TestServer {
  /** `127.0.0.1:1234` */
  readonly address: string;
  readonly seen: readonly SeenRequest[];
  /** Resolves when this many requests have come. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

export type Respond = (request: SeenRequest, response: ServerResponse, raw: IncomingMessage) => void | Promise<void>;

export const listen = async (server: Server, port = 0): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** An HTTPS server that answers what a test wants and remembers what it was asked. */
export const startServer = async (respond: Respond): Promise<TestServer> => {
  const seen: SeenRequest[] = [];
  const waiting = new Set<() => void>();
  const connections = new Map<Socket, number>();
  const server = createServer({ key: certificate.key, cert: certificate.cert, keepAliveTimeout: 60_000 });
  server.on('request', (raw: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(raw.socket) ?? connections.size + 1;
    connections.set(raw.socket, connection);
    void text(raw).then((body) => {
      const { method = '', url = '', headers } = raw;
      const request = { method, target: url.replace('/api2/json', ''), headers, body, connection };
      seen.push(request);
      for (const check of waiting) check();
      return respond(request, response, raw);
    });
  });
  const address = await listen(server);
  return {
    address,
    seen,
    arrived: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (seen.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export const sendJson = (response: ServerResponse, body: unknown, status = 200, reason?: string): void => {
  if (reason !== undefined) response.statusMessage = reason;
  response.statusCode = status;
  if (status >= 400) response.setHeader('Connection', 'close');
  response.setHeader('Content-Type', 'application/json;charset=UTF-8');
  // As bytes: Node would write the reason phrase together with a text, and in the text's encoding.
  response.end(Buffer.from(JSON.stringify(body)));
};

export const version = { version: '9.2.11', release: '9.2', repoid: '14a22df3' };
export const token = 'root@pam!main=5ecfa0e2-0000-4000-8000-00000000cafe';

/** A client with a token and the right pin, unless the test says otherwise. */
export const clientOf = (addresses: readonly string[], more: Partial<ClientOptions> = {}): ProxmoxClient =>
  createClient({
    addresses,
    credential: { kind: 'token', token },
    tls: { fingerprint: certificate.fingerprint },
    ...more,
  });

/** The error of a promise that must fail. */
export const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`should have failed, but gave ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
