import * as z from 'zod';

/** Sizes as people write them: `4G`, `512M`, `1.5T`. Powers of 1024, as Proxmox VE counts. */

const inMebibytes = { K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024 } as const;
type Unit = keyof typeof inMebibytes;

const isUnit = (text: string): text is Unit => Object.hasOwn(inMebibytes, text);

/** Returns mebibytes; a bare number counts in `usual`. Undefined for what is no size. */
const mebibytes = (text: string, usual: Unit): number | undefined => {
  const [, count = '', letter = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim()) ?? [];
  const unit = letter === '' ? usual : letter.toUpperCase();
  return count === '' || !isUnit(unit) ? undefined : Number(count) * inMebibytes[unit];
};

/** A size in mebibytes, the unit of memory in Proxmox VE: `512M`, `2G`; a bare number is MiB. */
export const memorySize = z.string().transform((text, issues): number => {
  const size = mebibytes(text, 'M');
  if (size !== undefined && Number.isInteger(size)) return size;
  issues.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is no amount of memory; write 512M or 2G` });
  return z.NEVER;
});

/** A size in gibibytes, the unit of new disks in Proxmox VE: `4G`, `512M`, `1T`; a bare number is GiB. */
export const diskSize = z.string().transform((text, issues): number => {
  const size = mebibytes(text, 'G');
  if (size !== undefined && size > 0) return size / 1024;
  issues.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is no size of a disk; write 4G or 512M` });
  return z.NEVER;
});

/** What a disk is to become: a size in bytes, or so much more of it. */
export interface Growth {
  readonly more: boolean;
  readonly bytes: number;
}

/** `+2G` (more) or `10G` (in all). */
export const growth = z.string().transform((text, issues): Growth => {
  const more = text.startsWith('+');
  const size = mebibytes(more ? text.slice(1) : text, 'G');
  if (size !== undefined && size > 0) return { more, bytes: size * 2 ** 20 };
  issues.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} is no size; write +2G for so much more, or 10G for the whole. A disk only grows`,
  });
  return z.NEVER;
});

/** Reads a size of a configuration (`size=4G`) as bytes; undefined where none is written. */
export const bytesOf = (text: string | undefined): number | undefined => {
  const size = text === undefined ? undefined : mebibytes(text, 'M');
  return size === undefined ? undefined : size * 2 ** 20;
};
