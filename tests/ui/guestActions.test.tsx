import { afterEach, describe, expect, it } from 'vitest';
import { IncompleteError } from '../../src/operations/outcome.ts';
import { smallCluster } from '../support/cluster.ts';
import { cardIn, openGuests, type Scene } from '../support/guests.tsx';
import type { TestScreen } from '../support/screen.tsx';

/** What can be done with guests: the menu, the forms behind it, and why something cannot be done. */

const enter = '\r';
const escape = '\u001B';
const tab = '\t';
const down = '\u001B[B';

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (scene: Scene = {}) => {
  const opened = await openGuests(scene);
  screen = opened.shown;
  return opened;
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

describe('why not', () => {
  it('names the privilege and its place for a login that may only look', async () => {
    const { shown, session, sees } = await open({ permissions: { '/': { 'VM.Audit': 1 } } });
    await shown.press('x');
    await sees(/shut down +needs VM.PowerMgmt on \/vms\/104 +d/);
    await sees(/snapshot… +needs VM.Snapshot on \/vms\/104 +n/);
    await sees(/delete… +needs VM.Allocate on \/vms\/104 +D/);
    await shown.press('d', 'n', 'D', enter);
    expect(session.ran).toEqual([]);
    expect(shown.app.state.overlay?.kind).toBe('menu');
  });

  it('is told of a lock, a template, a dead node, protection, and a read-only context', async () => {
    const { shown, sees } = await open({
      answers: { 'guest.config': { protection: 1 } },
      session: { readOnly: false },
    });
    await shown.press('x');
    await sees(/delete… +is protected: edit lifts that/);
    await shown.press(escape);
    shown.app.goTo('guests', { id: 'qemu/210' });
    await shown.press('x');
    await sees(/stop +is locked \(backup\)/);
    await shown.press(escape);
    shown.app.goTo('guests', { id: 'qemu/900' });
    await shown.press('x');
    await sees(/start +is a template/);
    await sees(/clone… +linked, or a copy of its own/);
    expect(shown.frame()).toMatch(/snapshot… +is a template/);
  });

  it('a dead node and a read-only context refuse everything that changes something', async () => {
    const dead = await open({ snapshot: smallCluster() });
    dead.shown.app.goTo('guests', { id: 'qemu/220' });
    await dead.shown.press('x');
    await dead.sees(/start +node pve3 is away/);
    dead.shown.close();
    const { shown, sees } = await open({ session: { readOnly: true } });
    await shown.press('x');
    await sees(/start +this context is read-only/);
    await sees(/edit… +this context is read-only/);
    expect(shown.frame().match(/this context is read-only/g)?.length).toBeGreaterThan(10);
  });
});

describe('several guests', () => {
  const mark = async (scene: Scene = {}) => {
    const opened = await open(scene);
    opened.shown.app.goTo('guests', { filter: 'type:ct' });
    await opened.shown.press('A', 'x');
    await opened.sees(/6 guests/);
    return opened;
  };

  it('take what applies to them, and how many that is', async () => {
    const { shown, sees } = await mark();
    await sees(/start +1 of 6; else is running +s/);
    await sees(/shut down +5 of 6; else is not running +d/);
    await sees(/snapshot… +one guest at a time +n/);
    await sees(/delete… +all 6 +D/);
    expect(cardIn(shown.frame())).toMatchSnapshot();
  });

  it('go at once or one first, and are followed a row each', async () => {
    const upid = (vmid: number) => `UPID:pve1:0000AAAA:00000001:6B00B7A5:vzshutdown:${String(vmid)}:root@pam:`;
    const { shown, sees } = await mark({
      session: {
        run: async (call, { emit }) => {
          asked.push(call);
          for (const vmid of [104, 105]) emit({ type: 'task', upid: upid(vmid) });
          emit({ type: 'step', id: 'lxc/104', title: 'shut down 104', state: 'done' });
          emit({ type: 'step', id: 'lxc/105', title: 'shut down 105', state: 'failed' });
          emit({ type: 'step', id: 'lxc/118', title: 'shut down 118', state: 'skipped' });
          throw new IncompleteError('partial', 'shutdown: 1 of 5 guests failed.', [
            { vmid: 105, ok: false, changed: false, result: 'VM quit/powerdown failed' },
            { vmid: 119, ok: true, changed: true, result: 'OK' },
          ]);
        },
      },
    });
    const asked: unknown[] = [];
    await shown.press('d');
    await sees(/shut down 5 guests/);
    await sees(/one first +the others once it is well +o/);
    await shown.press('o');
    await sees(/4 of 5 ended/);
    expect(asked).toEqual([
      { name: 'guest.shutdown', input: { guests: ['104', '105', '118', '119', '131'], canary: true } },
    ]);
    expect(shown.frame()).toMatch(/104 +relay-dev +pve1 +● done/);
    expect(shown.frame()).toMatch(/105 +relay-db +pve2 +✖ failed +VM quit\/powerdown failed/);
    expect(shown.frame()).toMatch(/119 +web-02 +pve2 +● done/);
    expect(shown.frame()).toContain('1 failed');
  });
});

describe('a guest that is tagged prod', () => {
  it('loses nothing before its name was typed', async () => {
    const answers: boolean[] = [];
    const confirmation = {
      title: 'Destroy guests with their disks',
      hazards: [
        '104 relay-dev on pve1 is destroyed. Lost: rootfs local-zfs:subvol-104-disk-0 (50G), and its snapshots.',
      ],
      command: 'proxdeck guest delete 104 --force --purge',
      verb: 'delete',
      nameToType: 'relay-dev',
    };
    const { shown, sees } = await open({
      size: [80, 24],
      session: {
        plan: async () => ({ ...confirmation, calls: [] }),
        run: async (_call, { confirm }) => {
          answers.push(await confirm(confirmation));
          return { result: undefined };
        },
      },
    });
    await shown.press('x');
    await sees(/delete…/);
    await shown.press('D');
    await sees(/Stop first/);
    await shown.press(enter, enter, enter, '\u001B[C', enter);
    await sees('to go on, type relay-dev');
    expect(cardIn(shown.frame())).toMatchSnapshot();
    await shown.press('relay-', tab, enter);
    await sees('type relay-dev first');
    expect(answers).toEqual([]);
    await shown.press('dev', enter);
    expect(answers).toEqual([true]);
  });

  it('keeps everything when one only presses Enter', async () => {
    const { shown } = await open();
    const asked = shown.app.confirm({ title: 'Delete', hazards: [], command: 'c', verb: 'Delete', nameToType: 'web' });
    await shown.press('web', enter);
    expect(await asked).toBe(false);
  });
});
