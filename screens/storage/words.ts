import type { Token } from '../../components/look.ts';
import { bytes, counted } from '../../components/units.ts';
import type { Forecast } from '../../src/inventory/growth.ts';

/** Words for storages: what they are, what lies on them, and when they are full. */

const types: Readonly<Record<string, string>> = {
  btrfs: 'BTRFS',
  cephfs: 'CephFS',
  cifs: 'SMB share',
  dir: 'directory',
  esxi: 'ESXi host',
  glusterfs: 'GlusterFS',
  iscsi: 'iSCSI target',
  iscsidirect: 'iSCSI target',
  lvm: 'LVM volume group',
  lvmthin: 'LVM thin pool',
  nfs: 'NFS share',
  pbs: 'Proxmox Backup Server',
  rbd: 'Ceph RBD pool',
  zfs: 'ZFS over iSCSI',
  zfspool: 'ZFS pool',
};

/** What a person calls a type of storage. */
export const typeName = (type: string): string => types[type] ?? type;

const contents: Readonly<Record<string, string>> = {
  images: 'VM disks',
  rootdir: 'container disks',
  backup: 'backups',
  iso: 'ISO images',
  vztmpl: 'container templates',
  snippets: 'snippets',
  import: 'imports',
};

/** Kinds of content in the order in which a person cares: guests first. */
export const contentKinds: readonly string[] = Object.keys(contents);

/** What a person calls a kind of content. */
export const contentName = (kind: string): string => contents[kind] ?? kind;

/** From here on a person thinks in months, and from there on of some day. */
const planDays = 60;
const farDays = 730;

/** Returns a time to come in the unit that a person plans in: `today`, `3 days`, `5 months`; beyond two years a number says too much. */
export const daysAhead = (days: number): string => {
  if (days < 1) return 'today';
  if (days < planDays) return counted(Math.round(days), 'day');
  return days < farDays ? counted(Math.round(days / 30.4), 'month') : 'years';
};

/** Returns a growth with its sign: `+41 GB a day`. */
export const growthText = (bytesADay: number): string =>
  `${bytesADay < 0 ? '-' : '+'}${bytes(Math.abs(bytesADay))} a day`;

/** Sooner than this it is trouble, or worth a look. */
const urgentDays = 7;
const soonDays = 30;

/** The colour of a forecast: how soon somebody has to act. */
export const forecastToken = (forecast: Forecast): Token => {
  if (forecast.kind !== 'filling' || forecast.days >= soonDays) return 'muted';
  return forecast.days < urgentDays ? 'error' : 'warn';
};

/** The column of the list: when it is full, in two words. */
export const forecastCell = (forecast: Forecast): string =>
  forecast.kind === 'filling' ? daysAhead(forecast.days) : forecast.kind;

/** What a forecast of days is worth: the range of them, where the growth was so uneven that one figure would promise too much. */
const fillingText = ({ days, soonest, latest }: Extract<Forecast, { kind: 'filling' }>): string => {
  if (days < 1) return 'full today';
  if (days >= farDays) return 'not full for years';
  if (latest < soonest * 2) return `full in about ${daysAhead(days)}`;
  const from = latest < planDays ? String(Math.round(soonest)) : daysAhead(soonest);
  return `full in ${from} to ${daysAhead(latest)}`;
};

/** Returns what may be said of the future of a storage, as a sentence with the growth it rests on. */
export const forecastSentence = (bytesADay: number, forecast: Forecast): string => {
  switch (forecast.kind) {
    case 'filling':
      return `${fillingText(forecast)} (${growthText(bytesADay)})`;
    case 'shrinking':
      return `empties (${growthText(bytesADay)})`;
    case 'uneven':
      return 'fills and empties: no trend to tell';
    case 'steady':
      return 'steady: hardly changes';
  }
};

const keeps: Readonly<Record<string, string>> = {
  'keep-hourly': 'hourly',
  'keep-daily': 'daily',
  'keep-weekly': 'weekly',
  'keep-monthly': 'monthly',
  'keep-yearly': 'yearly',
};

/** Returns prune settings (`keep-daily=3,keep-weekly=2`, or the same as an object) in words: `keeps 3 daily, 2 weekly`. */
export const pruneText = (setting: unknown): string => {
  const pairs =
    typeof setting === 'object' && setting !== null
      ? Object.entries(setting).map(([key, value]): readonly [string, string] => [key, String(value)])
      : String(setting)
          .split(',')
          .map((pair): readonly [string, string] => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']);
  if (pairs.some(([key, value]) => key === 'keep-all' && value !== '0')) return 'keeps all backups';
  const words = pairs.flatMap(([key, value]) => {
    if (key === 'keep-last') return [`the last ${value}`];
    return keeps[key] === undefined ? [] : [`${value} ${keeps[key]}`];
  });
  return words.length === 0 ? 'keeps all backups' : `keeps ${words.join(', ')}`;
};
