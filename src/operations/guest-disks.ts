import * as z from 'zod';
import type { Guest, GuestType } from '../models/cluster.ts';
import type { Context } from './context.ts';
import { readGuest } from './guest-read.ts';
import { parseProperties } from './property-string.ts';

/** The settings of a guest as texts, and the digest by which the server sees whether they were changed meanwhile. */
export interface Settings {
  readonly settings: Readonly<Record<string, string>>;
  readonly digest: string | undefined;
}

const scalar = z.union([z.string(), z.number().transform(String), z.boolean().transform((on) => (on ? '1' : '0'))]);
const answer = z.record(z.string(), z.unknown());

/** Reads `GET /nodes/{node}/{lxc|qemu}/{vmid}/config`, pending changes merged in. Throws what the client throws. */
export const readConfig = async (context: Context, guest: Guest): Promise<Settings> => {
  const read = Object.entries(answer.parse(await readGuest(context, guest, 'config'))).flatMap(
    ([key, raw]): [string, string][] => {
      const { data } = scalar.safeParse(raw);
      return data === undefined ? [] : [[key, data]];
    },
  );
  const { digest, ...settings } = Object.fromEntries(read);
  return { settings, digest };
};

/** A disk in the settings of a guest. */
export interface Disk {
  /** `rootfs`, `mp0`, `scsi0`, `unused0` */
  readonly key: string;
  /** `local-lvm:vm-101-disk-0`; of a bind mount its path. */
  readonly volume: string;
  /** As it is written: `4G`. */
  readonly size: string | undefined;
}

const diskKeys = {
  lxc: /^(?:rootfs|(?:mp|unused)\d+)$/,
  qemu: /^(?:(?:ide|sata|scsi|virtio|unused)\d+|efidisk0|tpmstate0)$/,
} as const;

/** The disks of a guest by its settings, without CD drives. */
export const disksIn = (type: GuestType, settings: Settings['settings']): readonly Disk[] =>
  Object.entries(settings)
    .filter(([key]) => diskKeys[type].test(key))
    .flatMap(([key, text]) => {
      const properties = parseProperties(text);
      const volume = properties.get('') ?? properties.get('volume') ?? properties.get('file') ?? '';
      const isDrive = properties.get('media') === 'cdrom' || volume === 'none' || volume === '';
      return isDrive ? [] : [{ key, volume, size: properties.get('size') }];
    })
    .toSorted((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true }));
