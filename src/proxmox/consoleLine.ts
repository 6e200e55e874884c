import type { RawData, WebSocket } from 'ws';
import type { ConsoleLine, TerminalSize } from './types.ts';

/** Keeps the connection open through firewalls in between, in milliseconds (contract §15.2). */
const pingMs = 30_000;

/** One piece of typed or pasted data; a frame may be 128 KiB (contract §15.3). */
const pieceBytes = 16 * 1024;

/** So much may wait to be read before the server is held up. */
const mostWaitingBytes = 256 * 1024;

/** How long a connection that was closed may take to be gone, in milliseconds: the server does not answer the closing frame. */
const closeMs = 1000;

export const bytesOf = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);

/** What a terminal shows and what is typed into it, over a websocket that has said `OK` (contract §15.2). */
export class WebSocketLine implements ConsoleLine {
  readonly upid: string;
  readonly #socket: WebSocket;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #changed = Promise.withResolvers<void>();
  #isOpen = true;

  /** `first` is what came in one frame with `OK`. */
  constructor(socket: WebSocket, upid: string, first: Buffer) {
    this.upid = upid;
    this.#socket = socket;
    if (first.length > 0) this.#keep(first);
    const ping = setInterval(() => this.#send(Buffer.from('2')), pingMs);
    ping.unref();
    socket.on('message', (data) => this.#keep(bytesOf(data)));
    socket.on('close', () => {
      clearInterval(ping);
      this.#isOpen = false;
      this.#changed.resolve();
    });
  }

  get output(): AsyncIterable<Uint8Array> {
    return this.#read();
  }

  write(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      // Head and data in one frame: a head that is split is lost.
      this.#send(Buffer.concat([Buffer.from(`0:${String(piece.length)}:`), piece]));
    }
  }

  resize({ columns, rows }: TerminalSize): void {
    this.#send(Buffer.from(`1:${String(columns)}:${String(rows)}:`));
  }

  close(): void {
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    this.#socket.close();
    setTimeout(() => this.#socket.terminate(), closeMs).unref();
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#bytes > 0) {
        const all = Buffer.concat(this.#waiting);
        this.#waiting = [];
        this.#bytes = 0;
        this.#socket.resume();
        yield all;
      } else if (this.#isOpen) {
        this.#changed = Promise.withResolvers<void>();
        await this.#changed.promise;
      } else return;
    }
  }

  #keep(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes > mostWaitingBytes) this.#socket.pause();
    this.#changed.resolve();
  }

  #send(bytes: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(bytes);
  }
}
