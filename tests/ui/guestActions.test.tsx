import { afterEach, describe, expect, it } from 'vitest';
import type { Permissions } from '../../src/operations/privileges.ts';
import type { Session } from '../../src/ui/session.ts';
import { answering, type AnswerTable } from '../support/answers.ts';
import { aNode, fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

/** What can be done with guests: the menu, the forms behind it, and why something cannot be done. */

const enter = '\r';
const escape = '\u001B';
const tab = '\t';
const down = '\u001B[B';
const now = moment / 1000;
const day = 86_400;

const answers: AnswerTable = {
  'cluster.options': {},
  'guest.config': {
    hostname: 'relay-dev',
    cores: 4,
    memory: 8192,
    digest: 'a'.repeat(40),
    rootfs: 'local-zfs:subvol-104-disk-0,size=50G',
    net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=10.10.0.104/24,gw=10.10.0.1,type=veth',
  },
  'guest.pending': [],
  'guest.interfaces': [],
  'node.network': [],
  'backup.list': [],
  'guest.rrd': [],
  'guest.tasks': [],
  'snapshot.list': [
    { name: 'base', snaptime: now - 90 * day, description: 'freshly installed' },
    { name: 'works', snaptime: now - 2 * day, parent: 'base' },
    { name: 'current', parent: 'works' },
  ],
};

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

interface Scene {
  readonly size?: readonly [columns: number, rows: number];
  readonly answers?: AnswerTable;
  readonly permissions?: Permissions;
  readonly session?: Partial<Session>;
}

/** The small cluster with its third node back. */
const cluster = () =>
  smallCluster({ nodes: [aNode('pve1'), aNode('pve2', { mem: 50 * 2 ** 30 }), aNode('pve3', { mem: 10 * 2 ** 30 })] });

const open = async (scene: Scene = {}) => {
  const { ask } = answering({ ...answers, ...scene.answers });
  const session = fakeSession(cluster(), { ask, permissions: () => scene.permissions, ...scene.session });
  const [columns, rows] = scene.size ?? [120, 40];
  screen = await openScreen({ columns, rows }, { session });
  const shown = screen;
  return {
    shown,
    session,
    sees: async (text: string | RegExp) => {
      await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(text);
    },
  };
};

/** What of a frame is the card that lies over it. */
const cardIn = (frame: string): string => {
  const lines = frame.split('\n');
  const top = lines.findIndex((line) => line.includes('┌'));
  const [left, right] = [lines[top]?.indexOf('┌') ?? 0, lines[top]?.indexOf('┐') ?? 0];
  const bottom = lines.findIndex((line) => line[left] === '└');
  return lines
    .slice(top, bottom + 1)
    .map((line) => line.slice(left, right + 1))
    .join('\n');
};

describe('the menu of a guest', () => {
  for (const size of [
    [80, 24],
    [120, 40],
    [200, 60],
  ] as const)
    it(`says what each would do, at ${size.join('×')}`, async () => {
      const { shown, sees } = await open({ size });
      await shown.press('x');
      await sees(/migrate… +to pve3 \(46 GB free after\) +m/);
      await sees(/roll back… +to works \(2d ago\) +b/);
      await sees(/reset +is a container: only VMs can +t/);
      await sees(/start +is running +s/);
      expect(cardIn(shown.frame())).toMatchSnapshot();
    });
});

describe('the form of', () => {
  it('a snapshot: a name of its own, no reserved one, and the plan before it is taken', async () => {
    const { shown, session, sees } = await open();
    await shown.press('x');
    await sees(/snapshot…/);
    await shown.press('n');
    await sees(/Name +at_2026/);
    expect(shown.frame()).toContain('it has 2 snapshots, the oldest of 90d ago');
    await shown.press('\u0015works', enter);
    await sees('There is a snapshot works already; take another name.');
    await shown.press('\u0015current', enter);
    await sees(/reserved by Proxmox VE/);
    await shown.press('\u0015before', enter, 'the update', enter);
    await sees('proxdeck snapshot.create');
    await shown.press(enter);
    expect(session.ran).toEqual([
      { name: 'snapshot.create', input: { guest: '104', name: 'before', description: 'the update' } },
    ]);
  });

  it('a rollback begins its review on Cancel', async () => {
    const { shown, session, sees } = await open();
    await shown.press('x');
    await sees(/to works/);
    await shown.press('b');
    await sees(/works +2d ago/);
    await shown.press(down, enter, enter);
    await sees(/▸ Cancel/);
    await shown.press(enter);
    expect(session.ran).toEqual([]);
    expect(shown.app.state.overlay).toBeUndefined();
  });

  it('a migration: where there is room, and what is copied', async () => {
    const { shown, session, sees } = await open({ size: [80, 24] });
    await shown.press('x');
    await sees(/migrate…/);
    await shown.press('m');
    await sees(/pve3 +cpu 37% +46 GB free after/);
    await sees(/pve1 +is there already/);
    await sees('it is stopped, copied and started again');
    expect(cardIn(shown.frame())).toMatchSnapshot();
    await shown.press(enter, enter);
    await sees('proxdeck guest.migrate');
    await shown.press(enter);
    expect(session.ran).toEqual([{ name: 'guest.migrate', input: { guests: ['104'], target: 'pve3' } }]);
  });

  it('a resize: no disk shrinks', async () => {
    const { shown, session, sees } = await open();
    await shown.press('x');
    await sees(/resize disk…/);
    await shown.press('z');
    await sees('rootfs: 50 GB now, then 51 GB');
    await shown.press(enter, '\u001540G', enter);
    await sees('rootfs has 50 GB, and disks cannot shrink');
    await shown.press('\u0015+2X', enter);
    await sees(/is no size/);
    await shown.press('\u0015+2G', enter);
    await sees('proxdeck guest.resize');
    await shown.press(enter);
    expect(session.ran).toEqual([{ name: 'guest.resize', input: { guest: '104', disk: 'rootfs', size: '+2G' } }]);
  });

  it('a deletion: what goes, Cancel first', async () => {
    const { shown, session, sees } = await open({ size: [80, 24] });
    await shown.press('x');
    await sees(/delete… +is running: it is stopped first/);
    await shown.press('D');
    await sees('50 GB of disks go, and every snapshot; backups stay');
    await shown.press(enter, enter, enter);
    await sees(/▸ Cancel/);
    await shown.press('\u001B[C', enter);
    expect(session.ran).toEqual([{ name: 'guest.delete', input: { guests: ['104'], force: true, purge: true } }]);
  });
});

describe('a snapshot in the tree', () => {
  const inTree = async (scene: Scene = {}) => {
    const opened = await open(scene);
    opened.shown.app.goTo('guests', { id: 'lxc/104', tab: 'snapshots' });
    await opened.sees(/○ works/);
    await opened.shown.press(tab);
    return opened;
  };

  it('is rolled back or deleted from its line, after asking', async () => {
    const { shown, session, sees } = await inTree();
    await shown.press('j', 'j', 'j', 'x');
    await sees(/works, 2d ago/);
    await sees(/roll back… +it is stopped, and stays off/);
    expect(cardIn(shown.frame())).toMatchSnapshot();
    await shown.press('s');
    expect(session.ran).toEqual([{ name: 'snapshot.rollback', input: { guest: '104', name: 'works', start: true } }]);
    await shown.press(enter);
    await sees(/delete… +the guest stays as it is/);
    await shown.press('D');
    expect(session.ran.at(-1)).toEqual({ name: 'snapshot.delete', input: { guest: '104', name: 'works' } });
  });

  it('gets another one beside by n', async () => {
    const { shown, sees } = await inTree();
    await shown.press('n');
    await sees(/Snapshot of 104 relay-dev/);
    await shown.press(escape);
    expect(shown.app.state.overlay).toBeUndefined();
  });
});

describe('editing', () => {
  it('shows what it was, what it becomes and when; the digest of what was seen goes with it', async () => {
    const { shown, sees } = await open({ size: [80, 24] });
    await shown.press('e');
    await sees(/Memory +8G/);
    await shown.press(tab, tab, '\u00151G', enter);
    await sees(/Memory +1G +was 8G/);
    await sees(/memory +8192 → 1024 +at once/);
    expect(cardIn(shown.frame())).toMatchSnapshot();
  });
});
