import { PassThrough } from 'node:stream';
import { createLook } from '../../components/look.ts';
import { frameLines } from '../../screens/frame.ts';
import { screens } from '../../screens/registry.ts';
import { mountInk } from '../../src/faces/tui/ink.tsx';
import { emptySnapshot } from '../../src/inventory/emptySnapshot.ts';
import { AppModel } from '../../src/ui/app.ts';
import type { Session } from '../../src/ui/session.ts';
import { layoutOf } from '../../src/ui/layout.ts';
import { Compositor } from '../../src/ui/terminal/compositor.ts';
import { FrameWriter } from '../../src/ui/terminal/frameWriter.ts';
import { Input } from '../../src/ui/terminal/input.ts';
import { Painter } from '../../src/ui/terminal/painter.ts';
import { standIn } from '../../src/ui/terminal/standIn.ts';

export interface ProgramOptions {
  readonly columns: number;
  readonly rows: number;
  /** Made when the first frame is there, as in real life. */
  readonly connect: () => Promise<Session>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Draws after each change instead of at most once in 16 ms: what is drawn does not depend on the machine then. */
  readonly everyChange?: boolean;
  /** Told of each frame: what the screen says for its body, and the lines that are shown. */
  readonly onFrame?: (frame: Frame) => void;
}

export interface Frame {
  readonly app: AppModel;
  readonly writer: FrameWriter;
  readonly columns: number;
  readonly rows: number;
  readonly bodyHeight: number;
  readonly body: readonly string[];
  readonly lines: readonly string[];
}

/** The full screen on a terminal that exists only in memory: bytes in, frames out; all between them is the program's own. */
export interface Program {
  readonly app: AppModel;
  readonly writer: FrameWriter;
  readonly hasQuit: boolean;
  type(bytes: Buffer): void;
  resize(columns: number, rows: number): void;
  /** Resolves once what was typed has been taken in. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** What the shown screen says for its body, uncut: the frame cuts it to its size, so what is too wide or too tall cannot be seen there. */
const bodyOf = (app: AppModel): Omit<Frame, 'lines' | 'writer'> => {
  const { columns, rows, zoomed } = app.state;
  const layout = layoutOf(columns, rows, zoomed);
  const body = app.shown.body({ app, look: app.appearance.getState(), now: app.now() }, layout);
  return { app, columns, rows, bodyHeight: layout.bodyHeight, body };
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Starts it and connects it, as src/faces/tui/start.ts does. */
export const startProgram = async (options: ProgramOptions): Promise<Program> => {
  const { now = Date.now, onFrame } = options;
  const size = { columns: options.columns, rows: options.rows };
  let hasQuit = false;
  const writer = new FrameWriter({
    write: () => undefined,
    get rows() {
      return size.rows;
    },
    get columns() {
      return size.columns;
    },
  });
  const compositor = new Compositor(writer);
  const keyboard = new PassThrough();
  const stdin = standIn(
    process.stdin,
    Object.assign(keyboard, { isTTY: true, setRawMode: () => keyboard, ref: () => keyboard, unref: () => keyboard }),
  );
  const stdout = standIn(process.stdout, {
    isTTY: true,
    get columns() {
      return size.columns;
    },
    get rows() {
      return size.rows;
    },
    on: () => undefined,
    off: () => undefined,
    write: (text: string, written?: () => void): boolean => {
      if (written !== undefined) queueMicrotask(written);
      // Modes of the terminal (paste, cursor) are no frames.
      if (text !== '' && !/^(?:\u001B\[\?\d+[hl])+$/.test(text)) compositor.showCover(text);
      return true;
    },
  });
  let unmount: (() => void) | undefined;
  const app = new AppModel({
    ...size,
    contextName: 'homelab',
    snapshot: emptySnapshot,
    screens,
    look: createLook({ colour: true, unicode: true }),
    overlays: {
      get ready() {
        return unmount !== undefined;
      },
      load: async () => {
        unmount ??= mountInk(app, { stdout, stdin: input.stream });
      },
    },
    now,
    emit: () => undefined,
    quit: () => {
      hasQuit = true;
    },
    redraw: () => {
      writer.invalidate();
      compositor.show();
    },
  });
  const draw = (): void => {
    const frame = onFrame === undefined ? undefined : bodyOf(app);
    const lines = frameLines(app);
    compositor.showPicture(lines);
    if (frame !== undefined) onFrame?.({ ...frame, writer, lines });
  };
  let turns = 0;
  const painter = new Painter(draw, options.everyChange === true ? () => (turns += 1_000) : () => performance.now());
  app.revision.subscribe(() => painter.request());
  const input = new Input(
    stdin,
    (keys) => app.keyboard.pressAll(keys),
    () => {
      unmount ??= mountInk(app, { stdout, stdin: input.stream });
    },
    (text) => app.keyboard.takeRaw(text),
  );
  input.begin();
  draw();
  const ticker = setInterval(() => app.cluster.tick(), 1_000);
  app.attach(await options.connect());
  return {
    app,
    writer,
    get hasQuit() {
      return hasQuit;
    },
    type: (bytes) => void keyboard.write(bytes),
    resize: (columns, rows) => {
      Object.assign(size, { columns, rows });
      writer.invalidate();
      app.resize(columns, rows);
    },
    settle: async () => {
      await turn();
      await app.navigation.arriving;
      await turn();
    },
    close: async () => {
      clearInterval(ticker);
      painter.close();
      input.end();
      app.close();
      unmount?.();
      keyboard.destroy();
      await app.session?.close();
    },
  };
};
