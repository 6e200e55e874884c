import { datedVolume, guestInName } from './fixture-moments.ts';
import { known } from './known.ts';
import type { Fixture } from './fixture-schema.ts';
import type { GuestState, StoragePlace, StorageState, VolumeState } from './world.ts';

const contentOf: Readonly<Record<string, string>> = {
  iso: 'iso',
  vztmpl: 'vztmpl',
  backup: 'backup',
  snippets: 'snippets',
  import: 'import',
};

const guessFormat = (volid: string): string => {
  const name = volid.split('/').at(-1) ?? '';
  return (
    /\.(tar\.(?:gz|zst|xz|lzo)|vma\.(?:gz|zst|lzo)|tgz|vma|tar|qcow2|vmdk|iso)$/.exec(name)?.[1] ??
    (volid.includes(':subvol') ? 'subvol' : 'raw')
  );
};

type GivenVolume = Fixture['storages'][string]['places'][string]['volumes'][string];

const volumeState = (name: string, given: GivenVolume, now: number): VolumeState => {
  const { volid, ago } = datedVolume(name, now);
  const kind = /^[^:]+:([^/]+)\//.exec(volid)?.[1] ?? '';
  return known<VolumeState>({
    volid,
    content: given.content ?? contentOf[kind] ?? 'images',
    format: given.format ?? guessFormat(volid),
    sizeBytes: given.size,
    usedBytes: given.used,
    ctime: now - (given.ago || ago),
    vmid: given.vmid ?? guestInName(volid),
    parent: given.parent,
    notes: given.notes,
    protected: given.protected,
    subtype: given.subtype,
    verification: given.verification,
    archive: given.archive,
  });
};

const placeState = (given: Fixture['storages'][string]['places'][string], now: number): StoragePlace => ({
  totalBytes: given.total,
  usedBytes: given.used,
  ...(given.growth === undefined ? {} : { growthADay: given.growth }),
  active: given.active,
  delayMs: given.delayMs,
  volumes: new Map(
    Object.entries(given.volumes)
      .map(([name, one]) => volumeState(name, one, now))
      .map((volume) => [volume.volid, volume]),
  ),
});

/** A storage of a fixture with its places and volumes. */
export const storageState = (name: string, given: Fixture['storages'][string], now: number): StorageState => ({
  storage: name,
  config: { ...given.config },
  places: new Map(
    Object.entries(given.places).map(([node, one]) => [node === 'shared' ? '' : node, placeState(one, now)]),
  ),
});

const bytes = (size: string): number => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(size) ?? [];
  return Number(amount ?? 0) * 1024 ** ' KMGT'.indexOf(unit === '' ? ' ' : unit);
};

/** The earliest moment that a guest is known from: its disks are as old. */
const bornAt = ({ config, snapshots, startedAt }: GuestState, now: number): number => {
  const made = Number(/ctime=(\d+)/.exec(String(config['meta'] ?? ''))?.[1] ?? now);
  const moments = [made, startedAt, ...[...snapshots.values()].map(({ snaptime }) => snaptime)];
  return Math.min(now, ...moments.filter((moment) => moment > 0));
};

/** A disk that a guest's configuration names lies on its storage, whether or not the fixture lists it. */
export const addDisks = (storages: Map<string, StorageState>, guest: GuestState, now: number): void => {
  for (const [key, value] of Object.entries(guest.config)) {
    if (!/^(rootfs|mp\d+|unused\d+|(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+)$/.test(key)) continue;
    const volid =
      String(value)
        .split(',')[0]
        ?.replace(/^(?:volume|file)=/, '') ?? '';
    const storage = storages.get(volid.split(':')[0] ?? '');
    const place = storage?.places.get(guest.node) ?? storage?.places.get('');
    if (place === undefined || place.volumes.has(volid) || String(value).includes('media=cdrom')) continue;
    place.volumes.set(volid, {
      volid,
      content: guest.type === 'lxc' ? 'rootdir' : 'images',
      format: guessFormat(volid),
      sizeBytes: bytes(/(?:^|,)size=([^,]+)/.exec(String(value))?.[1] ?? '0'),
      ctime: bornAt(guest, now),
      vmid: guest.vmid,
    });
  }
};
