import { bytes } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { Disk } from '../../src/operations/guest-disks.ts';
import { bytesOf } from '../../src/operations/measures.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Choice, FormDefinition } from '../../src/ui/form.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { diskField, disksOf, storageOf } from './disks.ts';

/** Storages of the node that can take the disk, the one with the most room first. */
const placesFor = (guest: Guest, disk: Disk | undefined, { app }: Drawing): readonly Choice[] => {
  const wanted = guest.type === 'lxc' ? 'rootdir' : 'images';
  const size = bytesOf(disk?.size) ?? 0;
  return app.live
    .getState()
    .snapshot.storages.filter(({ node, content }) => node === guest.node && content.includes(wanted))
    .toSorted((a, b) => b.maxdisk - b.disk - (a.maxdisk - a.disk))
    .map(({ storage, maxdisk, disk: used, status }) => {
      const left = maxdisk - used - size;
      const impossible =
        disk !== undefined && storage === storageOf(disk)
          ? 'it lies there already'
          : status !== 'available'
            ? 'is not available'
            : left < 0
              ? `${bytes(-left)} too small`
              : undefined;
      return {
        value: storage,
        label: storage,
        detail: `${bytes(Math.max(0, left))} free after`,
        ...(impossible !== undefined && { impossible }),
      };
    });
};

/** Moves a disk to another storage. */
export const moveDiskForm = (_app: AppModel, guest: Guest): FormDefinition => ({
  title: `Move a disk of ${String(guest.vmid)} ${guest.name}`,
  verb: 'Move',
  pages: [
    {
      title: 'Disk',
      fields: ({ disk: key }, drawing) => [
        diskField(guest, drawing),
        {
          kind: 'choice',
          name: 'storage',
          label: 'To',
          choices: placesFor(
            guest,
            disksOf(guest, drawing)?.find((one) => one.key === key),
            drawing,
          ),
          none: `No storage of ${guest.node} can take it.`,
        },
        {
          kind: 'toggle',
          name: 'delete',
          label: 'Delete the old',
          usual: 'on',
          help: 'else it stays with the guest as unused and takes space',
        },
      ],
    },
  ],
  call: ({ disk = '', storage = '', delete: gone }) => ({
    name: 'guest.move-disk',
    input: { guest: selectorOf(guest), disk, storage, ...(gone === 'on' && { delete: true }) },
  }),
});
