import { afterEach, describe, expect, it } from 'vitest';
import { widthOf } from '../../components/text.ts';
import { FactStore, type NewestBackup } from '../../src/inventory/facts.ts';
import type { Snapshot } from '../../src/inventory/types.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import type { Task } from '../../src/models/cluster.ts';
import { answering, type AnswerTable, type FailureTable } from '../support/answers.ts';
import { aGuest, aNode, fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const tab = '\t';
const shiftTab = '\u001B[Z';
const now = moment / 1000;
const gigabyte = 2 ** 30;

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const running: Task = {
  upid: 'UPID:pve2:00000001:00000001:6B00B7A5:vzdump:210:root@pam:',
  node: 'pve2',
  type: 'vzdump',
  id: '210',
  user: 'root@pam',
  starttime: now - 72,
};
const failedBackup: Task = {
  ...running,
  upid: 'UPID:pve2:00000002:00000001:6B00B7A5:vzdump:105:root@pam:',
  id: '105',
  starttime: now - 9 * 3600,
  endtime: now - 9 * 3600 + 60,
  status: 'job errors',
};
const started: Task = {
  upid: 'UPID:pve1:00000003:00000001:6B00B7A5:vzstart:104:anna@pve:',
  node: 'pve1',
  type: 'vzstart',
  id: '104',
  user: 'anna@pve',
  starttime: now - 600,
  endtime: now - 598,
  status: 'OK',
};

/** A cluster with something to tell in each section. */
const cluster = (over: Partial<Snapshot> = {}): Snapshot => ({
  ...smallCluster(),
  tasks: [running, started, failedBackup],
  ...over,
});

const backup: NewestBackup = { ctime: now - 3600, volid: 'nas:backup/x', size: 1, count: 3 };

const knownFacts = (): FactStore => {
  const facts = new FactStore();
  const at = moment - 60_000;
  facts.put([
    { kind: 'reported', subject: '', at, value: { pve3: now - 840 } },
    {
      kind: 'trend',
      subject: 'nas',
      at,
      value: { bytesADay: 14 * gigabyte, low: 12 * gigabyte, high: 15 * gigabyte, days: 7 },
    },
  ]);
  return facts;
};

const answers: AnswerTable = {
  'task.tail': [
    { t: "INFO: creating vzdump archive '/mnt/pve/nas/dump/vzdump-lxc-105.tar'" },
    { t: 'INFO: tar: Cannot write: No space left on device' },
    { t: 'TASK ERROR: job errors' },
  ],
  'audit.list': [
    {
      at: now - 1200,
      who: 'ada',
      context: 'homelab',
      operation: 'guest.start',
      input: { guests: ['104'] },
      result: 'ok',
      took: 2,
    },
    {
      at: now - 2400,
      who: 'ada',
      context: 'homelab',
      operation: 'guest.stop',
      input: { guests: ['105'] },
      result: 'locked',
      message: 'CT is locked',
      took: 0,
    },
  ],
};

const open = async (
  columns = 120,
  rows = 40,
  {
    snapshot = cluster(),
    facts = knownFacts(),
    failures = {},
  }: { snapshot?: Snapshot; facts?: FactStore; failures?: FailureTable } = {},
) => {
  const { ask, asked } = answering(answers, failures);
  const session = fakeSession(snapshot, {
    facts,
    ask,
    taskLog: async () => ({ lines: [{ n: 1, t: 'INFO:  62% (1 GiB of 2 GiB) in 9s' }], total: 1 }),
  });
  screen = await openScreen({ columns, rows }, { session });
  await screen.press('0');
  return { screen, session, asked, facts };
};

/** What a screen shows once all that it asks for has come. */
const settled = async (shown: TestScreen, text: string | RegExp): Promise<string> => {
  await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(text);
  return shown.frame();
};

const selected = (shown: TestScreen): string =>
  shown
    .frame()
    .split('\n')
    .find((line) => line.includes('▸ ') && !line.includes('homelab')) ?? '';

/** The lines of a section, without its heading. */
const section = (frame: string, title: string): readonly string[] => {
  const lines = frame.split('\n');
  const at = lines.findIndex((line) => line.includes(title));
  const column = lines[at]?.indexOf(title) ?? 0;
  const rest = lines.slice(at + 1).map((line) => line.slice(column).trim());
  return rest.slice(0, rest.indexOf(''));
};

describe('what is seen', () => {
  it('first what needs a person, with reasons and trends, at 120×40', async () => {
    const { screen: shown } = await open();
    const frame = await settled(shown, 'storage nas is full');
    expect(section(frame, 'NEEDS YOU').map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
      '▸ ✖ pve3  unreachable, last seen 14m ago; 1 guest with it  ⏎ node',
      '✖ usb  is not available on pve1: what lies there can neither be read nor written  ⏎ storage',
      '✖ nas  96% used, full in about 3 days (+14 GB a day)  ⏎ storage',
      expect.stringMatching(/^✖ 105 relay-db {2}backup failed (at|on) .*: storage nas is full {2}⏎ log$/),
      '▲ 119 web-02  disk 94% used  ⏎ guest',
      '▲ 200 windows-11  is paused  ⏎ guest',
    ]);
  });

  it('then what moves and the calm rest', async () => {
    const { screen: shown } = await open();
    const frame = await settled(shown, '62%');
    expect(section(frame, 'RUNNING')[0]).toMatch(/^⟳ back up 210 build-01 +pve2 +▓▓▓▓▓▓░░░░ +62% +1m 12s/);
    expect(section(frame, 'BUSIEST')[0]).toMatch(/^210 build-01 +vm +pve2 +cpu +94% +mem +41%/);
    expect(section(frame, 'CHANGED')[0]).toMatch(/● start 104 relay-dev +anna@pve/);
    expect(section(frame, 'NODES')[2]).toMatch(/^✖ pve3 +offline/);
    expect(section(frame, 'NODES')[0]).toMatch(/^● pve1 +cpu [▁-█]+ +37% +mem [▁-█]+ +63%/);
    expect(frame).toContain('2 of 3 online, 6 of 9 guests run');
    expect(section(frame, 'STORAGE')[1]).toMatch(/^nas +▓+░* +96% +41 GB free +full in 3 d/);
    expect(section(frame, 'WE DID')).toEqual([
      expect.stringMatching(/^\d\d:\d\d {2}● guest start 104 +2s$/),
      expect.stringMatching(/^\d\d:\d\d {2}✖ guest stop 105: CT is locked/),
    ]);
  });

  it('in one column at 80×24, the faults at the top', async () => {
    const { screen: shown } = await open(80, 24);
    const frame = await settled(shown, '62%');
    expect(frame.split('\n')[2]).toMatch(/^ NEEDS YOU/);
    expect(frame).toContain('pve3');
    expect(frame).toContain('storage nas is full');
    expect(frame).toMatch(/▾ \d+ more lines/);
  });

  it('fits at every size', async () => {
    const { screen: shown } = await open(200, 60);
    for (const [columns, rows] of [
      [200, 60],
      [120, 40],
      [100, 30],
      [99, 30],
      [80, 24],
      [60, 15],
      [40, 10],
    ] as const) {
      await shown.resize(columns, rows);
      for (const keys of [['G'], ['g', 'g'], [tab]]) {
        await shown.press(...keys);
        const lines = shown.frame().split('\n');
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(widthOf(line), `${String(columns)}: ${line}`).toBeLessThanOrEqual(columns);
        expect(selected(shown), `${String(columns)}×${String(rows)} ${keys.join('')}`).not.toBe('');
      }
    }
  });

  it('a cluster that is well says so', async () => {
    const facts = new FactStore();
    const snapshot = cluster({ nodes: [aNode('pve1')], guests: [aGuest(104)], storages: [], tasks: [] });
    const { screen: shown } = await open(120, 40, { snapshot, facts });
    expect(shown.frame()).toContain('● nothing: all is well as far as is known');
    expect(shown.frame()).toContain('no task runs');
    expect(shown.frame()).toContain('nothing changed');
  });

  it('what came up though nobody started it', async () => {
    const snapshot = cluster({ guests: [aGuest(131, { name: 'frigate', uptime: 300 })], tasks: [] });
    const { screen: shown } = await open(120, 40, { snapshot });
    expect(section(shown.frame(), 'CHANGED')[0]).toContain('131 frigate came up by itself');
  });
});

describe('facts', () => {
  it('that come later are shown when they come; what was not read yet is said', async () => {
    const snapshot = cluster({ storages: smallCluster().storages.map((one) => ({ ...one, content: ['backup'] })) });
    const { screen: shown, facts } = await open(120, 40, { snapshot });
    expect(shown.frame()).toContain('backups not read yet');
    const subjects = ['pve1/local', 'nas', 'pve1/usb'];
    facts.put(
      subjects.map((subject) => ({
        kind: 'backups' as const,
        subject,
        at: moment - 240_000,
        value: Object.fromEntries([104, 105, 118, 119, 131, 140].map((vmid) => [vmid, backup])),
      })),
    );
    const frame = await settled(shown, 'never backed up');
    expect(frame).toContain('never backed up: windows-11, build-01, old-mail');
    expect(frame).toContain('backups as of 4m ago');
  });

  it('are asked for while somebody looks, and not afterwards', async () => {
    const { screen: shown, facts } = await open();
    await expect.poll(() => facts.isLookedAt, { timeout: 10_000 }).toBe(true);
    await shown.press('2');
    await expect.poll(() => facts.isLookedAt, { timeout: 10_000 }).toBe(false);
  });

  it('that are old say how old they are', async () => {
    const facts = new FactStore();
    facts.put([
      {
        kind: 'disks',
        subject: 'pve1',
        at: moment - 5 * 3_600_000,
        value: [{ devpath: '/dev/sdb', model: 'WD40', health: 'FAILED!' }],
      },
    ]);
    const { screen: shown } = await open(120, 40, { facts });
    expect(shown.frame()).toMatch(/pve1 +disk \/dev\/sdb is failing: SMART says FAILED \(WD40\) +as of 5h ago/);
  });
});

describe('errors', () => {
  it('are told in place: the trail that cannot be read, the log that cannot', async () => {
    const error = new ProxdeckError('state', 'The database is locked.');
    const { screen: shown } = await open(120, 40, { failures: { 'audit.list': error, 'task.tail': error } });
    const frame = await settled(shown, 'The database is locked.');
    expect(section(frame, 'WE DID')).toEqual(['The database is locked.']);
    expect(frame).toMatch(/105 relay-db +backup failed/);
  });
});

describe('keys', () => {
  it('walk over all lines; Tab goes from section to section and round', async () => {
    const { screen: shown } = await open();
    expect(selected(shown)).toContain('pve3');
    await shown.press('j');
    expect(selected(shown)).toContain('usb');
    await shown.press('k', tab);
    expect(selected(shown)).toContain('back up 210 build-01');
    await shown.press(tab);
    expect(selected(shown)).toContain('210 build-01');
    await shown.press(shiftTab, shiftTab);
    expect(selected(shown)).toContain('pve3');
    await shown.press('G');
    expect(selected(shown)).toContain('guest stop 105');
    await shown.press('g', 'g');
    expect(selected(shown)).toContain('pve3');
  });

  it('the mark stays on what it is on while the cluster changes', async () => {
    const { screen: shown, session } = await open();
    await shown.press('j', 'j');
    expect(selected(shown)).toContain('nas');
    session.show(cluster({ nodes: [aNode('pve1'), aNode('pve2'), aNode('pve3')] }));
    await settled(shown, /3 of 3 online/);
    expect(selected(shown)).toContain('nas');
  });

  it('Enter opens what a line is about', async () => {
    const { screen: shown } = await open();
    await shown.press(enter);
    expect(shown.app.state.screen).toBe('nodes');
    await shown.press('0', 'j', 'j', enter);
    expect(shown.app.state.screen).toBe('storage');
    await shown.press('0', 'j', enter);
    expect(shown.app.state.overlay?.kind).toBe('view');
    await shown.press('q', tab, tab, enter);
    expect(shown.app.state.screen).toBe('guests');
    expect(shown.frame()).toMatch(/▸ +210 +build-01/);
  });

  it('a fault of several guests opens the list of them', async () => {
    const paused = [200, 201].map((vmid) => aGuest(vmid, { type: 'qemu', status: 'paused', name: `p${String(vmid)}` }));
    const snapshot = cluster({ guests: [aGuest(104), ...paused], tasks: [], storages: [], nodes: [aNode('pve1')] });
    const { screen: shown } = await open(120, 40, { snapshot });
    expect(selected(shown)).toContain('2 guests');
    await shown.press(enter);
    expect(shown.frame()).toContain('/status:paused');
    expect(shown.frame()).not.toContain('guest-104');
  });

  it('Y copies what a line is about', async () => {
    const { screen: shown } = await open();
    await shown.press('Y');
    const [, encoded = ''] = /\u001B\]52;c;([^\u0007]*)/.exec(shown.emitted.join('')) ?? [];
    expect(Buffer.from(encoded, 'base64').toString()).toBe('pve3: unreachable, last seen 14m ago; 1 guest with it');
  });
});
