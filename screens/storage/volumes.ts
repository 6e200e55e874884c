import type { Volume } from '../../src/operations/storage.ts';
import { compileFilter } from '../../src/ui/filter.ts';
import { contentKinds } from './words.ts';

/** What lies on a storage, in groups: by kind, and within a kind in an order that a person chose. */

export const volumeOrders = ['owner', 'newest', 'largest'] as const;
type VolumeOrder = (typeof volumeOrders)[number];

export interface VolumeView {
  readonly filter: string;
  readonly order: VolumeOrder;
  readonly reversed: boolean;
}

export interface VolumeGroup {
  readonly kind: string;
  readonly volumes: readonly Volume[];
  /** Bytes of all of them. */
  readonly size: number;
}

/** Name of a guest by its vmid; undefined where there is no such guest any more. */
export type GuestNames = (vmid: string) => string | undefined;

/** The volume without its storage and folder: `debian-13.iso`, `ct/101/2026-01-02T03:04:05Z`. */
export const shortName = (volid: string): string =>
  volid.slice(volid.indexOf(':') + 1).replace(/^(?:backup|iso|vztmpl|snippets|import|\d+)\//, '');

/** Returns whose a volume is: `101 web`, or `101 (gone)` when there is no such guest; undefined for what belongs to none. */
export const ownerOf = ({ vmid }: Pick<Volume, 'vmid'>, names: GuestNames): string | undefined => {
  if (vmid === undefined) return undefined;
  const id = String(vmid);
  const name = names(id);
  return name === undefined ? `${id} (gone)` : `${id} ${name}`.trim();
};

const matches = (filter: string, names: GuestNames): ((volume: Volume) => boolean) => {
  const test = compileFilter(filter);
  if (test === undefined) return () => true;
  return (volume) => {
    const owner = ownerOf(volume, names) ?? '';
    return test({
      text: `${volume.volid} ${owner} ${volume.notes ?? ''} ${volume.content} ${volume.format ?? ''} ${volume.protected === true ? 'protected' : ''} ${volume.verification?.state ?? ''}`.toLowerCase(),
      fields: {
        id: [String(volume.vmid ?? '')],
        name: [owner.toLowerCase(), shortName(volume.volid).toLowerCase()],
        type: [volume.content],
        status: [volume.verification?.state ?? ''],
      },
    });
  };
};

const orders: Readonly<Record<VolumeOrder, (a: Volume, b: Volume) => number>> = {
  owner: (a, b) =>
    (a.vmid ?? Number.MAX_SAFE_INTEGER) - (b.vmid ?? Number.MAX_SAFE_INTEGER) ||
    newestFirst(a, b) ||
    (a.volid < b.volid ? -1 : 1),
  newest: (a, b) => newestFirst(a, b) || (a.volid < b.volid ? -1 : 1),
  largest: (a, b) => (b.size ?? 0) - (a.size ?? 0) || (a.volid < b.volid ? -1 : 1),
};

const newestFirst = (a: Volume, b: Volume): number => (b.ctime ?? 0) - (a.ctime ?? 0);

const rank = (kind: string): number => {
  const at = contentKinds.indexOf(kind);
  return at < 0 ? contentKinds.length : at;
};

/** Returns what of the volumes the filter lets through, in groups, guests' own first. */
export const volumeGroups = (
  volumes: readonly Volume[],
  { filter, order, reversed }: VolumeView,
  names: GuestNames,
): readonly VolumeGroup[] => {
  const groups = Map.groupBy(volumes.filter(matches(filter, names)), ({ content }) => content);
  return [...groups]
    .map(([kind, group]) => ({
      kind,
      volumes: reversed ? group.toSorted(orders[order]).toReversed() : group.toSorted(orders[order]),
      size: group.reduce((sum, { size = 0 }) => sum + size, 0),
    }))
    .toSorted((a, b) => rank(a.kind) - rank(b.kind) || (a.kind < b.kind ? -1 : 1));
};
