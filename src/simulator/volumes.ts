import type { StorageState, VolumeState } from './world.ts';

const folders: Readonly<Record<string, string>> = {
  iso: 'template/iso',
  vztmpl: 'template/cache',
  backup: 'dump',
  snippets: 'snippets',
  import: 'import',
};

const mounted = new Set(['nfs', 'cifs', 'cephfs']);

/** Whether a storage keeps files in folders: only those take uploads. */
export const isFileBased = ({ config }: StorageState): boolean =>
  ['dir', 'btrfs', ...mounted].includes(String(config['type']));

const rootOf = ({ storage, config }: StorageState): string =>
  mounted.has(String(config['type'])) ? `/mnt/pve/${storage}` : String(config['path'] ?? '');

/** The part of a volume id behind the storage. */
export const volumeName = (volid: string): string => volid.slice(volid.indexOf(':') + 1);

/** Where a volume lies on its node (PVE::Storage::path). */
export const volumePath = (storage: StorageState, volid: string): string => {
  const name = volumeName(volid);
  const { config } = storage;
  if (isFileBased(storage)) {
    const [kind = '', ...rest] = name.split('/');
    const folder = folders[kind];
    return folder === undefined
      ? `${rootOf(storage)}/images/${name}`
      : `${rootOf(storage)}/${folder}/${rest.join('/')}`;
  }
  const last = name.split('/').at(-1) ?? name;
  switch (config['type']) {
    case 'lvm':
    case 'lvmthin':
      return `/dev/${config['vgname']}/${last}`;
    case 'zfspool':
      return last.startsWith('subvol') ? `/${config['pool']}/${last}` : `/dev/zvol/${config['pool']}/${last}`;
    case 'pbs':
      return `${config['username'] ?? 'root@pam'}@${config['server']}:${config['datastore']}:${name}`;
    default:
      return `${config['type']}:${config['pool'] ?? storage.storage}/${last}`;
  }
};

const templateFormats: Readonly<Record<string, string>> = { gz: 'tgz', xz: 'txz', zst: 'tzst', bz2: 'tbz2' };

/** The format as content lists show it: `tzst` for a container template, `tar.zst` for a backup. */
export const shownFormat = ({ content, format, volid }: VolumeState): string => {
  if (content === 'iso') return 'iso';
  if (content === 'snippets') return 'snippet';
  if (content === 'vztmpl') return templateFormats[/\.tar\.(\w+)$/.exec(volid)?.[1] ?? ''] ?? format;
  return format;
};
