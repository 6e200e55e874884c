import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { LineEditor } from '../../../src/simulator/console/lineEditor.ts';
import { Commands } from '../../../src/simulator/console/session.ts';
import { parseFixture } from '../../../src/simulator/fixture.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';

const fixture = `
cluster: { name: lab }
nodes: { pve1: { kernel: 6.12.107+deb13-amd64, ip: 10.0.0.1, facts: { kernelVersion: '#1 SMP PREEMPT_DYNAMIC Debian 6.12.107-1 (2026-08-29)' } } }
guests:
  120: { type: lxc, node: pve1, running: 1, config: { hostname: deb1, memory: 512, ostype: debian, net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=10.0.2.120/24,type=veth' } }
  121: { type: lxc, node: pve1, config: { hostname: off, memory: 512, ostype: debian } }
  122: { type: lxc, node: pve1, running: 1, config: { hostname: bare, memory: 512, ostype: alpine, cmode: shell } }
  200: { type: qemu, node: pve1, running: 1, config: { name: vm, memory: 1024, serial0: socket } }
  201: { type: qemu, node: pve1, running: 1, config: { name: blind, memory: 1024 } }
users: { root@pam: { password: secret }, eve@pve: {} }
acl: [{ path: /, user: eve@pve, role: PVEAuditor }]
`;

const recordings = path.join(import.meta.dirname, '../../contract/recorded');
const transcriptSchema = z.object({ transcript: z.array(z.tuple([z.string(), z.string()])) });
const transcriptOf = (name: string): readonly (readonly [string, string])[] =>
  transcriptSchema.parse(JSON.parse(readFileSync(path.join(recordings, name), 'utf8'))).transcript;

const proxySchema = z.object({
  data: z.object({ port: z.string(), ticket: z.string(), user: z.string(), upid: z.string() }),
});

let sim: Simulator;
beforeAll(async () => {
  const world = parseFixture(fixture, 'test.yaml', Math.floor(Date.now() / 1000));
  sim = await startSimulator({ world, authDelayMs: 0, seedToken: 'root@pam!test=0123' });
});
afterAll(() => sim.close());

const headersOf = (user: string): Record<string, string> => {
  const { ticket, csrf } = sim.signIn(user);
  return { Cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`, CSRFPreventionToken: csrf };
};

const ask = async (
  target: string,
  { user = 'root@pam', headers = headersOf(user) }: { user?: string; headers?: Record<string, string> } = {},
) => {
  const { request } = await import('node:https');
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    request(`${sim.url}/api2/json${target}`, { method: 'POST', headers, rejectUnauthorized: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    })
      .once('error', reject)
      .end();
  });
};

const proxyFor = async (target: string, options: Parameters<typeof ask>[1] = {}) =>
  proxySchema.parse(JSON.parse((await ask(`${target}/termproxy`, options)).text)).data;

/** A console as a client sees it: what was shown so far, and waiting for more of it. */
class Seen {
  readonly socket: WebSocket;
  text = '';
  closed: number | undefined;
  #change = Promise.withResolvers<void>();

  constructor(target: string, { port, ticket }: { port: string; ticket: string }, headers = headersOf('root@pam')) {
    const url = `${sim.url.replace('https', 'wss')}/api2/json${target}/vncwebsocket?port=${port}&vncticket=${encodeURIComponent(ticket)}`;
    this.socket = new WebSocket(url, ['binary'], { headers, rejectUnauthorized: false, perMessageDeflate: false });
    this.socket.on('message', (data: Buffer) => this.#changed(() => (this.text += data.toString())));
    this.socket.on('close', (code) => this.#changed(() => (this.closed = code)));
    this.socket.on('error', () => undefined);
  }

  async open(): Promise<void> {
    await new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject));
  }

  async until(done: (seen: Seen) => boolean): Promise<void> {
    while (!done(this)) await this.#change.promise;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  type(text: string): void {
    this.send(`0:${String(Buffer.byteLength(text))}:${text}`);
  }

  #changed(change: () => void): void {
    change();
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
  }
}

const entered = async (target: string, options: Parameters<typeof ask>[1] = {}) => {
  const proxy = await proxyFor(target, options);
  const seen = new Seen(target, proxy, options.headers);
  await seen.open();
  seen.send(`${proxy.user}:${proxy.ticket}\n`);
  return { seen, proxy };
};

describe('what was recorded of a real server', () => {
  it.each(['ws_lxc_console.json', 'ws_node_shell.json'])('is what it says: %s', async (name) => {
    const node = name.startsWith('ws_node');
    const { seen } = await entered(node ? '/nodes/pve1' : '/nodes/pve1/lxc/120');
    for (const [direction, text] of transcriptOf(name).slice(2)) {
      if (direction === '>') {
        seen.text = '';
        seen.send(text);
      } else {
        await seen.until(({ text: shown }) => shown.includes(text));
        seen.text = seen.text.slice(seen.text.indexOf(text) + text.length);
      }
    }
    expect(seen.socket.protocol).toBe('binary');
    seen.socket.terminate();
  });

  it('closes without a word when the first line has another ticket', async () => {
    const proxy = await proxyFor('/nodes/pve1');
    const seen = new Seen('/nodes/pve1', proxy);
    await seen.open();
    seen.send('root@pam:PVEVNC:bogus\n');
    await seen.until(({ closed }) => closed !== undefined);
    expect([seen.text, seen.closed]).toEqual(['', 1006]);
  });
});

describe('a door', () => {
  it('refuses another ticket, another path and another user with 401, and who has no privilege with 403', async () => {
    const proxy = await proxyFor('/nodes/pve1/lxc/120');
    const failure = async (seen: Seen): Promise<string> =>
      new Promise((resolve) => seen.socket.once('error', ({ message }) => resolve(message)));
    const wrong = { port: proxy.port, ticket: proxy.ticket.replace('::', '::x') };
    expect(await failure(new Seen('/nodes/pve1/lxc/120', wrong))).toContain('401');
    expect(await failure(new Seen('/nodes/pve1/qemu/200', proxy))).toContain('401');
    expect(await failure(new Seen('/nodes/pve1/lxc/120', proxy, headersOf('eve@pve')))).toContain('403');
    const denied = await ask('/nodes/pve1/lxc/120/termproxy', { user: 'eve@pve' });
    expect([denied.status, denied.text]).toEqual([403, expect.stringContaining('/vms/120, VM.Console')]);
    expect((await ask('/nodes/pve1/termproxy', { user: 'eve@pve' })).text).toContain('/nodes/pve1, Sys.Console');
  });

  it('lets a token in, except where the release is too old for it', async () => {
    const headers = { Authorization: 'PVEAPIToken=root@pam!test=0123' };
    const { seen, proxy } = await entered('/nodes/pve1/lxc/120', { headers });
    expect(proxy.user).toBe('root@pam!test');
    await seen.until(({ text }) => text.startsWith('OK'));
    seen.socket.terminate();
    const { version } = sim.world;
    Object.assign(sim.world, { version: { ...version, version: '9.0.11' } });
    const { seen: refused } = await entered('/nodes/pve1', { headers });
    await refused.until(({ closed }) => closed !== undefined);
    expect(refused.text).toBe('');
    Object.assign(sim.world, { version });
  });

  it('ends the task when who was in it leaves, and who is in it when the task is stopped', async () => {
    const { seen, proxy } = await entered('/nodes/pve1/lxc/120');
    const task = sim.world.tasks.find(({ upid }) => upid === proxy.upid);
    await seen.until(({ text }) => text.startsWith('OK'));
    expect(task?.endtime).toBeUndefined();
    task?.abort?.abort();
    await seen.until(({ closed }) => closed !== undefined);
    expect(task?.exitstatus).toBe('received interrupt');
  });

  it('sends who is in it away when the guest stops, and at once when it does not run', async () => {
    const { seen } = await entered('/nodes/pve1/lxc/122');
    await seen.until(({ text }) => text.includes('# '));
    const guest = sim.world.guests.get(122);
    if (guest !== undefined) guest.running = false;
    await seen.until(({ closed }) => closed !== undefined);
    const { seen: none } = await entered('/nodes/pve1/lxc/121');
    await none.until(({ closed }) => closed !== undefined);
    expect([seen.closed, none.closed, none.text]).toEqual([1006, 1006, 'OK']);
  });

  it('has no serial line where the VM has none', async () => {
    expect((await ask('/nodes/pve1/qemu/201/termproxy')).text).toContain('unable to find a serial interface');
    const { seen } = await entered('/nodes/pve1/qemu/200');
    await seen.until(({ text }) => text.includes('vm login: '));
    seen.socket.terminate();
  });
});

describe('the shell', () => {
  it('answers from the state of the guest, honours the size, and goes on when one comes back', async () => {
    const { seen } = await entered('/nodes/pve1/lxc/120');
    seen.type('root\r');
    await seen.until(({ text }) => text.includes('root@deb1:~# '));
    seen.send('1:99:33:');
    seen.type('uname -a\rstty size\rip a\rcat /etc/os-release\rnosuch\r');
    await seen.until(({ text }) => text.includes('nosuch: command not found'));
    expect(seen.text).toContain('Linux deb1 6.12.107+deb13-amd64 #1 SMP PREEMPT_DYNAMIC Debian');
    expect(seen.text).toContain('\r33 99\r\n');
    expect(seen.text).toContain('inet 10.0.2.120/24');
    expect(seen.text).toContain('PRETTY_NAME="Debian GNU/Linux 13 (trixie)"');
    seen.socket.terminate();
    const { seen: again } = await entered('/nodes/pve1/lxc/120');
    again.type('hostname\r');
    await again.until(({ text }) => text.includes('\rdeb1\r\n'));
    again.type('exit\r');
    await again.until(({ text }) => text.endsWith('deb1 login: '));
    again.socket.terminate();
  });

  it('stops an endless command at Ctrl-C and takes what was typed after it', async () => {
    const { seen } = await entered('/nodes/pve1');
    seen.type('yes flood\r');
    await seen.until(({ text }) => text.length > 1_000_000);
    seen.type('\u0003hostname\r');
    await seen.until(({ text }) => text.endsWith('pve1\r\n\u001B[?2004hroot@pve1:~# '));
    expect(seen.text).toContain('^C');
    seen.type('exit\r');
    await seen.until(({ closed }) => closed !== undefined);
  });
});

describe('the protocol', () => {
  const read = (...frames: string[]) => {
    const said: string[] = [];
    const commands = new Commands({
      type: (text) => void said.push(text),
      resize: (columns, rows) => void said.push(`${String(columns)}×${String(rows)}`),
    });
    for (const frame of frames) commands.read(Buffer.from(frame));
    return said;
  };

  it('takes several commands of a frame, data over several frames, and counts bytes', () => {
    expect(read('0:1:a1:120:40:20:2:é')).toEqual(['a', '120×40', 'é']);
    expect(read('0:5:ab', 'cde')).toEqual(['ab', 'cde']);
  });

  it('loses a command whose head is split, as termproxy does', () => {
    expect(read('0:', '2:ab')).toEqual([]);
  });
});

describe('the line', () => {
  it('is edited in the middle, recalled, and a sequence may come in pieces', () => {
    const shown: string[] = [];
    const editor = new LineEditor((text) => void shown.push(text));
    expect(editor.read('abd\u001B[')).toBeUndefined();
    expect(editor.read('Dc\r')).toEqual({ kind: 'line', text: 'abcd' });
    expect(editor.read('\u001B[A\u007Fx\r')).toEqual({ kind: 'line', text: 'abcx' });
    expect(editor.read('ab\u0003')).toEqual({ kind: 'interrupt' });
    expect(editor.read('\u0004')).toEqual({ kind: 'end' });
    expect(shown.join('')).toContain('\b\u001B[K');
  });
});
