import { bytes } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { Disk } from '../../src/operations/guest-disks.ts';
import { bytesOf, growth } from '../../src/operations/measures.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { FormDefinition } from '../../src/ui/form.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import { mistakeBy } from './parts/answers.ts';
import { disksOf, diskField, freeOn } from './disks.ts';

/** What the disk is after it, in bytes; undefined for what is no size. */
const sizeAfter = ({ size }: Disk, answer: string): number | undefined => {
  const { data } = growth.safeParse(answer);
  return data === undefined ? undefined : data.more ? (bytesOf(size) ?? 0) + data.bytes : data.bytes;
};

/** Makes a disk larger. */
export const resizeForm = (_app: AppModel, guest: Guest): FormDefinition => ({
  title: `Resize a disk of ${String(guest.vmid)} ${guest.name}`,
  verb: 'Resize',
  pages: [
    {
      title: 'Disk',
      fields: ({ disk: key }, drawing) => {
        const disk = disksOf(guest, drawing)?.find((one) => one.key === key);
        return [
          diskField(guest, drawing),
          {
            kind: 'text',
            name: 'size',
            label: 'Size',
            usual: '+1G',
            required: true,
            help: '+2G for so much more, 10G for the whole; there is no way back',
            check: (value) => {
              const wrong = mistakeBy(growth)(value);
              if (wrong !== undefined || disk === undefined) return wrong;
              const now = bytesOf(disk.size) ?? 0;
              return (sizeAfter(disk, value) ?? 0) > now
                ? undefined
                : `${disk.key} has ${bytes(now)}, and disks cannot shrink: take more than that.`;
            },
          },
        ];
      },
      notes: ({ disk: key, size = '' }, drawing) => {
        const disk = disksOf(guest, drawing)?.find((one) => one.key === key);
        const after = disk === undefined ? undefined : sizeAfter(disk, size);
        if (disk === undefined || after === undefined) return ['', ''];
        const now = bytesOf(disk.size) ?? 0;
        const free = freeOn(guest, disk, drawing);
        const room =
          free === undefined ? '' : `; ${bytes(Math.max(0, free - (after - now)))} free after on its storage`;
        return [`${disk.key}: ${bytes(now)} now, then ${bytes(after)}${room}`, ''];
      },
    },
  ],
  call: ({ disk = '', size = '' }) => ({ name: 'guest.resize', input: { guest: selectorOf(guest), disk, size } }),
});
