import { textFact } from '../../facts.ts';
import { zoneOffset } from '../../calendar-next.ts';
import type { GuestState, StoragePlace, StorageState, VolumeState, World } from '../../world.ts';
import { guestName } from '../guest-rows.ts';

/** Local time of a node: `2026-11-20 21:20:12`. */
export const localTime = (world: World, node: string, seconds: number): string => {
  const state = world.nodes.get(node);
  const zone = state === undefined ? 'UTC' : textFact(state, 'timezone', 'UTC');
  const local = new Date((seconds + zoneOffset(zone, seconds)) * 1000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
};

const extensions: Readonly<Record<string, string>> = { zstd: '.zst', gzip: '.gz', '1': '.lzo', lzo: '.lzo', '0': '' };

/** How much of the data is left after packing. */
export const packedShares: Readonly<Record<string, number>> = { zstd: 0.42, gzip: 0.44, '1': 0.55, lzo: 0.55, '0': 1 };

/** How an archive is packed, by its name. */
export const packing = (volid: string): string => {
  const ending = Object.entries(extensions).find(([, extension]) => extension !== '' && volid.endsWith(extension));
  return ending?.[0] ?? '0';
};

/** Bytes that a guest's backup reads. */
export const dataBytes = (guest: GuestState, diskBytes: number): number =>
  guest.type === 'lxc'
    ? Math.ceil((guest.diskUsedBytes * 1.04) / 10_240) * 10_240
    : Math.max(guest.diskUsedBytes, Math.floor(diskBytes * 0.4));

/** Notes of a backup from its template (`{{guestname}}`, `{{vmid}}`, `{{node}}`, `{{cluster}}`). */
const notesFrom = (template: string, guest: GuestState, world: World): string => {
  const values: Readonly<Record<string, string>> = {
    guestname: guestName(guest),
    vmid: String(guest.vmid),
    node: guest.node,
    cluster: world.cluster?.name ?? 'standalone node',
  };
  return template.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole).replaceAll('\\n', '\n');
};

export interface ArchiveWish {
  readonly storage: StorageState;
  readonly compress: string;
  /** Seconds since 1970 when the backup of this guest began. */
  readonly at: number;
  readonly notesTemplate: string | undefined;
  readonly protects: boolean;
}

export interface Archive {
  readonly volume: VolumeState;
  /** What the log calls it: a path, or the snapshot of a backup server. */
  readonly target: string;
}

/** The volume that a backup leaves on its storage. */
export const archiveOf = (world: World, guest: GuestState, bytes: number, wish: ArchiveWish): Archive => {
  const { storage, compress, at, notesTemplate, protects } = wish;
  const isPbs = storage.config['type'] === 'pbs';
  const kind = guest.type === 'lxc' ? 'ct' : 'vm';
  const format = isPbs ? `pbs-${kind}` : `${guest.type === 'lxc' ? 'tar' : 'vma'}${extensions[compress] ?? '.zst'}`;
  const stamp = localTime(world, guest.node, at).replaceAll('-', '_').replace(' ', '-').replaceAll(':', '_');
  const snapshot = `${kind}/${guest.vmid}/${new Date(at * 1000).toISOString().slice(0, 19)}Z`;
  const name = isPbs ? snapshot : `vzdump-${guest.type}-${guest.vmid}-${stamp}.${format}`;
  const { lock: _lock, ...config } = guest.config;
  const volume: VolumeState = {
    volid: `${storage.storage}:backup/${name}`,
    content: 'backup',
    format,
    sizeBytes: Math.floor(bytes * (isPbs ? 1 : (packedShares[compress] ?? 0.42))),
    ctime: at,
    vmid: guest.vmid,
    subtype: guest.type,
    archive: { config, type: guest.type },
    ...(notesTemplate === undefined ? {} : { notes: notesFrom(notesTemplate, guest, world) }),
    ...(protects ? { protected: true } : {}),
  };
  const root = String(storage.config['path'] ?? `/mnt/pve/${storage.storage}`);
  return { volume, target: isPbs ? snapshot : `${root}/dump/${name}` };
};

/** What a backup takes of its storage: a backup server keeps only what it has not seen before. */
export const takenBytes = ({ format, sizeBytes }: VolumeState): number =>
  format.startsWith('pbs-') ? Math.floor(sizeBytes * 0.03) : sizeBytes;

/** Backups of one guest on a storage. */
export const backupsOf = (place: StoragePlace, guest: GuestState): VolumeState[] =>
  [...place.volumes.values()].filter(
    (volume) => volume.content === 'backup' && volume.vmid === guest.vmid && volume.subtype === guest.type,
  );
