import { createServer as createHttpServer, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { claimedLogin, type AccessLog } from './access-log.ts';
import { bare, failure, plain, writeAnswer } from './answer.ts';
import { authenticate, Unauthorized } from './auth.ts';
import { decodePath, parseBody, parseForm, PlainFailure } from './body.ts';
import { doorAt, type Door } from './console/doors.ts';
import { dispatch } from './dispatch.ts';
import { ApiFailure, Bodiless } from './handler.ts';
import { readMultipart } from './multipart.ts';
import type { Answer } from './answer.ts';
import type { Machine, Request } from './dispatch.ts';
import type { Faults } from './faults.ts';

export interface HttpOptions {
  readonly key: string;
  readonly cert: string;
  readonly faults: Faults;
  /** How long a 401 is held back; the real one takes 3 s. */
  readonly authDelayMs: number;
  /** After how long the proxy gives up on something that hangs (596); the real one takes 30 s. */
  readonly proxyTimeoutMs: number;
  /** Told of each request, before its answer is sent. */
  readonly accessLog?: AccessLog;
}

export interface HttpServer {
  listen(port: number): Promise<number>;
  close(): Promise<void>;
}

const keepAliveMs = 5_000;
const maxBodyBytes = 512 * 1024;
const methods = new Set(['GET', 'POST', 'PUT', 'DELETE']);
const formats = new Set(['json', 'extjs', 'html', 'png']);
const uploadPath = /^\/nodes\/[^/]+\/storage\/[^/]+\/upload$/;

interface Target {
  readonly format: string;
  /** Behind the format, decoded; always begins with a slash. */
  readonly path: string;
  readonly search: string;
}

const targetOf = (url: string): Target => {
  const mark = url.indexOf('?');
  const raw = mark < 0 ? url : url.slice(0, mark);
  const [, format, path = ''] = /^\/api2\/([^/]+)(\/.*)?$/.exec(decodePath(raw)) ?? [];
  if (format === undefined) throw new PlainFailure(501, 'no such uri');
  const parts = path.split('/').filter((part) => part !== '');
  return { format, path: `/${parts.join('/')}`, search: mark < 0 ? '' : url.slice(mark + 1) };
};

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new PlainFailure(501, 'for data too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** What the server refuses by the request line and the headers alone. */
const checkHead = (message: IncomingMessage): void => {
  const method = message.method ?? '';
  const { headers } = message;
  if (!methods.has(method)) throw new Bodiless(501, `method '${method}' not available`);
  if (headers['transfer-encoding'] !== undefined)
    throw new PlainFailure(501, 'chunked transfer encoding not supported');
  const bodyless = method === 'GET' || method === 'DELETE';
  if (bodyless && Number(headers['content-length'] ?? 0) > 0)
    throw new PlainFailure(501, `Unexpected content for method '${method}'`);
};

const contentOf = async (message: IncomingMessage, path: string): Promise<Pick<Request, 'body' | 'upload'>> => {
  const type = message.headers['content-type'] ?? '';
  if (isMultipart(message) && uploadPath.test(path)) {
    const { fields, upload } = await readMultipart(message as AsyncIterable<Buffer>, type);
    return { body: fields, upload };
  }
  const length = Number(message.headers['content-length'] ?? 0);
  if (message.method !== 'POST' && message.method !== 'PUT') return { body: {}, upload: undefined };
  if (length === 0 && !type.startsWith('application/json')) return { body: {}, upload: undefined };
  return { body: parseBody(type, await readBody(message)), upload: undefined };
};

/**
 * How long the storages that a call touches keep it waiting; Infinity hangs. The report of a node always takes too long.
 * The history of a storage is a file of the node: reading it touches no storage.
 */
const storageDelay = ({ world }: Machine, path: string): number => {
  if (/^\/nodes\/[^/]+\/report$/.test(path)) return Infinity;
  if (/\/rrd(?:data)?$/.test(path)) return 0;
  const [, node, storage] = /^\/nodes\/([^/]+)\/storage(?:\/([^/]+))?/.exec(path) ?? [];
  if (node === undefined) return 0;
  const touched = storage === undefined ? [...world.storages.values()] : [world.storages.get(storage)];
  const delays = touched.map((one) =>
    one === undefined ? 0 : ((one.places.get(node) ?? one.places.get(''))?.delayMs ?? 0),
  );
  return delays.reduce((total, delay) => total + delay, 0);
};

const redirect = (request: IncomingMessage, response: ServerResponse): void => {
  const permanent = request.method === 'GET' || request.method === 'HEAD' ? 301 : 308;
  writeAnswer(
    response,
    {
      status: permanent,
      reason: permanent === 301 ? 'Moved Permanently' : 'Permanent Redirect',
      body: { content: permanent === 301 ? 'Moved Permanently' : 'Permanent Redirect' },
      headers: { Location: `https://${request.headers.host ?? 'localhost'}${request.url ?? '/'}` },
    },
    { keepAlive: false, gzip: false, date: new Date() },
  );
};

const serve = async (machine: Machine, options: HttpOptions, message: IncomingMessage): Promise<Answer | 'reset'> => {
  checkHead(message);
  const target = targetOf(message.url ?? '/');
  const trouble = options.faults.meet(target.path);
  if (trouble.delayMs > 0) await wait(trouble.delayMs);
  if (trouble.reset) return 'reset';
  if (trouble.status !== undefined) return faultAnswer(trouble.status, target.format);
  const caller = authenticate(machine.world, machine.authority, machine.clock.now(), {
    method: message.method ?? 'GET',
    path: target.path,
    cookie: message.headers.cookie,
    authorization: message.headers.authorization,
    csrf: message.headers['csrfpreventiontoken']?.toString(),
  });
  const { body, upload } = await contentOf(message, target.path);
  if (!formats.has(target.format)) throw new PlainFailure(501, `no formatter for uri ${target.path}, ${target.format}`);
  const delay = storageDelay(machine, target.path);
  if (delay >= options.proxyTimeoutMs) throw new Bodiless(596, 'Connection timed out');
  if (delay > 0) await wait(delay);
  const method = message.method ?? 'GET';
  return dispatch(machine, {
    method,
    format: target.format,
    path: target.path,
    query: parseForm(target.search),
    body,
    upload,
    caller,
  });
};

const faultTexts: Readonly<Record<number, string>> = {
  401: 'Authentication failed!',
  403: 'Permission check failed',
  500: 'simulated fault',
  595: 'No route to host',
  596: 'Connection timed out',
};

const faultAnswer = (status: number, format: string): Answer => {
  const text = faultTexts[status] ?? 'simulated fault';
  return status === 401 || status >= 595 ? bare(status, text) : failure(format, new ApiFailure(status, text));
};

const refusal = async (thrown: unknown, options: HttpOptions): Promise<Answer> => {
  if (thrown instanceof Unauthorized) {
    await wait(options.authDelayMs);
    return bare(401, thrown.message);
  }
  if (thrown instanceof Bodiless) {
    // The proxy gives up only after it has waited.
    if (thrown.status === 596) await wait(options.proxyTimeoutMs);
    return bare(thrown.status, thrown.message);
  }
  if (thrown instanceof PlainFailure) return plain(thrown.status, thrown.message);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return failure('json', new ApiFailure(500, `Proxdeck's simulator failed: ${message}`));
};

/** After an upload the server closes the connection. */
const isMultipart = (message: IncomingMessage): boolean =>
  message.headers['content-type']?.startsWith('multipart/form-data') === true;

const isLogin = (message: IncomingMessage): boolean =>
  message.method === 'POST' && /^\/api2\/[^/]+\/access\/ticket\/?(\?|$)/.test(message.url ?? '');

/** The console that an upgrade is for: its ticket was checked by the call itself. */
const doorOf = ({ world }: Machine, message: IncomingMessage): Door | undefined => {
  const { path, search } = targetOf(message.url ?? '/');
  return path.endsWith('/vncwebsocket') ? doorAt(world, Number(parseForm(search)['port'])) : undefined;
};

/** Makes the HTTPS server of the API. Plain HTTP on the same port is sent to https. */
export const createHttp = (machine: Machine, options: HttpOptions): HttpServer => {
  const answered = async (message: IncomingMessage): Promise<Answer | 'reset'> => {
    const came = Date.now();
    const answer = await serve(machine, options, message).catch((thrown: unknown) => refusal(thrown, options));
    options.accessLog?.({
      at: new Date(came).toISOString(),
      method: message.method ?? '',
      path: message.url ?? '',
      login: claimedLogin(message.headers),
      status: answer === 'reset' ? 0 : answer.status,
      ms: Date.now() - came,
    });
    return answer;
  };
  const respond = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await answered(message);
    if (answer === 'reset') {
      // resetAndDestroy() works on plain TCP only; a TLS socket that is destroyed looks the same to the client.
      message.socket.destroy();
      return;
    }
    if (isLogin(message) && answer.status === 401) await wait(options.authDelayMs);
    // What was not read of a refused body must not be taken for the next request.
    message.resume();
    const keepAlive =
      message.httpVersion === '1.1' && message.headers.connection?.toLowerCase() !== 'close' && !isMultipart(message);
    const gzip = /\bgzip\b/.test(message.headers['accept-encoding']?.toString() ?? '');
    writeAnswer(response, answer, { keepAlive, gzip, date: new Date(machine.clock.now() * 1000) });
  };
  /** What asks for a websocket gets one where a console is behind the path; else its answer, and the end of the connection. */
  const upgrade = async (message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    socket.on('error', () => socket.destroy());
    const answer = await answered(message);
    const door = answer !== 'reset' && answer.status === 200 ? doorOf(machine, message) : undefined;
    if (door !== undefined) {
      const { serveConsole } = await import('./console/session.ts');
      serveConsole(door, message, socket, head);
    } else if (answer === 'reset') socket.destroy();
    else {
      const response = new ServerResponse(message);
      response.assignSocket(message.socket);
      response.once('finish', () => socket.end());
      writeAnswer(response, answer, { keepAlive: false, gzip: false, date: new Date(machine.clock.now() * 1000) });
    }
  };
  const onRequest = (message: IncomingMessage, response: ServerResponse): void => void respond(message, response);
  const settings = { keepAliveTimeout: keepAliveMs, keepAliveTimeoutBuffer: 0, maxRequestsPerSocket: 0 };
  const secure = createHttpsServer({ key: options.key, cert: options.cert, ...settings }, onRequest);
  secure.on('upgrade', (message, socket, head) => void upgrade(message, socket, head));
  const clear = createHttpServer(settings, redirect);
  const sockets = new Set<Socket>();

  // The first byte tells TLS (22: a handshake record) from plain HTTP.
  const front = createNetServer({ pauseOnConnect: false }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      (first[0] === 22 ? secure : clear).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });

  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        front.once('error', reject);
        front.listen(port, '127.0.0.1', () => {
          const address = front.address();
          resolve(typeof address === 'object' && address !== null ? address.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
