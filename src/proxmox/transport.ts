import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { RequestOptions } from 'node:https';
import { PassThrough } from 'node:stream';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { addressOf } from './address.ts';
import type { Address } from './address.ts';
import type { EncodedCall } from './encoding.ts';
import { ProxmoxError, cancelled } from './errors.ts';
import { Failure, isReset, reasonOf } from './failure.ts';
import { isNear } from './near.ts';
import type { Connect } from './trust.ts';

/** An answer of any status, decompressed. */
export interface RawAnswer {
  readonly status: number;
  /** The reason phrase, which carries the message of an error (contract §5.2). */
  readonly reason: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** A call with everything that goes over the wire, and how long it may take there. */
export interface WireCall extends EncodedCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Transport {
  /** Sends one call to one address. Rejects with Failure when no whole answer came, with ProxmoxError `certificate` or `cancelled`. */
  send(address: Address, call: WireCall): Promise<RawAnswer>;
  close(): void;
}

type Connected = (error: Error | null, socket: Duplex) => void;

/** Keeps connections; each was verified by `connect` before it is handed to a request. */
class VerifiedAgent extends Agent {
  readonly #connect: Connect;

  constructor(idleMs: number, connect: Connect) {
    super({ keepAlive: true, timeout: idleMs });
    this.#connect = connect;
  }

  override createConnection({ host, port }: RequestOptions, connected?: Connected): undefined {
    this.#connect(addressOf(String(host), Number(port))).then(
      (socket) => connected?.(null, socket),
      // Node's type wants a stream beside the error; nobody looks at it.
      (error: Error) => connected?.(error, new PassThrough()),
    );
  }
}

const bodyHeaders = ({ body, upload }: WireCall): Readonly<Record<string, string | number>> => {
  if (upload !== undefined) return { 'Content-Type': upload.contentType, 'Content-Length': upload.lengthBytes };
  return body === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' };
};

/** Loaded when a server further away compresses its answer. */
const unzip = async (packed: Buffer): Promise<Buffer> => {
  const { gunzip } = await import('node:zlib');
  return promisify(gunzip)(packed);
};

/** The whole body. (`buffer` of node:stream/consumers goes through a Blob, which takes 20 ms for 3 MB.) */
const bytesOf = (response: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('end', () => resolve(Buffer.concat(chunks)));
    response.once('error', reject);
    response.once('close', () => reject(new Error('the connection was closed in the middle of the answer')));
  });

const readAnswer = async (response: IncomingMessage): Promise<RawAnswer> => {
  const received = await bytesOf(response);
  return {
    status: response.statusCode ?? 0,
    // Node reads the reason phrase byte by byte; the server writes UTF-8.
    reason: Buffer.from(response.statusMessage ?? '', 'latin1').toString('utf8'),
    contentType: response.headers['content-type'] ?? '',
    body: response.headers['content-encoding'] === 'gzip' && received.length > 0 ? await unzip(received) : received,
  };
};

const failureOf = (error: Error): Error => {
  if (error instanceof Failure || error instanceof ProxmoxError) return error;
  return new Failure('answer', reasonOf(error), { cause: error, reset: isReset(error) });
};

/** HTTPS with kept connections. An unused one is closed after `idleMs`, before the server does it. */
export const createTransport = (connect: Connect, idleMs: number): Transport => {
  const agent = new VerifiedAgent(idleMs, connect);

  const send = (address: Address, call: WireCall): Promise<RawAnswer> =>
    new Promise((resolve, reject) => {
      if (call.signal.aborted) {
        reject(cancelled(call));
        return;
      }
      const wire = request({
        agent,
        host: address.host,
        port: address.port,
        method: call.method,
        path: `/api2/json${call.target}`,
        headers: {
          ...call.headers,
          Accept: 'application/json',
          ...bodyHeaders(call),
        },
      });
      let timer: NodeJS.Timeout | undefined;
      const abort = (): void => giveUp(cancelled(call));
      const release = (): void => {
        clearTimeout(timer);
        call.signal.removeEventListener('abort', abort);
      };
      const giveUp = (error: Error): void => {
        release();
        wire.destroy();
        reject(failureOf(error));
      };
      const outOfTime = (): void =>
        giveUp(new Failure('answer', `no answer within ${call.timeoutMs / 1000} s`, { late: true }));
      call.signal.addEventListener('abort', abort);
      wire.once('socket', (socket) => {
        timer = setTimeout(outOfTime, call.timeoutMs);
        if (!isNear(socket.remoteAddress)) wire.setHeader('Accept-Encoding', 'gzip');
        if (call.upload === undefined) wire.end(call.body);
        else call.upload.open().on('error', giveUp).pipe(wire);
      });
      wire.on('error', giveUp);
      wire.once('response', (response) => {
        readAnswer(response).then((answer) => {
          release();
          resolve(answer);
        }, giveUp);
      });
    });

  return { send, close: () => agent.destroy() };
};
