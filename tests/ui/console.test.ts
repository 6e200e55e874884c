import { afterEach, describe, expect, it } from 'vitest';
import { ProxdeckError } from '../../src/models/error.ts';
import type { Session } from '../../src/ui/session.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { fakeDesk } from '../support/desk.ts';
import { fakeLine, type FakeLine } from '../support/fakeLine.ts';
import { startProgram, type Program } from '../support/program.ts';

let program: Program | undefined;
afterEach(async () => {
  await program?.close();
  program = undefined;
});

/** What the operation does at the seat: shows the console of a guest that is the test. */
const consoleOf =
  ({ line }: FakeLine, way = 'by the API'): Session['run'] =>
  async (_call, { seat }) => {
    await seat?.show(line, { title: '101 web', way });
    return { result: undefined };
  };

const start = async (size: { columns: number; rows: number }, run: Session['run']) => {
  let lines: readonly string[] = [];
  let change = Promise.withResolvers<void>();
  const started = await startProgram({
    ...size,
    now: () => moment,
    everyChange: true,
    connect: async () => fakeSession(smallCluster(), { run }),
    onFrame: (frame) => {
      ({ lines } = frame);
      change.resolve();
      change = Promise.withResolvers<void>();
    },
  });
  program = started;
  started.app.desk = fakeDesk();
  const frame = (): string => lines.map((text) => text.replaceAll(/\u001B\[[\d;]*m/g, '').trimEnd()).join('\n');
  return {
    app: started.app,
    frame,
    styled: () => lines.join('\n'),
    type: async (text: string) => {
      started.type(Buffer.from(text));
      await started.settle();
    },
    resize: started.resize,
    shows: async (text: string) => {
      while (!frame().includes(text)) await change.promise;
    },
    hides: async (text: string) => {
      while (frame().includes(text)) await change.promise;
    },
  };
};

describe('a console in the full screen', () => {
  it.each([
    { columns: 80, rows: 24 },
    { columns: 120, rows: 40 },
    { columns: 40, rows: 10 },
  ])('has the body at $columns × $rows, and says first how one leaves', async (size) => {
    const guest = fakeLine();
    const { type, shows, frame } = await start(size, consoleOf(guest));
    await shows('104');
    await type('S');
    await shows('101 web');
    expect(frame()).toContain('ctrl-] then esc leaves');
    guest.push('\u001B[32mroot@web\u001B[0m:~# ');
    await shows('root@web:~#');
    expect(frame().split('\n')).toHaveLength(size.rows);
  });

  it('gives every key to the guest but one: letters, digits, Esc, Ctrl-C, arrows, and what is pasted', async () => {
    const guest = fakeLine();
    const { app, type, shows } = await start({ columns: 80, rows: 24 }, consoleOf(guest));
    await type('S');
    await shows('101 web');
    for (const text of ['q', '2', ':', '\u001B', '\u0003', '\u001B[A', '\u001B[200~rm -rf\rls\u001B[201~', 'ö'])
      await type(text);
    expect(guest.sent).toEqual(['q', '2', ':', '\u001B', '\u0003', '\u001B[A', 'rm -rf', '\r', 'ls', 'ö']);
    expect(app.state.screen).toBe('guests');
  });

  it('loses nothing of what is typed while it opens', async () => {
    const guest = fakeLine();
    const opened = Promise.withResolvers<void>();
    const run: Session['run'] = async (call, ui) => {
      await opened.promise;
      return consoleOf(guest)(call, ui);
    };
    const { type, shows } = await start({ columns: 80, rows: 24 }, run);
    void type('Sroot\r');
    void type('ls\u001B[A');
    opened.resolve();
    await shows('101 web');
    await type('!');
    expect(guest.sent.join('')).toBe('root\rls\u001B[A!');
  });

  it('takes the keys back with Ctrl-]: looks back, copies, goes on, and leaves', async () => {
    const guest = fakeLine();
    const { app, type, shows, hides, frame } = await start({ columns: 80, rows: 24 }, consoleOf(guest));
    await type('S');
    await shows('101 web');
    guest.push(Array.from({ length: 60 }, (_, at) => `line ${String(at)}`).join('\r\n'));
    await shows('line 59');
    await type('\u001D');
    await shows('enter types on');
    await type('\u001B[5~');
    await shows('lines back');
    await hides('line 59');
    await type('gg');
    await shows('line 0\n');
    await type('Y');
    await shows('of the screen');
    await type('\r');
    await shows('line 59');
    await type('x');
    await type('\u001Dl');
    expect(guest.sent).toEqual(['x', '\u001D']);
    await type('\u001DF');
    await shows('line 40');
    expect(frame()).not.toContain('homelab');
    await type('\u001B');
    await hides('101 web');
    expect([guest.isClosed, app.state.overlay]).toEqual([true, undefined]);
  });

  it('is left by both keys of one read', async () => {
    const guest = fakeLine();
    const { type, shows, hides } = await start({ columns: 80, rows: 24 }, consoleOf(guest));
    await type('S');
    await shows('101 web');
    await type('ls\r\u001D\u001B');
    await hides('101 web');
    expect([guest.sent, guest.isClosed]).toEqual([['ls', '\r'], true]);
  });

  it('is left by Ctrl-] twice too, and gives the list back when the guest ends it', async () => {
    const first = fakeLine();
    let guest = first;
    const { type, shows, hides } = await start({ columns: 80, rows: 24 }, (call, ui) => consoleOf(guest)(call, ui));
    await type('S');
    await shows('101 web');
    await type('\u001D\u001D');
    await hides('then esc leaves');
    expect(first.isClosed).toBe(true);
    guest = fakeLine();
    await type('S');
    await shows('then esc leaves');
    guest.end();
    await hides('then esc leaves');
  });

  it('tells the guest its size, and each new one', async () => {
    const guest = fakeLine();
    const { type, shows, resize } = await start({ columns: 80, rows: 24 }, consoleOf(guest));
    await type('S');
    await shows('101 web');
    resize(100, 30);
    await shows('101 web');
    resize(60, 15);
    await shows('101 web');
    expect(guest.sent.filter((text) => text.includes('×'))).toEqual(['100×25', '60×12']);
  });

  it('draws a flood without holding keys back', async () => {
    const guest = fakeLine();
    const { type, shows } = await start({ columns: 120, rows: 40 }, consoleOf(guest));
    await type('S');
    await shows('101 web');
    for (let at = 0; at < 300; at += 1) guest.push(`${'flood '.repeat(15)}${String(at)}\r\n`.repeat(100));
    await type('\u0003');
    expect(guest.sent).toEqual(['\u0003']);
    guest.push('the end of it');
    await shows('the end of it');
  });

  it('lends the terminal to ssh and says which way it is', async () => {
    const run: Session['run'] = async (_call, { seat }) => {
      await seat?.lend(['ssh', '-t', 'root@pve1'], { title: '101 web', way: 'by ssh. The server does not open it' });
      return { result: undefined };
    };
    const { app, type, shows } = await start({ columns: 80, rows: 24 }, run);
    const desk = fakeDesk();
    app.desk = desk;
    await type('S');
    await shows('guest.console done');
    expect(desk.done).toEqual(['lend ssh -t root@pve1']);
  });

  it('shows where the picture of a VM is, and why it cannot be entered', async () => {
    const run: Session['run'] = async (_call, { seat }) => {
      seat?.offer('https://pve1:8006/?console=kvm&vmid=200', { title: '200 vm', way: 'it has no serial line' });
      return { result: undefined };
    };
    const { type, shows, frame } = await start({ columns: 80, rows: 24 }, run);
    await type('S');
    await shows('https://pve1:8006/?console=kvm&vmid=200');
    expect(frame()).toContain('proxdeck guest console 200 --spice FILE');
  });

  it('tells the reason where the login may not', async () => {
    const run: Session['run'] = async () => {
      throw new ProxdeckError('permission', 'guest.console needs VM.Console on /vms/104.');
    };
    const { app, type, shows } = await start({ columns: 80, rows: 24 }, run);
    await type('S');
    await shows('guest.console needs VM.Console on /vms/104.');
    expect(app.state.overlay).toBeUndefined();
  });
});
