import type { Guest } from '../../models/cluster.ts';
import { qualified } from '../../models/qualified.ts';
import { duration, moment, shortDuration } from '../../models/units.ts';

/** What is wrong and needs a person, in words. One line each; what belongs together is one fault. */

/** Kinds in the order of what matters most: the first ones put everything at risk, the last ones can wait a week. */
export const faultKinds = [
  'quorum',
  'node-away',
  'node-fenced',
  'guest-failed',
  'pool-sick',
  'disk-failing',
  'storage-away',
  'storage-full',
  'backup-failed',
  'replication-failing',
  'guest-full',
  'node-full',
  'task-failed',
  'never-backed-up',
  'backup-old',
  'backup-broken',
  'guest-stuck',
  'guest-paused',
  'certificate',
  'disk-worn',
  'versions-mixed',
] as const;

type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  /** The same as long as it is the same fault. */
  readonly id: string;
  readonly kind: FaultKind;
  /** `error`: something does not work or is about to be lost; `warn`: it will, if nobody acts. */
  readonly severity: 'error' | 'warn';
  /** Whom it is about: `pve3`, `105 relay-db`, `6 guests`. */
  readonly subject: string;
  /** What is wrong, without the subject. */
  readonly text: string;
  readonly node?: string;
  /** `/cluster/resources` id of a storage that it is about. */
  readonly storage?: string;
  readonly vmids?: readonly number[];
  /** Whose cluster it is in, where several are shown together. */
  readonly context?: string;
  /** The task whose log tells more. */
  readonly upid?: string;
  /** Milliseconds since 1970 when it was found out; absent when the picture itself shows it. */
  readonly at?: number;
}

/** `105 relay-db`, or what is known of it; `home:105 relay-db` where several clusters are shown together. */
export const guestLabel = ({
  vmid,
  name,
  type,
  context,
}: Pick<Guest, 'vmid' | 'name' | 'type' | 'context'>): string => {
  const label = `${String(vmid)} ${name === '' ? `(${type})` : name}`;
  return context === undefined ? label : qualified(context, label);
};

/** `api-gw, build-01, minio and 3 more`: at most `most` names. */
export const listed = (names: readonly string[], most = 3): string => {
  if (names.length <= most + 1) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${String(names.length - most)} more`;
};

/** `at 08:45` today, else `on 11-20 at 02:31`; seconds since 1970, and now in milliseconds. */
export const when = (seconds: number, now: number): string => {
  const text = moment(seconds * 1000, now);
  const [date, time] = text.split(' ');
  return time === undefined ? `at ${text.slice(0, 5)}` : `on ${date ?? ''} at ${time}`;
};

/** `52m`, `3h 20m`. */
export const span = (seconds: number): string => (seconds < 3600 ? shortDuration(seconds) : duration(seconds));
