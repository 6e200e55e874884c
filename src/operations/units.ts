import type { Column } from './operation.ts';

/** What the numbers of an answer mean where no column says it. */

const guesses: Readonly<Record<string, Column['unit']>> = {
  cpu: 'fraction',
  uptime: 'seconds',
  starttime: 'moment',
  endtime: 'moment',
  ctime: 'moment',
};
const byteFields =
  /(?:^|\.)(?:max)?(?:mem|disk|swap)$|^(?:mem|memory|rootfs|swap)\.\w+$|^(?:netin|netout|diskread|diskwrite|memhost|size|used|avail|total)$/;

/** Fields that no column describes: Proxmox VE uses the same names for the same things everywhere. */
export const unitOf = (field: string, value: unknown): Column['unit'] => {
  if (typeof value !== 'number') return undefined;
  return guesses[field] ?? (byteFields.test(field) ? 'bytes' : undefined);
};
