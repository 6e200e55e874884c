import { afterEach, describe, expect, it } from 'vitest';
import { widthOf } from '../../components/text.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import type { Storage } from '../../src/models/cluster.ts';
import { answering, type AnswerTable, type FailureTable } from '../support/answers.ts';
import { fakeSession, moment, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

const gigabyte = 2 ** 30;
const terabyte = 2 ** 40;
const day = 86_400;
const now = moment / 1000;
const enter = '\r';
const escape = '\u001B';

const place = (node: string, storage: string, over: Partial<Storage> = {}): Storage => ({
  id: `storage/${node}/${storage}`,
  storage,
  node,
  type: 'storage',
  plugintype: 'dir',
  status: 'available',
  shared: false,
  content: ['images'],
  disk: 400 * gigabyte,
  maxdisk: terabyte,
  ...over,
});

const nas: Partial<Storage> = {
  plugintype: 'nfs',
  shared: true,
  content: ['backup', 'iso'],
  disk: 7.05 * terabyte,
  maxdisk: 7.2 * terabyte,
};

const storages: readonly Storage[] = [
  place('pve1', 'local', { content: ['iso', 'vztmpl'] }),
  place('pve2', 'local', { disk: 200 * gigabyte }),
  place('pve3', 'local', { status: 'unknown', disk: 0, maxdisk: 0 }),
  place('pve1', 'nas', nas),
  place('pve2', 'nas', nas),
  place('pve2', 'usb', { status: 'unknown', disk: 0, maxdisk: 0 }),
];

const backup = (vmid: number, daysAgo: number, over: object = {}) => ({
  volid: `nas:backup/vzdump-lxc-${String(vmid)}-${String(daysAgo)}.tar.zst`,
  content: 'backup',
  format: 'tar.zst',
  size: 10 * gigabyte + daysAgo,
  ctime: now - daysAgo * day,
  vmid,
  ...over,
});

const task = (type: string, id: string) => ({
  upid: `UPID:pve1:0000ABCD:00001234:6B00B7A5:${type}:${id}:root@pam:`,
  node: 'pve1',
  type,
  id,
  user: 'root@pam',
  starttime: now - 60,
  endtime: now - 58,
});

const answers: AnswerTable = {
  'storage.trend': [
    {
      storage: 'nas',
      node: 'pve1',
      used: 1,
      total: 2,
      growth: 41 * gigabyte,
      trend: 'filling',
      full: 4 * day,
      history: 7 * day,
    },
  ],
  'storage.show': {
    config: {
      storage: 'nas',
      type: 'nfs',
      content: 'backup,iso',
      server: '192.0.2.20',
      export: '/volume1/\u001B[2Jproxmox',
      'prune-backups': 'keep-daily=3,keep-weekly=2',
    },
    places: [],
  },
  'storage.content': [
    { volid: 'nas:iso/debian-13.iso', content: 'iso', format: 'iso', size: 790_626_304, ctime: now - 70 * day },
    backup(104, 2, { notes: 'relay-dev', protected: true }),
    backup(104, 9, { verification: { state: 'failed' } }),
    backup(105, 3, { verification: { state: 'ok' } }),
    backup(777, 40),
  ],
  'storage.volume': { volid: 'nas:backup/x', path: '/mnt/pve/nas/dump/x', notes: 'first line\nsecond line' },
  'storage.rrd': Array.from({ length: 336 }, (_, at) => ({
    time: now - (335 - at) * 1800,
    total: 7.2 * terabyte,
    used: 7.05 * terabyte - ((335 - at) / 48) * 41 * gigabyte,
  })),
  'job.list': [
    {
      id: 'backup-media',
      type: 'vzdump',
      enabled: true,
      schedule: 'sat 04:00',
      vmid: '104,105',
      storage: 'nas',
      mode: 'stop',
      'next-run': now + day,
      'prune-backups': { 'keep-last': '2' },
    },
  ],
  'task.list': [
    { ...task('prunebackups', 'nas'), status: 'OK' },
    { ...task('imgdel', '105@nas'), status: 'OK' },
    { ...task('vzstart', '104'), status: 'OK' },
  ],
};

interface Answering {
  readonly over?: AnswerTable;
  readonly failures?: FailureTable;
}

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async (columns: number, rows: number, { over = {}, failures = {} }: Answering = {}) => {
  const { ask, asked } = answering({ ...answers, ...over }, failures);
  screen = await openScreen({ columns, rows }, { session: fakeSession(smallCluster({ storages }), { ask }) });
  await screen.press('4');
  return { screen, asked };
};

const expectFrame = async (shown: TestScreen, text: RegExp): Promise<void> => {
  await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(text);
};

/** What the details say, without the breaks of its lines. */
const paneText = (shown: TestScreen): string =>
  shown
    .frame()
    .split('\n')
    .map((line) => line.split('│')[1]?.trim() ?? '')
    .join(' ');

/** The row of the list that begins with a name, as text. */
const rowOf = (shown: TestScreen, name: string): string =>
  shown
    .frame()
    .split('\n')
    .find((line) => new RegExp(`^.. ?${name}`).test(line)) ?? '';

describe('the list of storages', () => {
  it.each([
    [80, 24],
    [120, 40],
    [200, 60],
  ])('shows use, state and when each is full at %i×%i', async (columns, rows) => {
    const { screen: shown } = await open(columns, rows);
    await expectFrame(shown, /4 days/);
    // Shared ones once, with the nodes that see them.
    expect(shown.frame().match(/\bnas\b.*2 nodes/g)).not.toBeNull();
    expect(rowOf(shown, 'nas')).toMatch(/✖ nearly full.*98%.*154 GB.*4 days/);
    expect(rowOf(shown, 'usb')).toContain('✖ unavailable');
    expect(shown.frame()).toContain('? node away');
    for (const line of shown.frame().split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  it('keeps the rest at hand when one is in trouble: ! shows only those', async () => {
    const { screen: shown } = await open(120, 40);
    await shown.press('!');
    expect(shown.frame()).toContain('nas');
    expect(shown.frame()).toContain('usb');
    expect(rowOf(shown, 'local +pve1')).toBe('');
  });

  it('filters by type and node', async () => {
    const { screen: shown } = await open(120, 40);
    await shown.press('/type:nfs', enter);
    expect(rowOf(shown, 'nas')).not.toBe('');
    expect(rowOf(shown, 'usb')).toBe('');
  });
});

/** Goes to the storage nas and so many tabs on, with the keys in the details. */
const toNas = async (shown: TestScreen, tabs: number): Promise<void> => {
  await shown.press('/name:nas', enter, enter, ...Array.from({ length: tabs }, () => ']'));
};

describe('details of a storage', () => {
  it('say what it is, how it is pruned and who sees it', async () => {
    const { screen: shown } = await open(120, 40);
    await toNas(shown, 0);
    await expectFrame(shown, /192\.0\.2\.20/);
    expect(shown.frame()).toContain('NFS share, shared');
    expect(shown.frame()).toContain('keeps 3 daily, 2 weekly');
    await expectFrame(shown, /full in about 4 days \(\+41 GB a day\)/);
    expect(shown.frame()).toMatch(/pve2 +● available/);
    expect(shown.styled()).not.toContain('\u001B[2J');
  });

  it('show what lies there by kind and owner, and describe a volume on Enter', async () => {
    const { screen: shown } = await open(120, 40);
    await toNas(shown, 1);
    await expectFrame(shown, /5 volumes/);
    const frame = shown.frame();
    expect(frame.indexOf('backups')).toBeLessThan(frame.indexOf('ISO images'));
    expect(frame).toMatch(/104 relay-dev +10 GB +2d +⚿/);
    expect(frame).toMatch(/104 relay-dev +10 GB +9d +✖/);
    expect(frame).toContain('777 (gone)');
    await shown.press('j', 'j', 'j', enter);
    await expectFrame(shown, /second line/);
    expect(shown.frame()).toContain('/mnt/pve/nas/dump/x');
    expect(shown.frame()).toContain('pruning leaves it');
    await shown.press(escape);
    expect(shown.frame()).toContain('5 volumes');
  });

  it('filter and sort the volumes while the keys are there', async () => {
    const { screen: shown } = await open(120, 40);
    await toNas(shown, 1);
    await expectFrame(shown, /5 volumes/);
    await shown.press('/failed', enter);
    expect(shown.frame()).toContain('1 of 5 volumes');
    expect(shown.frame()).not.toContain('105 relay-db');
    await shown.press(escape);
    expect(shown.frame()).toContain('5 volumes');
    await shown.press('o', 'o', 'O');
    expect(shown.frame()).toContain('largest first, reversed');
  });

  it('say where the time went when the storage hangs, and leave the list alone', async () => {
    const { screen: shown } = await open(120, 40, {
      failures: {
        'storage.content': new ProxdeckError('timeout', 'pve1 did not answer within 30 s.', {
          hint: 'Its storage may hang.',
        }),
      },
    });
    await toNas(shown, 1);
    await expectFrame(shown, /did not answer within 30 s/);
    expect(shown.frame()).toContain('Its storage may hang.');
    expect(rowOf(shown, 'nas')).toContain('nearly full');
  });

  it('draw the trend and say what may be said of it', async () => {
    const { screen: shown } = await open(120, 40);
    await toNas(shown, 2);
    await expectFrame(shown, /full in about 4 days \(\+41 GB a day\)/);
    expect(paneText(shown)).toContain('full in about 4 days (+41 GB a day), if it goes on as in the last 7 days');
    // The scale reaches to the size of the storage: how near the top it is is what matters.
    expect(shown.frame()).toMatch(/7\.2 TB [▁-█]/);
    await shown.press('.', '.');
    await expectFrame(shown, /11-14 \d\d:00/);
    await shown.press('\u001B[D');
    expect(shown.frame()).toMatch(/11-21 \d\d:\d\d/);
    await shown.press(',', ',', escape);
    // Elsewhere the keys say where they count.
    await shown.press('[', '[', '.');
    expect(shown.frame()).toContain('this is for the tab “trend”');
  });

  it('promise nothing from an hour of history', async () => {
    const { screen: shown } = await open(120, 40, {
      over: { 'storage.rrd': [{ time: now - 60 }, { time: now, used: 1, total: 2 }] },
    });
    await toNas(shown, 2);
    await expectFrame(shown, /not enough history yet/);
  });

  it('list the jobs that write there and the tasks of its own', async () => {
    const { screen: shown } = await open(120, 40);
    await toNas(shown, 3);
    await expectFrame(shown, /backup-media/);
    expect(shown.frame()).toContain('104 relay-dev, 105 relay-db');
    expect(shown.frame()).toContain('keeps the last 2');
    await shown.press(']');
    await expectFrame(shown, /prunebackups/);
    expect(shown.frame()).toContain('imgdel');
    expect(shown.frame()).not.toContain('vzstart');
  });

  it('ask nothing of a storage that is not looked at', async () => {
    const { screen: shown, asked } = await open(80, 24);
    await expectFrame(shown, /4 days/);
    expect(new Set(asked)).toEqual(new Set(['storage.trend']));
  });
});
