import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Door } from './doors.ts';
import type { Tty, Viewer } from './tty.ts';

/** How long termproxy waits for the line that says who it is (contract §15.1). */
const loginMs = 10_000;

/** A frame may be this large at most (contract §15.3). */
const mostBytes = 128 * 1024;

/** So much may wait to be sent before a command is held up. */
const mostWaitingBytes = 256 * 1024;

/** How often a console looks whether there is room again, in milliseconds. */
const roomMs = 5;

const bytesOf = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);

/**
 * What comes after the login: `0:LEN:DATA`, `1:COLS:ROWS:`, `2` (contract §15.2). As termproxy does, it drops the type of a command
 * whose numbers are not complete, and reads what follows as garbage.
 */
export class Commands {
  readonly #tty: Pick<Tty, 'type' | 'resize'>;
  #rest = Buffer.alloc(0);
  #missing = 0;

  constructor(tty: Pick<Tty, 'type' | 'resize'>) {
    this.#tty = tty;
  }

  read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length > 0) this.#one();
  }

  #one(): void {
    if (this.#missing > 0) {
      const data = this.#skip(Math.min(this.#missing, this.#rest.length));
      this.#missing -= data.length;
      this.#tty.type(data.toString('utf8'));
      return;
    }
    // Digits and colons only: a byte is a character.
    const head = this.#rest.toString('latin1', 0, 24);
    const data = /^0:(\d+):/.exec(head);
    const size = /^1:(\d+):(\d+):/.exec(head);
    this.#skip((data ?? size)?.[0].length ?? 1);
    if (data !== null) this.#missing = Number(data[1]);
    if (size !== null) this.#tty.resize(Number(size[1]), Number(size[2]));
  }

  #skip(count: number): Buffer {
    const skipped = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return skipped;
  }
}

const viewerOn = (socket: WebSocket): Viewer => ({
  write: (text) => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.from(text, 'utf8'), { binary: true });
  },
  room: async () => {
    while (socket.readyState === socket.OPEN && socket.bufferedAmount > mostWaitingBytes) await wait(roomMs);
  },
  // When all is said the connection just ends: no close frame is promised (contract §15.1).
  end: () => socket.ping(undefined, false, () => socket.terminate()),
});

const letIn = (socket: WebSocket, door: Door): void => {
  const viewer = viewerOn(socket);
  viewer.write('OK');
  const tty = door.tty();
  if (tty === undefined) return socket.terminate();
  const commands = new Commands(tty);
  socket.on('message', (data) => commands.read(bytesOf(data)));
  const leave = tty.attach(viewer);
  socket.once('close', leave);
};

const serve = (socket: WebSocket, door: Door): void => {
  const late = setTimeout(() => socket.terminate(), loginMs);
  const end = (): void => socket.terminate();
  door.come();
  door.stopped.addEventListener('abort', end, { once: true });
  socket.on('error', end);
  socket.once('close', () => {
    clearTimeout(late);
    door.stopped.removeEventListener('abort', end);
    door.leave();
  });
  socket.once('message', (data) => {
    clearTimeout(late);
    const [, user, ticket] = /^([^:]*):([^\n]*)\n$/.exec(bytesOf(data).toString('utf8')) ?? [];
    if (door.opens && user === door.user && ticket === door.ticket) letIn(socket, door);
    else socket.terminate();
  });
};

const server = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  maxPayload: mostBytes,
  handleProtocols: () => 'binary',
});

/** Answers the upgrade of a websocket whose ticket was found good, and serves the console behind it. */
export const serveConsole = (door: Door, message: IncomingMessage, socket: Duplex, head: Buffer): void =>
  server.handleUpgrade(message, socket, head, (opened) => serve(opened, door));
