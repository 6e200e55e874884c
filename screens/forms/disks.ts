import type { Guest } from '../../src/models/cluster.ts';
import { disksIn, type Disk } from '../../src/operations/guest-disks.ts';
import type { Field } from '../../src/ui/form.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { settingsOf } from './settings.ts';

/** The disks of a guest, for the forms that work on one. */

/** Undefined while the cluster is asked. */
export const disksOf = (guest: Guest, { app }: Drawing): readonly Disk[] | undefined => {
  const config = app.look('guest.config', { guest: guest.id }, { dwellMs: 0 }).value;
  return config === undefined ? undefined : disksIn(guest.type, settingsOf(config));
};

/** The storage that a disk lies on. */
export const storageOf = ({ volume }: Disk): string => volume.slice(0, Math.max(0, volume.indexOf(':')));

/** Free bytes where a disk lies; undefined where that is not known. */
export const freeOn = (guest: Guest, disk: Disk, { app }: Drawing): number | undefined => {
  const found = app.live
    .getState()
    .snapshot.storages.find(({ node, storage }) => node === guest.node && storage === storageOf(disk));
  return found === undefined ? undefined : Math.max(0, found.maxdisk - found.disk);
};

/** Which disk is meant. */
export const diskField = (guest: Guest, drawing: Drawing): Field => ({
  kind: 'choice',
  name: 'disk',
  label: 'Disk',
  choices: disksOf(guest, drawing)?.map((disk) => ({
    value: disk.key,
    label: disk.key,
    detail: `${disk.size ?? ''}  ${disk.volume}`.trim(),
    ...(storageOf(disk) === '' && { impossible: 'is a folder of the node, no disk' }),
  })),
  none: 'It has no disks.',
});
