import { describe, expect, it } from 'vitest';
import type { Volume } from '../../../src/operations/storage.ts';
import { storageRows } from '../../../screens/storage/rows.ts';
import { ownerOf, shortName, volumeGroups } from '../../../screens/storage/volumes.ts';
import { daysAhead, forecastSentence, pruneText } from '../../../screens/storage/words.ts';
import { aNode, smallCluster } from '../../support/cluster.ts';

const [sample] = smallCluster().storages;
if (sample === undefined) throw new Error('the small cluster has no storage');
const seen = (node: string, status: string) => ({
  ...sample,
  id: `storage/${node}/nas`,
  storage: 'nas',
  node,
  status,
  shared: true,
});
const nodes = [aNode('pve1'), aNode('pve2'), aNode('pve3', { status: 'offline' })];

describe('rows of storages', () => {
  it.each([
    [['available', 'available', 'unknown'], 'available', 'pve1'],
    [['unknown', 'available', 'unknown'], 'partly away', 'pve2'],
    [['unknown', 'unknown', 'unknown'], 'unavailable', 'pve1'],
  ])('takes a shared one %j as %s, by what %s sees', ([first = '', second = '', third = ''], word, node) => {
    const rows = storageRows([seen('pve3', third), seen('pve2', second), seen('pve1', first)], nodes);
    expect(rows.map(({ id, condition, place }) => [id, condition.word, place.node])).toEqual([
      ['storage/nas', word, node],
    ]);
  });

  it('says of one on a dead node only that the node is away', () => {
    const [row] = storageRows([seen('pve3', 'available')], nodes);
    expect(row?.condition.word).toBe('node away');
  });
});

const volume = (volid: string, over: Partial<Volume> = {}): Volume => ({ volid, content: 'backup', ...over });
const names = (vmid: string): string | undefined => (vmid === '101' ? 'web' : undefined);

describe('volumes', () => {
  const all = [
    volume('nas:iso/a.iso', { content: 'iso', size: 5 }),
    volume('nas:backup/old', { vmid: 101, ctime: 10, size: 1 }),
    volume('nas:backup/new', { vmid: 101, ctime: 20, size: 2, protected: true }),
    volume('nas:backup/gone', { vmid: 99, ctime: 30, size: 9 }),
  ];
  const shown = (order: 'owner' | 'newest' | 'largest', filter = '', reversed = false) =>
    volumeGroups(all, { order, filter, reversed }, names).map(({ kind, volumes, size }) => [
      kind,
      volumes.map(({ volid }) => shortName(volid)).join(' '),
      size,
    ]);

  it('stand in groups, in the order that was chosen', () => {
    expect(shown('owner')).toEqual([
      ['backup', 'gone new old', 12],
      ['iso', 'a.iso', 5],
    ]);
    expect(shown('newest')[0]).toEqual(['backup', 'gone new old', 12]);
    expect(shown('largest')[0]).toEqual(['backup', 'gone new old', 12]);
    expect(shown('newest', '', true)[0]).toEqual(['backup', 'old new gone', 12]);
  });

  it('are found by guest, kind and what they are', () => {
    expect(shown('owner', 'name:web')).toEqual([['backup', 'new old', 3]]);
    expect(shown('owner', 'protected')).toEqual([['backup', 'new', 2]]);
    expect(shown('owner', 'type:iso')).toEqual([['iso', 'a.iso', 5]]);
    expect(shown('owner', 'zebra')).toEqual([]);
  });

  it('belong to a guest by name, or to one that is gone', () => {
    expect(ownerOf({ vmid: 101 }, names)).toBe('101 web');
    expect(ownerOf({ vmid: 99 }, names)).toBe('99 (gone)');
    expect(ownerOf({}, names)).toBeUndefined();
  });

  it.each([
    ['local:iso/debian.iso', 'debian.iso'],
    ['pbs:backup/ct/101/2026-01-02T03:04:05Z', 'ct/101/2026-01-02T03:04:05Z'],
    ['local:101/vm-101-disk-0.raw', 'vm-101-disk-0.raw'],
    ['local-zfs:subvol-101-disk-0', 'subvol-101-disk-0'],
  ])('are called in short: %s', (volid, name) => {
    expect(shortName(volid)).toBe(name);
  });
});

describe('words', () => {
  it.each([
    [0.4, 'today'],
    [1.2, '1 day'],
    [12, '12 days'],
    [90, '3 months'],
    [900, 'years'],
  ])('%d days ahead are %s', (days, text) => {
    expect(daysAhead(days)).toBe(text);
  });

  const gigabyte = 2 ** 30;
  it.each([
    [{ kind: 'filling', days: 3.2, soonest: 3, latest: 4 }, 'full in about 3 days (+41 GB a day)'],
    [{ kind: 'filling', days: 5, soonest: 3, latest: 9 }, 'full in 3 to 9 days (+41 GB a day)'],
    [{ kind: 'filling', days: 0.2, soonest: 0.1, latest: 1 }, 'full today (+41 GB a day)'],
    [{ kind: 'filling', days: 2000, soonest: 1, latest: 9000 }, 'not full for years (+41 GB a day)'],
    [{ kind: 'uneven' }, 'fills and empties: no trend to tell'],
    [{ kind: 'steady' }, 'steady: hardly changes'],
  ] as const)('says of %j no more than it knows', (forecast, sentence) => {
    expect(forecastSentence(41 * gigabyte, forecast)).toBe(sentence);
  });

  it('says that a storage empties', () => {
    expect(forecastSentence(-2 * gigabyte, { kind: 'shrinking' })).toBe('empties (-2.0 GB a day)');
  });

  it.each([
    ['keep-daily=3,keep-weekly=2', 'keeps 3 daily, 2 weekly'],
    [{ 'keep-last': '4' }, 'keeps the last 4'],
    ['keep-all=1', 'keeps all backups'],
    ['', 'keeps all backups'],
  ])('says what %j keeps', (setting, text) => {
    expect(pruneText(setting)).toBe(text);
  });
});
