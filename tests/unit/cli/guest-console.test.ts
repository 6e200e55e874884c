import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseFixture } from '../../../src/simulator/fixture.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { fakeSeat, type FakeSeat } from '../../support/fakeSeat.ts';
import { aHome } from '../config/folder.ts';
import { runLine } from './surroundings.ts';

const fixture = `
cluster: { name: lab }
nodes: { pve1: { ip: 127.0.0.1 }, pve2: { online: 0 } }
guests:
  101: { type: lxc, node: pve1, running: 1, config: { hostname: web, memory: 512, ostype: debian } }
  102: { type: lxc, node: pve1, config: { hostname: off, memory: 512, ostype: debian } }
  103: { type: lxc, node: pve2, running: 1, config: { hostname: far, memory: 512, ostype: debian } }
  200: { type: qemu, node: pve1, running: 1, config: { name: vm, memory: '1024', serial0: socket } }
  201: { type: qemu, node: pve1, running: 1, config: { name: win, memory: '1024', vga: qxl } }
`;

let simulator: Simulator;
beforeAll(async () => {
  const world = parseFixture(fixture, 'test.yaml', Math.floor(Date.now() / 1000));
  simulator = await startSimulator({ world, authDelayMs: 0, roles: true });
});
afterAll(() => simulator.close());

const reaching = (token = simulator.token, server = simulator) => ({
  ...aHome(),
  PROXDECK_URL: server.url,
  PROXDECK_TOKEN: token,
  PROXDECK_FINGERPRINT: server.fingerprint,
});

const run = (line: string, seat: FakeSeat | undefined, env = reaching()) =>
  runLine(line.split(' '), env, undefined, seat === undefined ? {} : { seat });

const login = [{ after: 'login: ', type: 'root\r' }];
const prompt = /# $/;

describe('guest console', () => {
  it('goes into a container, and leaves it as it is', async () => {
    const seat = fakeSeat({ steps: [...login, { after: prompt, type: 'uname -a\r' }, { after: 'GNU/Linux' }] });
    const { code, stdout } = await run('guest console web', seat);
    expect(seat.shown).toContain('Linux web ');
    expect(seat.places).toEqual([{ title: '101 web', way: 'by the API' }]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/console +101 web\nway +api\nended +left: what runs there goes on\n/);
  });

  it('takes the serial line of a VM', async () => {
    const seat = fakeSeat({ steps: [{ after: 'vm ttyS0' }] });
    expect((await run('guest console 200', seat)).code).toBe(0);
    const { code, stderr } = await run('guest console 200 --serial serial1', seat);
    expect([code, stderr]).toEqual([4, expect.stringContaining('has no serial line serial1: it has serial0.')]);
  });

  it('tells where the picture of a VM without a serial line is, also without a terminal', async () => {
    const { code, stdout } = await run('guest console 201 --output json', undefined);
    expect(code).toBe(0);
    expect(stdout).toContain(`${simulator.url}/?console=kvm&novnc=1&vmid=201&vmname=win&node=pve1`);
  });

  it('writes a file for a SPICE client that only its owner may read, and overwrites none', async () => {
    const env = reaching();
    const file = path.join(env.HOME, 'vm.vv');
    expect((await run(`guest console 201 --spice ${file}`, undefined, env)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^\[virt-viewer\]\ntype=spice\n[\s\S]*\npassword=[0-9a-f]+\n/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { code, stderr } = await run(`guest console 201 --spice ${file}`, undefined, env);
    expect([code, stderr]).toEqual([1, expect.stringContaining('is there already')]);
  });

  it.each([
    ['without a terminal', 'guest console 101', undefined, 1, 'A console needs a terminal'],
    ['of a guest that does not run', 'guest console 102', 'seat', 1, '102 off is stopped: it has no console now.'],
    ['of a guest on a dead node', 'guest console 103', 'seat', 5, 'pve2 is offline'],
    ['of a picture of a container', 'guest console 101 --spice /tmp/x', 'seat', 1, 'is a container'],
    ['in a session that only reads', '--read-only guest console 101', 'seat', 8, 'read-only'],
    ['of a guest that is not there', 'guest console 999', 'seat', 4, 'There is no guest 999'],
  ])('is refused %s', async (_what, line, at, expected, text) => {
    const before = simulator.world.tasks.length;
    const { code, stderr } = await run(line, at === undefined ? undefined : fakeSeat());
    expect([code, stderr]).toEqual([expected, expect.stringContaining(text)]);
    expect(simulator.world.tasks).toHaveLength(before);
  });

  it('names privilege and path to who may only look, before anything is sent', async () => {
    const env = reaching(simulator.roleTokens?.viewer);
    const guest = await run('guest console 101', fakeSeat(), env);
    const node = await run('node console pve1', fakeSeat(), env);
    expect([guest.code, guest.stderr]).toEqual([3, expect.stringContaining('needs VM.Console on /vms/101')]);
    expect([node.code, node.stderr]).toEqual([3, expect.stringContaining('needs Sys.Console on /nodes/pve1')]);
  });

  it('leaves a row in the audit trail', async () => {
    const env = reaching();
    await run('guest console 101', fakeSeat({ steps: [{ after: '' }] }), env);
    expect((await run('audit list', undefined, env)).stdout).toMatch(/guest\.console +\{"guest":"101".*\} +ok/);
  });

  it('tells a server that went away from a shell that ended', async () => {
    const other = await startSimulator({
      world: parseFixture(fixture, 'test.yaml', Math.floor(Date.now() / 1000)),
      authDelayMs: 0,
    });
    const gone = { after: 'login: ', act: () => void other.close() };
    const { code, stderr } = await run('guest console 101', fakeSeat({ steps: [gone] }), reaching(other.token, other));
    expect([code, stderr]).toEqual([5, expect.stringContaining('The server went away under the console of 101 web.')]);
  });
});

describe('node console', () => {
  it('opens a shell of the node, which ends with exit', async () => {
    const steps = [...login, { after: prompt, type: 'exit\r' }];
    const seat = fakeSeat({ steps });
    const { code } = await run('node console pve1', seat);
    expect([code, seat.places[0]?.title]).toEqual([0, 'node pve1']);
    expect(seat.shown).toMatch(/logout\r\n/);
  });
});

describe('the way round by ssh', () => {
  let folder: string;
  const fakeSsh = (script: string): void => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-ssh-'));
    writeFileSync(path.join(folder, 'ssh'), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, 'ssh'), 0o755);
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
  };
  const plain = `echo "user ${os.userInfo().username}"; echo "hostname $3"`;
  const older = (): (() => void) => {
    const { version } = simulator.world;
    Object.assign(simulator.world, { version: { ...version, version: '8.4.1' } });
    return () => void Object.assign(simulator.world, { version });
  };
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('is taken where the server does not let a token in, and says why', async () => {
    fakeSsh(plain);
    const restore = older();
    const seat = fakeSeat();
    const { code, stdout, stderr } = await run('guest console 101', seat);
    restore();
    expect(code).toBe(0);
    expect(seat.lent).toEqual([['ssh', '-t', 'root@127.0.0.1', '--', 'pct', 'enter', '101']]);
    expect(seat.places[0]?.way).toContain('by ssh. The server does not let the API token root@pam!proxdeck');
    expect(stderr).toContain('Warning: Going by ssh: The server does not let the API token');
    expect(stdout).toMatch(/way +ssh\n/);
  });

  it('takes a name that the configuration of the user knows, as the user that it names', async () => {
    fakeSsh('echo "user admin"; echo "hostname 10.9.8.7"');
    const seat = fakeSeat();
    await run('guest console 200 --via ssh', seat);
    await run('node console pve1 --via ssh', seat);
    expect(seat.lent).toEqual([
      ['ssh', '-t', 'admin@pve1', '--', 'qm', 'terminal', '200', '-iface', 'serial0'],
      ['ssh', '-t', 'admin@pve1'],
    ]);
  });

  it('says what both ways need when neither works', async () => {
    fakeSsh(plain);
    const restore = older();
    const { code, stderr } = await run('guest console 101', fakeSeat({ code: 255 }));
    restore();
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /Neither way into 101 web works\. By the API: .* By ssh: `ssh -t root@127\.0\.0\.1 .*` did not/,
    );
    expect(stderr).toMatch(/9\.0\.13[\s\S]*SSH login on pve1 as root/);
  });

  it('is not taken when it was not asked for, nor around a missing privilege', async () => {
    fakeSsh(plain);
    const restore = older();
    const seat = fakeSeat();
    const { code } = await run('guest console 101 --via api', seat);
    restore();
    const viewer = await run('guest console 101', seat, reaching(simulator.roleTokens?.viewer));
    expect([code, viewer.code, seat.lent]).toEqual([3, 3, []]);
  });
});
