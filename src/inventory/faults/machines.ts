import type { ClusterNode, Guest } from '../../models/cluster.ts';
import { counted, percent } from '../../models/units.ts';
import type { Facts } from '../facts.ts';
import type { Snapshot } from '../types.ts';
import { listed, span, type Fault } from './fault.ts';

/** Faults of the cluster and its nodes: quorum, nodes that are away, disks, pools, certificates, versions. */

const percentOf = (part: number | undefined, whole: number | undefined): number =>
  part !== undefined && whole !== undefined && whole > 0 ? part / whole : 0;

/** Without quorum the configuration is read-only: nothing can be started, changed or moved. */
export const quorumFaults = (facts: Facts): readonly Fault[] => {
  const quorum = facts.get('quorum');
  if (quorum?.value.quorate !== false) return [];
  return [
    {
      id: 'quorum',
      kind: 'quorum',
      severity: 'error',
      subject: 'cluster',
      text: 'has lost its quorum: guests go on, but nothing can be started or changed until more nodes are back',
      at: quorum.at,
    },
  ];
};

const isManaged = ({ hastate }: Guest): boolean => hastate !== undefined && !['ignored', 'disabled'].includes(hastate);

/** What went away with a node, and when it was last there: its HA manager tells, or this program saw it. */
const awayText = ({ node }: ClusterNode, guests: readonly Guest[], facts: Facts, now: number): string => {
  const last = facts.get('reported')?.value[node] ?? facts.get('seen', node)?.value;
  const since = last === undefined ? 'is unreachable' : `unreachable, last seen ${span(now / 1000 - last)} ago`;
  const own = guests.filter((guest) => guest.node === node && !guest.template);
  if (own.length === 0) return `${since}; no guest with it`;
  const managed = own.filter(isManaged).length;
  return `${since}; ${counted(own.length, 'guest')} with it${managed === 0 ? '' : `, ${String(managed)} under HA`}`;
};

/** Nodes that do not answer, or that HA cuts off. */
export const nodeFaults = ({ nodes, guests }: Snapshot, facts: Facts, now: number): readonly Fault[] =>
  nodes.flatMap((row): readonly Fault[] => {
    const { node } = row;
    const about = { severity: 'error', subject: node, node } as const;
    if (row.status === 'offline')
      return [{ ...about, id: `node-away ${node}`, kind: 'node-away', text: awayText(row, guests, facts, now) }];
    if (row.hastate === 'fence' || row.hastate === 'gone')
      return [
        {
          ...about,
          id: `node-fenced ${node}`,
          kind: 'node-fenced',
          text:
            row.hastate === 'fence' ? 'is being fenced by HA: its guests are recovered elsewhere' : 'is gone, says HA',
        },
      ];
    return [];
  });

const rootFullShare = 0.9;

/** Root file systems that fill: a full one stops the node from writing its configuration. */
export const rootFaults = ({ nodes }: Snapshot): readonly Fault[] =>
  nodes.flatMap((row): readonly Fault[] => {
    const used = percentOf(row.disk, row.maxdisk);
    if (used < rootFullShare) return [];
    const { node } = row;
    return [
      {
        id: `node-full ${node}`,
        kind: 'node-full',
        severity: used >= 0.97 ? 'error' : 'warn',
        subject: node,
        node,
        text: `root file system ${percent(used)} used`,
      },
    ];
  });

/** The words of smartctl, of SCSI disks and of those that are not asked. */
const wellDisks = new Set(['PASSED', 'OK', 'UNKNOWN', '']);
/** Percent of life left from which on a solid-state disk should be replaced. */
const wornAt = 5;

/** Disks that say of themselves that they fail or are worn out, and ZFS pools that lost one. */
export const diskFaults = ({ nodes }: Snapshot, facts: Facts): readonly Fault[] =>
  nodes.flatMap(({ node }): readonly Fault[] => {
    const disks = facts.get('disks', node);
    const pools = facts.get('sickPools', node);
    const sick = (pools?.value ?? []).map(({ name, health }): Fault => ({
      id: `pool-sick ${node} ${name}`,
      kind: 'pool-sick',
      severity: 'error',
      subject: node,
      node,
      text: `ZFS pool ${name} is ${health}: it lost a disk or found errors`,
      at: pools?.at ?? 0,
    }));
    const failing = (disks?.value ?? []).flatMap((disk): readonly Fault[] => {
      const what = `disk ${disk.devpath}`;
      const model = disk.model === '' || disk.model === 'unknown' ? '' : ` (${disk.model})`;
      const about = { subject: node, node, at: disks?.at ?? 0 };
      if (!wellDisks.has(disk.health.toUpperCase()))
        return [
          {
            ...about,
            id: `disk-failing ${node} ${disk.devpath}`,
            kind: 'disk-failing',
            severity: 'error',
            text: `${what} is failing: SMART says ${disk.health.replace(/!$/, '')}${model}`,
          },
        ];
      if (disk.wearout !== undefined && disk.wearout <= wornAt)
        return [
          {
            ...about,
            id: `disk-worn ${node} ${disk.devpath}`,
            kind: 'disk-worn',
            severity: 'warn',
            text: `${what} is worn out: ${String(disk.wearout)} % of its life is left${model}`,
          },
        ];
      return [];
    });
    return [...sick, ...failing];
  });

const secondsADay = 86_400;
/** A certificate of Proxmox VE renews itself two weeks before its end. */
const certificateDays = 14;

/** Certificates of the web servers that end soon or have ended. */
export const certificateFaults = ({ nodes }: Snapshot, facts: Facts, now: number): readonly Fault[] =>
  nodes.flatMap(({ node }): readonly Fault[] => {
    const certificate = facts.get('certificate', node);
    if (certificate === undefined) return [];
    const days = (certificate.value.notafter - now / 1000) / secondsADay;
    if (days > certificateDays) return [];
    const left = days < 1 ? 'within a day' : `in ${counted(Math.floor(days), 'day')}`;
    return [
      {
        id: `certificate ${node}`,
        kind: 'certificate',
        severity: days < 3 ? 'error' : 'warn',
        subject: node,
        node,
        text: `certificate ${certificate.value.filename} ${days <= 0 ? 'has expired' : `expires ${left}`}`,
        at: certificate.at,
      },
    ];
  });

/** Nodes of one cluster that run different releases: right during an upgrade, wrong after it. */
export const versionFaults = ({ nodes }: Snapshot, facts: Facts): readonly Fault[] => {
  const known = nodes.flatMap(({ node }) => {
    const fact = facts.get('version', node);
    return fact === undefined ? [] : [{ node, at: fact.at, version: fact.value.version }];
  });
  const byVersion = Map.groupBy(known, ({ version }) => version);
  if (byVersion.size < 2) return [];
  const versions = [...byVersion].toSorted(([a], [b]) => b.localeCompare(a, undefined, { numeric: true }));
  const parts = versions.map(([version, on]) => `${version} on ${listed(on.map(({ node }) => node))}`);
  return [
    {
      id: 'versions-mixed',
      kind: 'versions-mixed',
      severity: 'warn',
      subject: 'versions',
      text: `of Proxmox VE are mixed: ${parts.join(', ')}`,
      at: Math.min(...known.map(({ at }) => at)),
    },
  ];
};
