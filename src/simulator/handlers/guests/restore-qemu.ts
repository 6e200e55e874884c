import type { Worker } from '../../handler.ts';
import type { GuestConfig } from './config-file.ts';
import { filePath } from './creation.ts';
import type { Made } from './creation.ts';
import { disksOf, formatSize, printOption, sizeBytes, splitOption } from './options.ts';
import type { Making } from './options.ts';
import { allocate, gibibyte, storageIdOf } from './volumes.ts';

export interface Restored {
  readonly archive: string;
  readonly saved: GuestConfig;
  /** Absent: the storages that the disks came from. */
  readonly storage: string | undefined;
  readonly made: Made;
}

const percentSteps = [1, 10, 25, 50, 75, 100];

/** Makes the disks of a VM backup anew and fills them (`vma extract`). Returns their options. */
export const restoreDisks = async (making: Making, restored: Restored, worker: Worker): Promise<GuestConfig> => {
  const { archive, saved, storage, made } = restored;
  const path = filePath(making.host, archive);
  worker.log(
    `restore vma archive: zstd -q -d -c ${path} | vma extract -v -r /var/tmp/vzdumptmp.fifo - /var/tmp/vzdumptmp`,
  );
  const disks: GuestConfig = {};
  let total = 0;
  for (const [key, volid] of disksOf({ type: 'qemu', config: saved })) {
    const values = splitOption('qemu', key, String(saved[key]));
    const bytes = sizeBytes(values['size']) ?? gibibyte;
    const { vmid, now, log } = making;
    const volume = allocate(making.host, {
      storage: storage ?? storageIdOf(volid),
      vmid,
      guest: 'qemu',
      bytes,
      now,
      log,
    });
    made.volids.push(volume.volid);
    worker.log(`new volume ID is '${volume.volid}'`);
    disks[key] = printOption('qemu', key, { ...values, file: volume.volid, size: formatSize(bytes) });
    total += bytes;
  }
  for (const percent of percentSteps) {
    await worker.sleep(500);
    worker.log(
      `progress ${percent}% (read ${Math.floor((total * percent) / 100)} bytes, duration ${Math.floor(percent / 35)} sec)`,
    );
  }
  worker.log(`total bytes read ${total}, sparse bytes ${Math.floor(total * 0.6)} (60%)`);
  worker.log('rescan volumes...');
  return disks;
};
