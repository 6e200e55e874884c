import { storageKey, type Guest, type Storage } from '../models/cluster.ts';
import type { Parameters } from '../proxmox/types.ts';
import {
  addressesIn,
  backupsIn,
  certificateIn,
  disksIn,
  quorumIn,
  replicatedIn,
  replicationIn,
  reportedIn,
  sickPoolsIn,
  trendIn,
  uncoveredIn,
  updatesIn,
  versionIn,
} from './factAnswers.ts';
import type { FactKind, Facts, KeptFact } from './facts.ts';
import type { Snapshot } from './types.ts';

/** What the slow crawl may ask of a cluster, and what of it is worth asking first. Pure. */

/**
 * Who is served before whom: `cluster` is what one call tells of all guests or all nodes and always goes first; storages and
 * nodes take turns with single guests, so that neither waits for the end of the other.
 */
export type SourceClass = 'cluster' | 'place' | 'guest';

/** One thing that can be asked. */
export interface Source {
  readonly kind: FactKind;
  readonly subject: string;
  readonly class: SourceClass;
  /** Asked at once when a person looks and it was never asked: few calls that tell most of what needs one. */
  readonly atOnce?: true;
  /** Among sources never asked before, the lowest first. */
  readonly rank: number;
  /** Asked again when the fact is this old, in milliseconds. */
  readonly renewMs: number;
  readonly path: string;
  readonly parameters: Parameters;
  /** The fact in the answer; undefined when the answer says nothing. */
  readonly read: (data: unknown, at: number) => KeptFact | undefined;
}

const minute = 60_000;
const hour = 60 * minute;

/** Returns everything but single guests that can be asked of a cluster now: only of nodes that are online and storages that are there. */
export const sourcesOf = (snapshot: Snapshot, facts: Facts): readonly Source[] => {
  const online = snapshot.nodes.filter(({ status }) => status === 'online').map(({ node }) => node);
  const isOnline = new Set(online);
  const storages = reachable(snapshot.storages, isOnline);
  return [
    ...clusterSources(online.length < snapshot.nodes.length),
    ...storages.filter(({ content }) => content.includes('backup')).map(backupsOn),
    ...storages.map(trendOn),
    ...replicationSources(snapshot.guests, facts, isOnline),
    ...online.flatMap(nodeSources),
  ];
};

/**
 * Returns the one guest whose addresses are worth asking for now: the first that was never asked, else the one asked longest
 * ago, if that is long enough. `mayAsk` leaves out those that refused lately. One pass, without a word of garbage for each of 10,000.
 */
export const guestToAsk = (
  { nodes, guests }: Snapshot,
  facts: Facts,
  mayAsk: (source: Pick<Source, 'kind' | 'subject'>) => boolean,
  now: number,
): Source | undefined => {
  const isOnline = new Set(nodes.filter(({ status }) => status === 'online').map(({ node }) => node));
  let oldest: { readonly guest: Guest; readonly at: number } | undefined;
  for (const guest of guests) {
    if (guest.status !== 'running' || guest.template || !isOnline.has(guest.node)) continue;
    // What is dated in the future, by a clock that was set back, is as good as never asked.
    const known = facts.addressesOf(guest)?.at ?? Number.NEGATIVE_INFINITY;
    const at = known > now ? Number.NEGATIVE_INFINITY : known;
    if (at >= (oldest?.at ?? now - addressesRenewMs)) continue;
    if (!mayAsk({ kind: 'addresses', subject: String(guest.vmid) })) continue;
    oldest = { guest, at };
    if (at === Number.NEGATIVE_INFINITY) break;
  }
  return oldest === undefined ? undefined : addressesOn(oldest.guest);
};

/** One row of each storage that can be asked now: a shared one through the first node that has it. */
const reachable = (storages: readonly Storage[], isOnline: ReadonlySet<string>): readonly Storage[] => {
  const found = new Map<string, Storage>();
  for (const storage of storages)
    if (storage.status === 'available' && isOnline.has(storage.node) && !found.has(storageKey(storage)))
      found.set(storageKey(storage), storage);
  return [...found.values()];
};

/** While a node is away, what the cluster makes of it is asked more often. */
const clusterSources = (isBroken: boolean): readonly Source[] => [
  {
    kind: 'quorum',
    subject: '',
    class: 'cluster',
    atOnce: true,
    rank: 0,
    renewMs: isBroken ? 2 * minute : 10 * minute,
    path: '/cluster/status',
    parameters: {},
    read: (data, at) => ({ kind: 'quorum', subject: '', at, value: quorumIn(data) }),
  },
  {
    kind: 'reported',
    subject: '',
    class: 'cluster',
    atOnce: true,
    rank: isBroken ? 0.5 : 4,
    renewMs: isBroken ? 2 * minute : 60 * minute,
    path: '/cluster/ha/status/current',
    parameters: {},
    read: (data, at) => ({ kind: 'reported', subject: '', at, value: reportedIn(data) }),
  },
  {
    kind: 'uncovered',
    subject: '',
    class: 'cluster',
    atOnce: true,
    rank: 2,
    renewMs: hour,
    path: '/cluster/backup-info/not-backed-up',
    parameters: {},
    read: (data, at) => ({ kind: 'uncovered', subject: '', at, value: uncoveredIn(data) }),
  },
  {
    kind: 'replicated',
    subject: '',
    class: 'cluster',
    atOnce: true,
    rank: 3,
    renewMs: hour,
    path: '/cluster/replication',
    parameters: {},
    read: (data, at) => ({ kind: 'replicated', subject: '', at, value: replicatedIn(data) }),
  },
];

const pathOf = ({ node, storage }: Storage): string =>
  `/nodes/${encodeURIComponent(node)}/storage/${encodeURIComponent(storage)}`;

/** One call tells the newest backup of every guest. */
const backupsOn = (storage: Storage): Source => {
  const subject = storageKey(storage);
  return {
    kind: 'backups',
    subject,
    class: 'cluster',
    atOnce: true,
    rank: 1,
    renewMs: 20 * minute,
    path: `${pathOf(storage)}/content`,
    parameters: { content: 'backup' },
    read: (data, at) => ({ kind: 'backups', subject, at, value: backupsIn(data) }),
  };
};

/** From this share on a storage is worth a closer watch. */
const fillingShare = 0.6;

const trendOn = (storage: Storage): Source => {
  const subject = storageKey(storage);
  const share = storage.maxdisk > 0 ? storage.disk / storage.maxdisk : 0;
  return {
    kind: 'trend',
    subject,
    class: 'place',
    ...(share >= fillingShare ? ({ atOnce: true } as const) : {}),
    // The fullest first.
    rank: 1 - share,
    renewMs: share >= fillingShare ? 6 * hour : 24 * hour,
    path: `${pathOf(storage)}/rrddata`,
    parameters: { timeframe: 'week', cf: 'AVERAGE' },
    read: (data, at) => {
      const value = trendIn(data);
      return value === undefined ? undefined : { kind: 'trend', subject, at, value };
    },
  };
};

/** Only nodes with guests that are replicated have something to tell. */
const replicationSources = (
  guests: readonly Guest[],
  facts: Facts,
  isOnline: ReadonlySet<string>,
): readonly Source[] => {
  const replicated = new Set(facts.get('replicated')?.value);
  if (replicated.size === 0) return [];
  const nodes = new Set(guests.filter(({ vmid }) => replicated.has(vmid)).map(({ node }) => node));
  return [...nodes].filter((node) => isOnline.has(node)).map(replicationOf);
};

const replicationOf = (node: string): Source => ({
  kind: 'replication',
  subject: node,
  class: 'place',
  rank: 2,
  renewMs: 30 * minute,
  path: `/nodes/${encodeURIComponent(node)}/replication`,
  parameters: {},
  read: (data, at) => ({ kind: 'replication', subject: node, at, value: replicationIn(data) }),
});

const nodeSources = (node: string): readonly Source[] => {
  const base = `/nodes/${encodeURIComponent(node)}`;
  const place = { subject: node, class: 'place', parameters: {} } as const;
  return [
    {
      ...place,
      kind: 'disks',
      rank: 3,
      renewMs: 6 * hour,
      path: `${base}/disks/list`,
      read: (data, at) => ({ kind: 'disks', subject: node, at, value: disksIn(data) }),
    },
    {
      ...place,
      kind: 'sickPools',
      rank: 3,
      renewMs: 3 * hour,
      path: `${base}/disks/zfs`,
      read: (data, at) => ({ kind: 'sickPools', subject: node, at, value: sickPoolsIn(data) }),
    },
    {
      ...place,
      kind: 'certificate',
      rank: 5,
      renewMs: 24 * hour,
      path: `${base}/certificates/info`,
      read: (data, at) => {
        const value = certificateIn(data);
        return value === undefined ? undefined : { kind: 'certificate', subject: node, at, value };
      },
    },
    {
      ...place,
      kind: 'version',
      rank: 4,
      renewMs: 12 * hour,
      path: `${base}/version`,
      read: (data, at) => ({ kind: 'version', subject: node, at, value: versionIn(data) }),
    },
    {
      ...place,
      kind: 'updates',
      rank: 6,
      renewMs: 12 * hour,
      path: `${base}/apt/update`,
      read: (data, at) => ({ kind: 'updates', subject: node, at, value: updatesIn(data) }),
    },
  ];
};

const addressesRenewMs = 2 * hour;

const addressesOn = ({ node, type, vmid }: Guest): Source => {
  const subject = String(vmid);
  const base = `/nodes/${encodeURIComponent(node)}/${type}/${subject}`;
  return {
    kind: 'addresses',
    subject,
    class: 'guest',
    rank: 0,
    renewMs: addressesRenewMs,
    path: type === 'lxc' ? `${base}/interfaces` : `${base}/agent/network-get-interfaces`,
    parameters: {},
    read: (data, at) => ({ kind: 'addresses', subject, at, value: addressesIn(data) }),
  };
};
