import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { createLook } from '../../components/look.ts';
import { App } from '../../screens/App.tsx';
import { frameLines } from '../../screens/frame.ts';
import { screens } from '../../screens/registry.ts';
import { emptySnapshot } from '../../src/inventory/emptySnapshot.ts';
import { AppModel } from '../../src/ui/app.ts';
import type { ViewState } from '../../src/ui/viewState.ts';
import type { Session } from '../../src/ui/session.ts';
import type { Snapshot } from '../../src/inventory/types.ts';
import { Compositor } from '../../src/ui/terminal/compositor.ts';
import { Painter } from '../../src/ui/terminal/painter.ts';
import { standIn } from '../../src/ui/terminal/standIn.ts';
import { moment } from './cluster.ts';

/** The full screen on a terminal that exists only in the test: keys in, frames out. */
export interface TestScreen {
  readonly app: AppModel;
  /** The frame as text without colours, lines without trailing blanks. */
  frame(): string;
  /** The frame with its SGR sequences. */
  styled(): string;
  /** Presses keys by their characters (`\u001B[B` and so on for those that have none) and waits for what they bring. */
  press(...keys: string[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  readonly emitted: string[];
  readonly quits: number;
  close(): void;
}

class FakeStdin extends EventEmitter {
  readonly isTTY = true;
  #chunks: string[] = [];
  setRawMode(): void {}
  setEncoding(): void {}
  ref(): void {}
  unref(): void {}
  resume(): void {}
  pause(): void {}
  read(): string | null {
    return this.#chunks.shift() ?? null;
  }
  type(text: string): void {
    this.#chunks.push(text);
    this.emit('readable');
  }
}

class FakeStdout extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #compositor: Compositor;
  constructor(columns: number, rows: number, compositor: Compositor) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.#compositor = compositor;
  }
  write(text: string, written?: () => void): boolean {
    if (written !== undefined) queueMicrotask(written);
    // Modes of the terminal (paste, cursor) are no frames.
    if (text !== '' && !/^(?:\u001B\[\?\d+[hl])+$/.test(text)) this.#compositor.showCover(text);
    return true;
  }
}

/** Lets React, timers of 0 ms and streams come to rest. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Draws the program at a size. With a session it is attached after the first frame, as in real life. */
export const openScreen = async (
  size: { readonly columns: number; readonly rows: number },
  options: {
    readonly session?: Session;
    readonly snapshot?: Snapshot;
    readonly colour?: boolean;
    readonly unicode?: boolean;
    /** How the person looks at things, from another run. */
    readonly views?: ViewState;
    /** How much later than the usual moment it is, in milliseconds. */
    readonly later?: () => number;
  } = {},
): Promise<TestScreen> => {
  let shown = '';
  const compositor = new Compositor({
    show: (lines) => {
      shown = lines.join('\n');
    },
  });
  const stdout = new FakeStdout(size.columns, size.rows, compositor);
  const stdin = new FakeStdin();
  const emitted: string[] = [];
  let quits = 0;
  const app = new AppModel({
    ...size,
    contextName: 'homelab',
    snapshot: options.snapshot ?? emptySnapshot,
    now: () => moment + (options.later?.() ?? 0),
    screens,
    look: createLook({ colour: options.colour ?? true, unicode: options.unicode ?? true }),
    overlays: { ready: true, load: async () => undefined },
    ...(options.views === undefined ? {} : { views: options.views }),
    emit: (sequence) => emitted.push(sequence),
    quit: () => {
      quits += 1;
    },
    redraw: () => undefined,
  });
  let time = 0;
  // Every turn may draw: a test does not wait for the next frame.
  const painter = new Painter(
    () => compositor.showPicture(frameLines(app)),
    () => (time += 1000),
  );
  app.revision.subscribe(() => painter.request());
  painter.request();
  const ink = render(<App app={app} />, {
    stdout: standIn(process.stdout, stdout),
    stdin: standIn(process.stdin, stdin),
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const ended = ink.waitUntilExit();
  ended.catch((thrown: unknown) => {
    process.stderr.write(`the screen ended: ${String(thrown)}\n`);
  });
  if (options.session !== undefined) app.attach(options.session);
  await settle();
  return {
    app,
    frame: () =>
      shown
        .replaceAll(/\u001B\[[\d;]*m/g, '')
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n'),
    styled: () => shown,
    press: async (...keys) => {
      for (const key of keys) {
        stdin.type(key);
        // A lone Esc is held back by Ink for 20 ms, in case it begins a sequence.
        if (key === '\u001B') await new Promise((resolve) => setTimeout(resolve, 30));
        await settle();
        await app.navigation.arriving;
        await settle();
      }
    },
    resize: async (columns, rows) => {
      stdout.columns = columns;
      stdout.rows = rows;
      app.resize(columns, rows);
      stdout.emit('resize');
      await settle();
    },
    emitted,
    get quits() {
      return quits;
    },
    close: () => {
      app.close();
      painter.close();
      ink.unmount();
    },
  };
};
