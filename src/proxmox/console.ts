import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import * as z from 'zod';
import type { Address } from './address.ts';
import { bytesOf, WebSocketLine } from './consoleLine.ts';
import { openEnvelope } from './envelope.ts';
import { cancelled, ProxmoxError } from './errors.ts';
import { Failure, reasonOf } from './failure.ts';
import type { Identity } from './identity.ts';
import type { Connect } from './trust.ts';
import type { ConsoleLine, ConsoleOptions } from './types.ts';

/** How long a server may take to say `OK`, in milliseconds: it gives up itself after 10 s (contract §15.1). */
const loginMs = 15_000;

/** What `POST …/termproxy` answers. The port is a number or a numeric text. */
export const consoleProxySchema = z.object({
  port: z.coerce.number(),
  ticket: z.string(),
  user: z.string(),
  upid: z.string(),
});

/** A console that the server holds ready for ten seconds, and how it is reached. */
export interface ReadyConsole {
  /** `/nodes/pve1/lxc/101` */
  readonly path: string;
  readonly proxy: z.infer<typeof consoleProxySchema>;
  /** The address that answered: the program waits on that machine alone. */
  readonly address: Address;
  /** Connects to it and looks at its certificate before anything is sent. */
  readonly connect: Connect;
  readonly headers: Readonly<Record<string, string>>;
  readonly identity: Identity;
}

/** A server that ends the connection before it says `OK` does not know the login behind the ticket (contract §15.5). */
const notLetIn = ({ path, identity }: ReadyConsole): ProxmoxError =>
  identity.token === undefined
    ? new ProxmoxError('auth', `The server closed the console of ${path} before it was open.`, {
        path,
        hint: 'Try again; if it stays so, the journal of the node (unit pvedaemon) tells more.',
      })
    : new ProxmoxError('auth', `The server does not let the API token ${identity.token} into this console.`, {
        path,
        hint:
          'Tokens open node shells since pve-manager 9.0.13, and guests since pve-container 6.1.3 and qemu-server of April 2026. ' +
          'Update the node, use a context with user and password, or go by SSH.',
      });

const textOf = async (response: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** The refusal of an upgrade as the error that the server meant. */
const refused = async (response: IncomingMessage, { path, identity }: ReadyConsole): Promise<Error> => {
  const reason = response.statusMessage ?? '';
  if (response.statusCode === 401 && reason.includes('PVEVNC'))
    return new ProxmoxError('auth', `The server does not accept the ticket that it gave for the console of ${path}.`, {
      path,
      status: 401,
      hint: 'Another server may have answered: give the context the address of one node, not of a proxy before several. The clocks of the nodes must agree too.',
    });
  try {
    openEnvelope(
      {
        status: response.statusCode ?? 0,
        reason,
        contentType: response.headers['content-type'] ?? '',
        body: await textOf(response),
      },
      { method: 'GET', path: `${path}/vncwebsocket` },
      identity,
    );
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  return new ProxmoxError('server', `What answered for the console of ${path} is no websocket.`, {
    path,
    hint: 'A proxy in between must pass websockets on (Upgrade and Connection headers).',
  });
};

const broken = ({ path, address }: ReadyConsole, error: Error): ProxmoxError =>
  new ProxmoxError('unreachable', `The console of ${path} broke off at ${address.text}: ${reasonOf(error)}.`, {
    path,
    cause: error,
    hint: 'Try again. What was begun in the console goes on in the guest.',
  });

const connected = async (ready: ReadyConsole): ReturnType<Connect> => {
  try {
    return await ready.connect(ready.address);
  } catch (error) {
    throw error instanceof Failure ? broken(ready, error) : error;
  }
};

const upgrade = async (ready: ReadyConsole): Promise<WebSocket> => {
  const { path, proxy, address, headers } = ready;
  const socket = await connected(ready);
  const { WebSocket } = await import('ws');
  const query = `port=${String(proxy.port)}&vncticket=${encodeURIComponent(proxy.ticket)}`;
  return new WebSocket(`wss://${address.text}/api2/json${path}/vncwebsocket?${query}`, ['binary'], {
    headers,
    // The server drops connections with compressed or fragmented frames (contract §15.3).
    perMessageDeflate: false,
    createConnection: () => socket,
  });
};

/** Resolves with what followed `OK` in its frame. */
const letIn = (socket: WebSocket, ready: ReadyConsole, signal: AbortSignal): Promise<Buffer> => {
  const { path, proxy } = ready;
  const opened = Promise.withResolvers<Buffer>();
  const abort = (): void => opened.reject(cancelled({ method: 'GET', path }));
  const late = setTimeout(() => opened.reject(broken(ready, new Error('no answer in time'))), loginMs);
  signal.addEventListener('abort', abort, { once: true });
  // Stays for good: whoever reads the line learns of its end by the end of its output.
  socket.on('error', (error) => opened.reject(broken(ready, error)));
  socket.once('unexpected-response', (_request, response) => {
    refused(response, ready).then(opened.reject, opened.reject);
  });
  socket.once('close', () => opened.reject(notLetIn(ready)));
  socket.once('open', () => socket.send(`${proxy.user}:${proxy.ticket}\n`));
  socket.once('message', (data) => {
    const bytes = bytesOf(data);
    if (bytes.toString('latin1', 0, 2) === 'OK') opened.resolve(bytes.subarray(2));
    else opened.reject(notLetIn(ready));
  });
  return opened.promise.finally(() => {
    clearTimeout(late);
    signal.removeEventListener('abort', abort);
  });
};

/**
 * Opens the websocket of a console: `GET {path}/vncwebsocket`, the login line, `OK`, the size (contract §15). The line is closed when the
 * signal is aborted. Rejects with ProxmoxError: `auth` when the server does not let the login in, `permission`, `unreachable`, `cancelled`.
 */
export const openConsole = async (
  ready: ReadyConsole,
  { size, signal }: ConsoleOptions & { readonly signal: AbortSignal },
): Promise<ConsoleLine> => {
  const socket = await upgrade(ready);
  try {
    const first = await letIn(socket, ready, signal);
    const line = new WebSocketLine(socket, ready.proxy.upid, first);
    const end = (): void => line.close();
    signal.addEventListener('abort', end, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', end));
    line.resize(size);
    return line;
  } catch (error) {
    socket.terminate();
    throw error;
  }
};
