import { afterEach, describe, expect, it } from 'vitest';
import type { Task } from '../../src/models/cluster.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import type { Session } from '../../src/ui/session.ts';
import { answering } from '../support/answers.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, settle, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const escape = '\u001B';
const now = moment / 1000;

const aTask = (index: number, over: Partial<Task> = {}): Task => ({
  upid: `UPID:${over.node ?? 'pve1'}:${(4000 + index).toString(16).toUpperCase().padStart(8, '0')}:00000001:${(over.starttime ?? now - index * 3600).toString(16).toUpperCase()}:${over.type ?? 'vzstart'}:${over.id ?? '104'}:root@pam:`,
  node: 'pve1',
  type: 'vzstart',
  id: '104',
  user: 'root@pam',
  starttime: now - index * 3600,
  endtime: now - index * 3600 + 60,
  status: 'OK',
  ...over,
});

const {
  endtime: _end,
  status: _status,
  ...running
} = aTask(0, {
  type: 'vzdump',
  id: '210',
  node: 'pve2',
  starttime: now - 72,
});
const failed = aTask(2, { type: 'vzdump', id: '105', status: 'job errors', node: 'pve2' });
const recent: readonly Task[] = [running, aTask(1), failed];
const older = Array.from({ length: 30 }, (_, at) => aTask(10 + at, { type: 'aptupdate', id: '' }));

const logs: Readonly<Record<string, readonly string[]>> = {
  [running.upid]: [
    'INFO: starting new backup job: vzdump 210 --storage nas --mode snapshot',
    'INFO: Starting Backup of VM 210 (qemu)',
    'INFO:  62% (6.2 GiB of 10.0 GiB) in 1m 2s, read: 100.0 MiB/s, write: 90.0 MiB/s',
  ],
  [failed.upid]: [
    'INFO: starting new backup job: vzdump 105 --storage nas',
    'INFO: tar: vzdump-lxc-105.tar.dat: Cannot write: No space left on device',
    ...Array.from({ length: 60 }, (_, at) => `INFO: cleaning up ${String(at)}`),
    'TASK ERROR: job errors',
  ],
};

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (columns = 120, rows = 40, over: Partial<Session> = {}) => {
  const session = fakeSession(smallCluster({ tasks: recent }), {
    taskLog: async (upid, { start, limit }) => {
      const all = logs[upid] ?? ['TASK OK'];
      const lines = all.slice(start, limit === 0 ? undefined : start + limit);
      return { lines: lines.map((t, at) => ({ n: start + at + 1, t })), total: all.length };
    },
    taskStatus: async (upid) => ({
      upid,
      node: 'pve1',
      type: 'vzdump',
      id: '104',
      user: 'root@pam',
      starttime: now - 72,
      ...(upid === running.upid
        ? { status: 'running' }
        : { status: 'stopped', exitstatus: upid === failed.upid ? 'job errors' : 'OK' }),
    }),
    ask: async (name, input, signal) =>
      answering({
        'task.list': JSON.stringify(input).includes('"start":0') ? [...recent.slice(1), ...older] : [],
      }).ask(name, input, signal),
    ...over,
  });
  screen = await openScreen({ columns, rows }, { session });
  await screen.press('6');
  return { shown: screen, session };
};

const copied = (shown: TestScreen): string =>
  Buffer.from(shown.emitted.at(-1)?.split(';')[2] ?? '', 'base64').toString();

describe('tasks', () => {
  it.each([
    [80, 24],
    [120, 40],
  ])('show how far the running ones are at %i×%i', async (columns, rows) => {
    const { shown } = await open(columns, rows);
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(/⟳ ▓+░+ +62%/);
    expect(shown.frame()).toContain('Backup 105 - run');
    expect(shown.frame()).toContain('✖ job errors');
  });

  it('show what is further back once the end is in sight', async () => {
    const { shown } = await open();
    expect(shown.frame()).not.toContain('Packages');
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toContain('Packages - refre');
    await shown.press('/', 'type:vzdump since:3h', enter);
    expect(shown.frame()).not.toContain('Packages');
    expect(shown.frame()).toContain('Backup 210');
    await shown.press(escape, '/', 'user:nobody', enter);
    expect(shown.frame()).toContain('nothing matches');
  });

  it('tell which node cannot say more, and show the others', async () => {
    const fail = answering({}, { 'task.list': new ProxdeckError('timeout', 'pve2 does not answer') });
    const good = answering({ 'task.list': older });
    const { shown } = await open(120, 40, {
      ask: (name, input, signal) => (JSON.stringify(input).includes('pve2') ? fail : good).ask(name, input, signal),
    });
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toContain('older tasks of pve2: pve2 does not answer');
    expect(shown.frame()).toContain('Packages - refre');
  });

  it('lead to why a backup failed in five keys', async () => {
    const { shown } = await open(80, 24);
    await shown.press('!', enter, 'e');
    expect(shown.frame()).toContain('✖ INFO: tar: vzdump-lxc-105.tar.dat: Cannot write: No space left on device');
    expect(shown.frame()).toContain('✖ job errors');
  });

  it('keep the first error in sight in the details, above the end of a long log', async () => {
    const { shown } = await open();
    await shown.press('!');
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toContain('No space left');
    expect(shown.frame()).toContain('TASK ERROR');
  });

  it('describe a task with all that its name says, and copy its command', async () => {
    const { shown } = await open();
    await shown.press('j', ']');
    expect(shown.frame()).toMatch(/guest +relay-dev/);
    expect(shown.frame()).toMatch(/process +\d+/);
    expect(shown.frame()).toMatch(/again by +proxdeck guest start 104/);
    await shown.press('c');
    expect(copied(shown)).toBe('proxdeck guest start 104');
    await shown.press('j', 'c');
    await settle();
    expect(copied(shown)).toBe('vzdump 105 --storage nas');
  });

  it('go to the guest of a task', async () => {
    const { shown } = await open();
    await shown.press('j', 'j', 'go');
    expect(shown.frame()).toContain('Guests');
    expect(shown.frame()).toMatch(/▸ +105 +relay-db/);
  });

  it('stop only what runs', async () => {
    const { shown, session } = await open();
    await shown.press('j', 'x');
    expect(shown.frame()).toMatch(/stop +has ended/);
    await shown.press('s');
    expect(shown.frame()).toContain('stop: has ended');
    await shown.press(escape, 'k', 'x', 's');
    expect(session.ran).toEqual([{ name: 'task.stop', input: { upid: running.upid } }]);
  });

  it.each([
    [80, 24],
    [120, 40],
  ])('tell in a menu what can be done with one, every no with its reason, at %i×%i', async (columns, rows) => {
    const { shown } = await open(columns, rows);
    await shown.press('j', 'x');
    expect(shown.frame()).toMatch(/copy as command +proxdeck guest start 104 +c/);
    expect(shown.frame()).toMatch(/go to guest +104 relay-dev +g/);
    await shown.press('c');
    expect(copied(shown)).toBe('proxdeck guest start 104');
    await shown.press('x', 'g');
    expect(shown.frame()).toMatch(/▸ +104 +relay-dev/);
  });

  it('are not stopped without the privilege, nor when their node is away', async () => {
    const { shown, session } = await open(120, 40, { permissions: () => ({ '/': { 'Sys.Audit': 1 } }) });
    await shown.press('x');
    expect(shown.frame()).toMatch(/stop +needs Sys\.Modify on \/nodes\/pve2/);
    await shown.press(escape);
    session.show(smallCluster({ tasks: [{ ...running, node: 'pve3' }] }));
    await settle();
    await shown.press('x');
    expect(shown.frame()).toMatch(/stop +node pve3 is away/);
  });

  it('say that the node of a task is away instead of that it runs', async () => {
    const { shown, session } = await open();
    session.show(smallCluster({ tasks: [{ ...running, node: 'pve3' }] }));
    await settle();
    expect(shown.frame()).toContain('? its node is away');
  });
});

describe('the log of a task that runs', () => {
  it('shows how far it is, how long it has run, and is stopped from there', async () => {
    const { shown, session } = await open(100, 24);
    await shown.press(enter);
    expect(shown.frame()).toMatch(/Backup 210 - run +build-01 +on pve2 +⟳ running +1m 12s/);
    expect(shown.frame()).toMatch(/▓+░+ +62% +of VM 210/);
    await shown.press('x');
    await settle();
    expect(session.ran).toEqual([{ name: 'task.stop', input: { upid: running.upid } }]);
    expect(shown.frame()).toContain('Backup 210 - run');
  });
});

describe('the drawer of running tasks', () => {
  it('opens over any screen, with the log by Enter', async () => {
    const { shown } = await open(80, 24);
    await shown.press('2', 'T');
    expect(shown.frame()).toContain('Guests');
    expect(shown.frame()).toContain('─ 1 running ─');
    expect(shown.frame()).toMatch(/▸ Backup 210 - run build-01/);
    await shown.press('j', 'j', enter);
    expect(shown.frame()).toContain('✖ TASK ERROR: job errors');
    await shown.press(escape, 'T', escape);
    expect(shown.frame()).not.toContain('1 running ─');
  });
});
