import { describe, expect, onTestFinished, test } from 'vitest';
import { startCrawl, type Crawl, type CrawlOptions } from '../../../src/inventory/crawl.ts';
import { emptySnapshot } from '../../../src/inventory/emptySnapshot.ts';
import { FactStore } from '../../../src/inventory/facts.ts';
import type { Connection, Snapshot } from '../../../src/inventory/types.ts';
import { ProxdeckError } from '../../../src/models/error.ts';
import type { StoredFact } from '../../../src/state/facts.ts';
import { fakeClock, guest, node, storage, turn, type FakeClock } from './fakes.ts';

const cluster = { contextName: 'lab', address: 'https://lab:8006' };
const away: Connection = {
  state: 'away',
  since: 0,
  error: new ProxdeckError('unreachable', 'nobody answers'),
  nextTryAt: 0,
};
const minute = 60_000;

interface Asked {
  readonly path: string;
  readonly at: number;
  readonly origin: string | undefined;
}

interface Lab {
  readonly clock: FakeClock;
  readonly facts: FactStore;
  readonly asked: Asked[];
  readonly crawl: Crawl;
  readonly inventory: { snapshot: Snapshot; connection: Connection; automatic: boolean };
  /** Paths in the order in which they were asked. */
  paths(): readonly string[];
}

const snapshotOf = (over: Partial<Snapshot> = {}): Snapshot => ({
  ...emptySnapshot,
  at: 1,
  nodes: [node('pve1')],
  guests: [guest(101), guest(102)],
  storages: [storage('local')],
  ...over,
});

const lab = (
  over: {
    readonly snapshot?: Partial<Snapshot>;
    readonly answer?: (path: string) => unknown;
    readonly kept?: readonly StoredFact[];
    readonly saved?: StoredFact[];
  } = {},
): Lab => {
  const clock = fakeClock();
  const facts = new FactStore();
  const asked: Asked[] = [];
  const inventory = {
    snapshot: snapshotOf(over.snapshot),
    connection: { state: 'live' } as Connection,
    automatic: true,
  };
  const client: CrawlOptions['client'] = {
    request: async (_method, path, _parameters, options) => {
      asked.push({ path, at: clock.now(), origin: options?.origin });
      return { data: over.answer === undefined ? defaultAnswer(path) : await over.answer(path) };
    },
  };
  const crawl = startCrawl({
    client,
    cluster,
    inventory,
    facts,
    repository: {
      load: async () => over.kept ?? [],
      save: async (_cluster, fresh) => void over.saved?.push(...fresh),
      forget: async () => undefined,
    },
    onTrouble: (error) => {
      throw error;
    },
    now: clock.now,
    setTimer: clock.setTimer,
    delayMs: 10_000,
  });
  onTestFinished(() => crawl.close());
  return { clock, facts, asked, crawl, inventory, paths: () => asked.map(({ path }) => path) };
};

const defaultAnswer = (path: string): unknown => (path.endsWith('/version') ? { version: '9.2.11' } : []);

/** The most calls in any 60 s, whichever second they begin with. */
const busiestMinute = (asked: readonly Asked[]): number =>
  Math.max(...asked.map(({ at: from }) => asked.filter(({ at }) => at >= from && at < from + minute).length));

describe('the pace', () => {
  test('is at most three calls in any minute over eight hours, counted as the poll’s', async () => {
    const { clock, asked } = lab({
      snapshot: { guests: Array.from({ length: 300 }, (_, at) => guest(100 + at)) },
    });
    await clock.pass(8 * 60 * minute);
    expect(asked.length).toBeGreaterThan(1000);
    expect(busiestMinute(asked)).toBe(3);
    expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set(['poll']));
  });

  test('begins no earlier than it was told, and a machine that slept does not catch up', async () => {
    const { clock, asked } = lab();
    const start = clock.now();
    await clock.pass(9_999);
    expect(asked).toEqual([]);
    await clock.pass(1);
    expect(asked.map(({ at }) => at - start)).toEqual([10_000]);
    clock.sleep(60 * minute);
    await clock.pass(minute);
    expect(busiestMinute(asked)).toBeLessThanOrEqual(3);
  });

  test('waits for a call that takes long, and rests after it', async () => {
    const answers: (() => void)[] = [];
    const { clock, asked } = lab({ answer: () => new Promise((resolve) => answers.push(() => resolve([]))) });
    await clock.pass(5 * minute);
    expect(asked).toHaveLength(1);
    answers[0]?.();
    await turn();
    await clock.pass(20_000);
    expect(asked).toHaveLength(1);
    await clock.pass(1_000);
    expect(asked).toHaveLength(2);
    answers[1]?.();
  });
});

describe('what is asked', () => {
  test('what one call tells of all guests first, then places and guests in turn', async () => {
    const { clock, paths } = lab();
    await clock.pass(4 * minute);
    expect(paths().slice(0, 8)).toEqual([
      '/cluster/status',
      '/nodes/pve1/storage/local/content',
      '/cluster/backup-info/not-backed-up',
      '/cluster/replication',
      '/cluster/ha/status/current',
      '/nodes/pve1/lxc/101/interfaces',
      '/nodes/pve1/storage/local/rrddata',
      '/nodes/pve1/lxc/102/interfaces',
    ]);
  });

  test('the fullest storage first; a shared one once, through a node that is there', async () => {
    const shared = { shared: true, content: ['images'] };
    const { clock, paths } = lab({
      snapshot: {
        nodes: [node('pve1', { status: 'offline' }), node('pve2')],
        guests: [],
        storages: [
          storage('nas', { ...shared, disk: 10, maxdisk: 100 }),
          storage('nas', { ...shared, node: 'pve2', disk: 10, maxdisk: 100 }),
          storage('tank', { node: 'pve2', content: ['images'], disk: 90, maxdisk: 100 }),
          storage('broken', { node: 'pve2', status: 'unknown' }),
        ],
      },
    });
    await clock.pass(3 * minute);
    expect(paths().filter((path) => path.includes('/storage/'))).toEqual([
      '/nodes/pve2/storage/tank/rrddata',
      '/nodes/pve2/storage/nas/rrddata',
    ]);
    expect(paths().some((path) => path.includes('pve1'))).toBe(false);
  });

  test('only running guests are asked for addresses, a VM through its agent', async () => {
    const { clock, paths } = lab({
      snapshot: {
        guests: [
          guest(101, { status: 'stopped' }),
          guest(102, { template: true }),
          guest(200, { type: 'qemu' }),
          guest(103, { node: 'pve9' }),
        ],
      },
    });
    await clock.pass(30 * minute);
    expect(paths().filter((path) => /lxc|qemu/.test(path))).toEqual([
      '/nodes/pve1/qemu/200/agent/network-get-interfaces',
    ]);
  });

  test('a node is asked for its replication only when a guest on it is replicated', async () => {
    const { clock, paths } = lab({
      snapshot: { nodes: [node('pve1'), node('pve2')], guests: [guest(101, { node: 'pve2' })] },
      answer: (path) => (path === '/cluster/replication' ? [{ id: '101-0', guest: '101' }] : defaultAnswer(path)),
    });
    await clock.pass(10 * minute);
    expect(paths().filter((path) => path.endsWith('/replication'))).toEqual([
      '/cluster/replication',
      '/nodes/pve2/replication',
    ]);
  });

  test('a fact is asked again when it is old, the one of the cluster sooner than that of a node', async () => {
    const { clock, paths } = lab();
    await clock.pass(61 * minute);
    const times = (wanted: string): number => paths().filter((path) => path === wanted).length;
    expect(times('/cluster/status')).toBe(6);
    expect(times('/nodes/pve1/storage/local/content')).toBe(3);
    expect(times('/nodes/pve1/disks/list')).toBe(1);
  });
});

describe('a person who looks', () => {
  test('is told at once what one call tells, once the earlier facts are there; the crawl goes on in its pace', async () => {
    const { clock, facts, asked, paths } = lab();
    const end = facts.look();
    await clock.pass(100);
    expect(paths()).toEqual([
      '/cluster/status',
      '/nodes/pve1/storage/local/content',
      '/cluster/backup-info/not-backed-up',
      '/cluster/replication',
      '/cluster/ha/status/current',
    ]);
    expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set(['person']));
    end();
    facts.look()();
    await clock.pass(10_000);
    expect(asked.slice(5).map(({ path, origin }) => [path, origin])).toEqual([
      ['/nodes/pve1/storage/local/rrddata', 'poll'],
    ]);
  });

  test('and looks away is not asked for any more', async () => {
    const answers: (() => void)[] = [];
    const { clock, facts, asked } = lab({ answer: () => new Promise((resolve) => answers.push(() => resolve([]))) });
    const end = facts.look();
    await clock.pass(100);
    expect(asked).toHaveLength(1);
    end();
    answers[0]?.();
    await clock.pass(100);
    expect(asked).toHaveLength(1);
  });

  test('what was refused is not asked for at each look', async () => {
    const { clock, facts, asked } = lab({
      answer: () => {
        throw new ProxdeckError('permission', 'Sys.Audit');
      },
    });
    for (let look = 0; look < 3; look += 1) {
      const end = facts.look();
      await clock.pass(100);
      end();
    }
    expect(asked).toHaveLength(5);
  });
});

describe('silence', () => {
  test.each([
    ['the automatic refresh is off', { automatic: false }],
    ['the cluster is away', { connection: away }],
    ['only the picture of the last run is there', { snapshot: snapshotOf({ fromCache: true }) }],
  ])('nothing is asked while %s, and again afterwards', async (_when, state) => {
    const { clock, asked, inventory } = lab();
    const before = { ...inventory };
    Object.assign(inventory, state);
    await clock.pass(10 * minute);
    expect(asked).toEqual([]);
    Object.assign(inventory, before);
    await clock.pass(minute);
    expect(asked.length).toBeGreaterThan(0);
    expect(busiestMinute(asked)).toBeLessThanOrEqual(3);
  });

  test('a source that fails is left alone longer each time; the others go on', async () => {
    const { clock, asked } = lab({
      snapshot: { guests: [] },
      answer: (path) => {
        if (path.endsWith('/content')) throw new ProxdeckError('timeout', 'hangs');
        return defaultAnswer(path);
      },
    });
    await clock.pass(80 * minute);
    const minutes = asked.filter(({ path }) => path.endsWith('/content')).map(({ at }) => Math.floor(at / minute));
    const gaps = minutes.slice(1).map((at, index) => at - (minutes[index] ?? 0));
    expect(gaps.map((gap) => Math.round(gap / 5) * 5)).toEqual([5, 10, 20, 40]);
    expect(asked.filter(({ path }) => path === '/cluster/status').length).toBeGreaterThan(6);
  });

  test('a right that is missing is not asked for again within its time', async () => {
    const { clock, paths } = lab({
      snapshot: { guests: [] },
      answer: (path) => {
        if (path.endsWith('/apt/update')) throw new ProxdeckError('permission', 'Sys.Modify');
        return defaultAnswer(path);
      },
    });
    await clock.pass(11 * 60 * minute);
    expect(paths().filter((path) => path.endsWith('/apt/update'))).toHaveLength(1);
  });

  test('after it was closed nothing is asked', async () => {
    const { clock, asked, crawl } = lab();
    await clock.pass(minute);
    const count = asked.length;
    await crawl.close();
    await clock.pass(10 * minute);
    expect(asked).toHaveLength(count);
  });
});

describe('memory', () => {
  test('what earlier runs found out is there at once and not asked for while it is young', async () => {
    const clockStart = 1_000_000_000_000;
    const { crawl, clock, facts, paths } = lab({
      kept: [
        { kind: 'quorum', subject: '', at: clockStart, value: { quorate: false } },
        { kind: 'quorum', subject: '', at: clockStart - 1, value: { quorate: true } },
        { kind: 'addresses', subject: '101', at: clockStart - minute, value: ['10.0.0.1'] },
        { kind: 'addresses', subject: '102', at: clockStart, value: 'of another shape' },
        { kind: 'of a later program', subject: '', at: clockStart, value: 1 },
      ],
    });
    await crawl.restored;
    expect(facts.get('quorum')).toEqual({ at: clockStart, value: { quorate: false } });
    expect(facts.addressesOf(guest(101))).toEqual({ at: clockStart - minute, value: ['10.0.0.1'] });
    expect(facts.addressesOf(guest(102))).toBeUndefined();
    await clock.pass(3 * minute);
    expect(paths()[0]).toBe('/nodes/pve1/storage/local/content');
    expect(paths()).toContain('/nodes/pve1/lxc/102/interfaces');
    expect(paths()).not.toContain('/nodes/pve1/lxc/101/interfaces');
  });

  test('until when a node that went away was there is kept', async () => {
    const saved: StoredFact[] = [];
    const { clock, facts, inventory } = lab({ saved, snapshot: { at: 1_000_000_000_000 } });
    await clock.pass(minute);
    expect(facts.get('seen', 'pve1')).toBeUndefined();
    inventory.snapshot = snapshotOf({ at: 1_000_000_060_000, nodes: [node('pve1', { status: 'offline' })] });
    await clock.pass(minute);
    expect(facts.get('seen', 'pve1')?.value).toBe(1_000_000_000);
    expect(saved.filter(({ kind }) => kind === 'seen')).toHaveLength(1);
  });

  test('each fact is kept, and forgotten with what it was about', async () => {
    const saved: StoredFact[] = [];
    const { clock, facts, inventory } = lab({
      saved,
      answer: (path) =>
        path.endsWith('/interfaces')
          ? [{ name: 'eth0', 'ip-addresses': [{ 'ip-address': '10.0.0.1', 'ip-address-type': 'inet', prefix: 24 }] }]
          : defaultAnswer(path),
    });
    await clock.pass(10 * minute);
    expect(saved.find(({ kind, subject }) => kind === 'addresses' && subject === '101')?.value).toEqual(['10.0.0.1']);
    inventory.snapshot = snapshotOf({ guests: [guest(102)] });
    await clock.pass(minute);
    expect(facts.addressesOf(guest(101))).toBeUndefined();
    expect(facts.addressesOf(guest(102))?.value).toEqual(['10.0.0.1']);
  });
});
