import { describe, expect, test } from 'vitest';
import { emptySnapshot } from '../../../src/inventory/emptySnapshot.ts';
import { FactStore, type KeptFact, type NewestBackup } from '../../../src/inventory/facts.ts';
import { faultKinds, type Fault } from '../../../src/inventory/faults/fault.ts';
import { faultsOf } from '../../../src/inventory/faults/faults.ts';
import { fillingText } from '../../../src/inventory/faults/storages.ts';
import type { Snapshot } from '../../../src/inventory/types.ts';
import { guest, node, storage, task } from './fakes.ts';

const now = new Date(2026, 10, 21, 12, 0, 0).getTime();
const seconds = now / 1000;
const hour = 3600;
const day = 24 * hour;
const gigabyte = 2 ** 30;

const snapshotOf = (over: Partial<Snapshot> = {}): Snapshot => ({
  ...emptySnapshot,
  at: now,
  nodes: [node('pve1'), node('pve2')],
  ...over,
});

type Wanted = { readonly [K in KeptFact['kind']]?: Readonly<Record<string, Extract<KeptFact, { kind: K }>['value']>> };

/** Facts by kind and subject, all as of now. */
const factsOf = (wanted: Wanted = {}): FactStore => {
  const facts = new FactStore();
  facts.put(
    Object.entries(wanted).flatMap(([kind, bySubject]) =>
      Object.entries(bySubject).map(([subject, value]) => ({ kind, subject, at: now, value }) as KeptFact),
    ),
  );
  return facts;
};

const texts = (faults: readonly Fault[]): readonly string[] => faults.map(({ subject, text }) => `${subject} ${text}`);

const faults = (snapshot: Partial<Snapshot>, wanted: Wanted = {}): readonly Fault[] =>
  faultsOf(snapshotOf(snapshot), factsOf(wanted), now);

const backup = (ageSeconds: number, over: Partial<NewestBackup> = {}): NewestBackup => ({
  ctime: seconds - ageSeconds,
  volid: 'local:backup/x',
  size: 1,
  count: 1,
  ...over,
});

test('a cluster that is well has no fault, and one of which nothing is known neither', () => {
  expect(faultsOf(emptySnapshot, new FactStore(), now)).toEqual([]);
  const well = faults(
    { guests: [guest(101)], storages: [storage('local', { disk: 1, maxdisk: 10 })] },
    {
      quorum: { '': { quorate: true } },
      backups: { 'pve1/local': { 101: backup(hour) } },
      disks: { pve1: [{ devpath: '/dev/sda', model: 'x', health: 'PASSED', wearout: 90 }] },
      certificate: { pve1: { notafter: seconds + 100 * day, filename: 'pve-ssl.pem' } },
      version: { pve1: { version: '9.2.11' }, pve2: { version: '9.2.11' } },
    },
  );
  expect(well).toEqual([]);
});

describe('the order', () => {
  test('errors before warnings, and what puts everything at risk first', () => {
    const found = faults(
      {
        nodes: [node('pve1'), node('pve2', { status: 'offline' })],
        guests: [guest(101, { lock: 'backup' }), guest(102, { hastate: 'error' })],
        storages: [storage('nas', { disk: 97, maxdisk: 100 }), storage('local', { disk: 88, maxdisk: 100 })],
        tasks: [
          task(seconds - hour, { type: 'vzdump', id: '101', status: 'job errors', endtime: seconds - hour + 5 }),
          task(seconds - hour, { upid: 'b', id: '102', status: 'no such volume', endtime: seconds - hour + 5 }),
        ],
      },
      { quorum: { '': { quorate: false } } },
    );
    expect(found.map(({ kind }) => kind)).toEqual([
      'quorum',
      'node-away',
      'guest-failed',
      'storage-full',
      'backup-failed',
      'storage-full',
      'task-failed',
      'guest-stuck',
    ]);
    const severities = found.map(({ severity }) => severity);
    expect(severities.lastIndexOf('error')).toBe(4);
    expect(severities.indexOf('warn')).toBe(5);
  });

  test('every fault has an id of its own and a kind of the list', () => {
    const found = faults({
      nodes: [node('pve1', { disk: 95, maxdisk: 100 }), node('pve2', { hastate: 'fence' })],
      guests: [
        guest(101, { status: 'io-error' }),
        guest(102, { disk: 95, maxdisk: 100 }),
        guest(103, { status: 'paused' }),
      ],
    });
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    for (const { kind } of found) expect(faultKinds).toContain(kind);
  });
});

describe('nodes', () => {
  const away = [node('pve1'), node('pve3', { status: 'offline' })];

  test('say what went with them, in singular and plural, templates left out', () => {
    const on = (count: number) =>
      Array.from({ length: count }, (_, at) =>
        guest(100 + at, { node: 'pve3', ...(at === 0 ? { hastate: 'started' } : {}) }),
      );
    expect(texts(faults({ nodes: away }))).toEqual(['pve3 is unreachable; no guest with it']);
    expect(texts(faults({ nodes: away, guests: on(1) }))).toEqual(['pve3 is unreachable; 1 guest with it, 1 under HA']);
    expect(texts(faults({ nodes: away, guests: [...on(9), guest(900, { node: 'pve3', template: true })] }))).toEqual([
      'pve3 is unreachable; 9 guests with it, 1 under HA',
    ]);
  });

  test('say when they were last there, as their HA manager told, else as this program saw', () => {
    const told = (ago: number) => faults({ nodes: away }, { reported: { '': { pve3: seconds - ago } } })[0]?.text;
    expect(told(840)).toBe('unreachable, last seen 14m ago; no guest with it');
    expect(faults({ nodes: away }, { seen: { pve3: seconds - 840 } })[0]?.text).toBe(told(840));
    expect(told(2 * day + hour)).toBe('unreachable, last seen 2d 1h ago; no guest with it');
  });

  test('a disk that fails, one that is worn out, a pool that lost one', () => {
    const found = faults(
      {},
      {
        disks: {
          pve2: [
            { devpath: '/dev/sdb', model: 'WD40', health: 'FAILED!' },
            { devpath: '/dev/sdc', model: 'unknown', health: 'PASSED', wearout: 3 },
            { devpath: '/dev/sdd', model: 'fine', health: 'OK', wearout: 99 },
            { devpath: '/dev/vda', model: 'virtual', health: 'UNKNOWN' },
          ],
        },
        sickPools: { pve1: [{ name: 'tank', health: 'DEGRADED' }] },
      },
    );
    expect(texts(found)).toEqual([
      'pve1 ZFS pool tank is DEGRADED: it lost a disk or found errors',
      'pve2 disk /dev/sdb is failing: SMART says FAILED (WD40)',
      'pve2 disk /dev/sdc is worn out: 3 % of its life is left',
    ]);
  });

  test('a certificate that ends soon, and one that has ended', () => {
    const told = (days: number) =>
      faults({}, { certificate: { pve1: { notafter: seconds + days * day, filename: 'pve-ssl.pem' } } }).map(
        ({ severity, text }) => `${severity}: ${text}`,
      );
    expect(told(20)).toEqual([]);
    expect(told(9.5)).toEqual(['warn: certificate pve-ssl.pem expires in 9 days']);
    expect(told(1.5)).toEqual(['error: certificate pve-ssl.pem expires in 1 day']);
    expect(told(0.5)).toEqual(['error: certificate pve-ssl.pem expires within a day']);
    expect(told(-1)).toEqual(['error: certificate pve-ssl.pem has expired']);
  });

  test('releases that differ, the newest first', () => {
    const nodes = ['pve1', 'pve2', 'pve10'].map((name) => node(name));
    const version = { pve1: { version: '9.2.9' }, pve2: { version: '9.2.11' }, pve10: { version: '9.2.9' } };
    expect(texts(faults({ nodes }, { version }))).toEqual([
      'versions of Proxmox VE are mixed: 9.2.11 on pve2, 9.2.9 on pve1, pve10',
    ]);
  });
});

describe('storages', () => {
  const growth = (gigabytesADay: number) => ({
    bytesADay: gigabytesADay * gigabyte,
    low: gigabytesADay * gigabyte * 0.9,
    high: gigabytesADay * gigabyte * 1.1,
    days: 7,
  });
  const nas = (used: number, over = {}) =>
    storage('nas', { shared: true, content: ['images'], disk: used * gigabyte, maxdisk: 1000 * gigabyte, ...over });

  test('say when they are full and how they grow', () => {
    expect(fillingText(growth(41), 877 * gigabyte, 1000 * gigabyte)).toBe('full in about 3 days (+41 GB a day)');
    expect(fillingText(growth(100), 877 * gigabyte, 1000 * gigabyte)).toBe('full in about a day (+100 GB a day)');
    expect(fillingText(growth(200), 877 * gigabyte, 1000 * gigabyte)).toBe('full within a day (+200 GB a day)');
    expect(fillingText(growth(-5), 877 * gigabyte, 1000 * gigabyte)).toBe('');
    expect(fillingText(undefined, 877 * gigabyte, 1000 * gigabyte)).toBe('');
  });

  test('a storage that fills fast is told before it is full; one that is full without a trend says what is left', () => {
    expect(texts(faults({ storages: [nas(600)] }))).toEqual([]);
    expect(faults({ storages: [nas(600)] }, { trend: { nas: growth(100) } })).toMatchObject([
      { severity: 'error', subject: 'nas', text: '60% used, full in about 4 days (+100 GB a day)' },
    ]);
    expect(faults({ storages: [nas(600)] }, { trend: { nas: growth(40) } })).toMatchObject([{ severity: 'warn' }]);
    expect(texts(faults({ storages: [nas(880)] }))).toEqual(['nas 88% used, 120 GB of 1000 GB left']);
    expect(faults({ storages: [nas(960)] })).toMatchObject([{ severity: 'error' }]);
  });

  test('a shared one is told once, one of the same name on two nodes with its node', () => {
    expect(texts(faults({ storages: [nas(970), nas(970, { node: 'pve2', id: 'storage/pve2/nas' })] }))).toHaveLength(1);
    const local = (on: string) => storage('local', { id: `storage/${on}/local`, node: on, disk: 99, maxdisk: 100 });
    expect(faults({ storages: [local('pve1'), local('pve2')] }).map(({ subject }) => subject)).toEqual([
      'local on pve1',
      'local on pve2',
    ]);
  });

  test('one that is not available says where; on a node that is away it is no fault of its own', () => {
    const storages = [nas(1), nas(1, { node: 'pve2', id: 'storage/pve2/nas', status: 'unknown' })];
    expect(texts(faults({ storages }))).toEqual([
      'nas is not available on pve2: what lies there can neither be read nor written',
    ]);
    const nodes = [node('pve1'), node('pve2', { status: 'offline' })];
    expect(faults({ nodes, storages }).map(({ kind }) => kind)).toEqual(['node-away']);
  });
});

describe('backups', () => {
  const three = [guest(101), guest(102), guest(103), guest(900, { template: true })];
  const storages = [storage('local', { disk: 1, maxdisk: 10 })];

  test('guests that were never backed up, with their jobs, in singular and plural', () => {
    const told = (have: Record<string, NewestBackup>, uncovered: number[] = []) =>
      texts(faults({ guests: three, storages }, { backups: { 'pve1/local': have }, uncovered: { '': uncovered } }));
    expect(told({ 101: backup(1), 102: backup(1), 103: backup(1) })).toEqual([]);
    expect(told({ 101: backup(1), 102: backup(1) })).toEqual(['103 web103 never backed up']);
    expect(told({ 101: backup(1), 102: backup(1) }, [103])).toEqual(['103 web103 never backed up; no job covers it']);
    expect(told({ 101: backup(1) })).toEqual(['2 guests never backed up: web102, web103']);
    expect(told({ 101: backup(1) }, [102])).toEqual(['2 guests never backed up: web102, web103; 1 in no job']);
    expect(told({ 101: backup(1) }, [102, 103])).toEqual([
      '2 guests never backed up: web102, web103; no job covers them',
    ]);
  });

  test('many names are cut, the filter keeps all of them', () => {
    const many = Array.from({ length: 9 }, (_, at) => guest(101 + at));
    const [fault] = faults({ guests: many, storages }, { backups: { 'pve1/local': { 101: backup(1) } } });
    expect(fault).toMatchObject({ subject: '8 guests', text: 'never backed up: web102, web103, web104 and 5 more' });
    expect(fault?.vmids).toHaveLength(8);
  });

  test('a backup of more than a week ago is none to rely on', () => {
    const have = { 101: backup(33 * day), 102: backup(8 * day), 103: backup(6 * day) };
    expect(texts(faults({ guests: three, storages }, { backups: { 'pve1/local': have } }))).toEqual([
      '2 guests last backup is over a week old: web101 33d, web102 8d',
    ]);
    const one = { 101: backup(33 * day), 102: backup(day), 103: backup(day) };
    expect(texts(faults({ guests: three, storages }, { backups: { 'pve1/local': one } }))).toEqual([
      '101 web101 last backup is 33d old',
    ]);
  });

  test('the newest over all storages counts; one that did not verify is told', () => {
    const two = [...storages, storage('pbs', { shared: true, id: 'storage/pve1/pbs', disk: 1, maxdisk: 10 })];
    const backups = {
      'pve1/local': { 101: backup(33 * day), 102: backup(1), 103: backup(1) },
      pbs: { 101: backup(hour, { verification: 'failed' }) },
    };
    expect(texts(faults({ guests: three, storages: two }, { backups }))).toEqual([
      '101 web101 its newest backup on pbs did not pass verification',
    ]);
  });

  test('nothing is claimed before every storage that can hold backups was read', () => {
    const two = [...storages, storage('pbs', { shared: true, id: 'storage/pve1/pbs', disk: 1, maxdisk: 10 })];
    expect(faults({ guests: three, storages: two }, { backups: { 'pve1/local': { 101: backup(99 * day) } } })).toEqual(
      [],
    );
  });

  test('a login that sees no backup at all is told so, not that everything is lost', () => {
    expect(texts(faults({ guests: three, storages }, { backups: { 'pve1/local': {} } }))).toEqual([
      '3 guests not one backup can be seen: there is none, or this login lacks VM.Backup',
    ]);
  });
});

describe('guests', () => {
  test('that failed, are nearly full, locked by nobody or paused', () => {
    const guests = [
      guest(101, { type: 'qemu', status: 'io-error' }),
      guest(102, { disk: 98, maxdisk: 100 }),
      guest(103, { lock: 'snapshot-delete' }),
      guest(104, { type: 'qemu', status: 'paused' }),
    ];
    expect(texts(faults({ guests }))).toEqual([
      '101 web101 stands still after an input/output error of its disk',
      '102 web102 disk 98% used',
      '103 web103 is locked (snapshot-delete), and no running task holds the lock',
      '104 web104 is paused',
    ]);
  });

  test('a lock that a running task holds is no fault; neither is one while its node is backed up', () => {
    const guests = [guest(101, { lock: 'backup' })];
    expect(faults({ guests, tasks: [task(1, { id: '101' })] })).toEqual([]);
    expect(faults({ guests, tasks: [task(1, { type: 'vzdump', id: '' })] })).toEqual([]);
    expect(faults({ guests, tasks: [task(1, { id: '999' })] })).toHaveLength(1);
  });

  test('on a node that is away are told with the node only', () => {
    const nodes = [node('pve1', { status: 'offline' })];
    expect(faults({ nodes, guests: [guest(101, { status: 'unknown', lock: 'x' })] }).map(({ kind }) => kind)).toEqual([
      'node-away',
    ]);
  });

  test('replication that fails says how often and why, without the command that was run', () => {
    const job = {
      id: '101-0',
      guest: 101,
      target: 'pve2',
      failures: 3,
      error: "command 'ssh pve2 x' failed: exit code 255",
    };
    const told = (over: Partial<typeof job>, nodes = [node('pve1'), node('pve2')]) =>
      faults({ nodes, guests: [guest(101)] }, { replication: { pve1: [{ ...job, ...over }] } }).find(
        ({ kind }) => kind === 'replication-failing',
      )?.text;
    expect(told({})).toBe('replication to pve2 failed 3 times in a row');
    expect(told({ failures: 1, error: 'no snapshot' })).toBe('replication to pve2 failed: no snapshot');
    expect(told({}, [node('pve1'), node('pve2', { status: 'offline' })])).toBe(
      'replication to pve2 failed 3 times in a row: that node is away',
    );
  });
});

describe('tasks', () => {
  const failed = (ago: number, over = {}) =>
    task(seconds - ago, { upid: `u${String(ago)}`, status: 'no such volume', endtime: seconds - ago + 1, ...over });
  const guests = [guest(101)];

  test('failed ones of the last day with when and why, backups apart', () => {
    const tasks = [
      failed(3 * hour),
      failed(2 * hour, { type: 'vzdump', id: '101', status: 'job errors' }),
      failed(30 * hour, { id: '102' }),
    ];
    const reasons = (upid: string) => (upid === 'u7200' ? 'storage nas is full' : undefined);
    expect(texts(faultsOf(snapshotOf({ guests, tasks }), factsOf(), now, reasons))).toEqual([
      '101 web101 backup failed at 10:00: storage nas is full',
      '101 web101 start failed at 09:00: no such volume',
    ]);
  });

  test('one that succeeded afterwards is forgiven; one that failed again is told once, with how often', () => {
    const good = task(seconds - hour, { upid: 'good', status: 'OK', endtime: seconds - hour + 1 });
    expect(faults({ guests, tasks: [good, failed(2 * hour)] })).toEqual([]);
    expect(texts(faults({ guests, tasks: [failed(hour), failed(2 * hour), failed(3 * hour)] }))).toEqual([
      '101 web101 start failed at 11:00, 3 times: no such volume',
    ]);
  });

  test('what is about no guest is told with its node; warnings are no failure', () => {
    const tasks = [
      failed(hour, { type: 'aptupdate', id: '', status: "command 'apt-get update' failed: exit code 100" }),
      failed(hour, { upid: 'w', id: '101', status: 'WARNINGS: 2' }),
    ];
    expect(texts(faults({ guests, tasks }))).toEqual(['pve1 packages: refresh lists failed at 11:00']);
  });

  test('many are told together', () => {
    const tasks = Array.from({ length: 9 }, (_, at) => failed(hour + at * 60, { id: String(200 + at) }));
    const found = faults({ guests, tasks });
    expect(found).toHaveLength(4);
    expect(found.at(-1)).toMatchObject({
      subject: '6 more tasks',
      text: 'failed in the last day: 203, 204, 205 and 3 more',
    });
  });
});

test('clusters shown together keep their faults apart: the same number is another guest in another cluster', () => {
  const inCluster = (context: string) => ({
    node: { ...node(`${context}:pve1`), context },
    guest: {
      ...guest(150, { node: `${context}:pve1`, name: 'win11', hastate: 'error' }),
      context,
      id: `${context}:lxc/150`,
    },
    task: {
      ...task(seconds - 2 * hour, { upid: `UPID:${context}`, type: 'vzdump', id: '150', status: 'job errors' }),
      node: `${context}:pve1`,
      endtime: seconds - hour,
      context,
    },
  });
  const [home, work] = [inCluster('home'), inCluster('work')];
  const found = faults({
    nodes: [home.node, work.node],
    guests: [home.guest, work.guest],
    tasks: [home.task, work.task],
  });
  const about = found.map(({ kind, subject, context }) => `${kind} ${subject} ${context ?? ''}`);
  expect(about).toEqual([
    'guest-failed home:150 win11 home',
    'guest-failed work:150 win11 work',
    'backup-failed home:150 win11 home',
    'backup-failed work:150 win11 work',
  ]);
  expect(new Set(found.map(({ id }) => id)).size).toBe(4);
});
