import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:https';
import { generate } from 'selfsigned';

interface Call {
  /** performance.now, ms */
  readonly at: number;
  readonly method: string;
  readonly path: string;
}

export interface CountingProxy extends AsyncDisposable {
  readonly url: string;
  readonly fingerprint: string;
  /** Every request that came, oldest first. */
  readonly calls: readonly Call[];
}

/** A server between program and simulator that counts what really goes over the wire, whatever the program says of it. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const calls: Call[] = [];
  const server = createServer({ key: pems.private, cert: pems.cert }, (incoming, response) => {
    const { method = 'GET', url = '/', headers } = incoming;
    calls.push({ at: performance.now(), method, path: url.replace(/^\/api2\/json/, '').replace(/\?.*$/, '') });
    const outgoing = request(new URL(url, target), { method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `https://127.0.0.1:${String(address.port)}`,
    fingerprint: new X509Certificate(pems.cert).fingerprint256,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      agent.destroy();
      await once(server, 'close');
    },
  };
}
