import { isIP } from 'node:net';
import * as z from 'zod';
import { networkMistake } from './network-rules.ts';

/** What the inputs of operations that make and change guests have in common, and what Proxmox VE takes (contract §4.4, §11.3). */

/** Number of a guest. */
export const vmid = z.coerce
  .number('a VMID is a number')
  .int('a VMID is a whole number')
  .min(100, 'a VMID is 100 or more: the numbers below are kept by Proxmox VE')
  .max(999_999_999, 'a VMID is 999999999 at most');

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Name of a guest: it becomes its host name. */
export const guestName = z
  .string()
  .refine(
    (text) => text.length <= 255 && text.split('.').every((part) => label.test(part)),
    'a name is a DNS name: letters, digits and hyphens, no hyphen first or last, as in web-1 or db.example.org',
  )
  .describe('host name');

const tag = /^[a-z0-9_][a-z0-9_+.-]*$/i;

/** Tags separated by commas; an empty text means none. */
export const tagList = z
  .string()
  .transform((text) => text.split(/[,;\s]+/).filter((one) => one !== ''))
  .refine(
    (tags) => tags.every((one) => tag.test(one)),
    'a tag has letters, digits and _ - + . only, and begins with a letter, a digit or _',
  )
  .describe('tags, separated by commas');

/** `local:vztmpl/debian-13.tar.zst` */
export const volumeId = z
  .string()
  .regex(/^[^:/\s]+:\S+$/, 'a volume is named STORAGE:NAME; `proxdeck storage content` shows them');

/** `on` and `off`, as a setting that may also stay as it is. */
export const onOff = z.stringbool({ error: 'write on or off' });

/** One network device, `bridge=vmbr0,ip=dhcp`; where several are meant its key stands before: `net1=bridge=vmbr1`. */
export const networkDevice = z
  .string()
  .superRefine((text, issues) => {
    const message = networkMistake(text.replace(/^net\d+=/, ''));
    if (message !== undefined) issues.addIssue({ code: 'custom', message });
  })
  .describe('network device: bridge=vmbr0,ip=dhcp,tag=30; may be repeated');

/** One mount point of a container, `local-lvm:8,mp=/data`; with its key before, `mp0=…`, one that is there. */
export const mountPoint = z
  .string()
  .refine(
    (text) => /^mp\d+=/.test(text) || /(?:^|,)mp=\/[^,]*(?:,|$)/.test(text),
    'a mount point says where it is mounted: local-lvm:8,mp=/data',
  )
  .describe('mount point: STORAGE:GIB,mp=/data; may be repeated');

/** DNS servers by their addresses. */
export const nameservers = z
  .string()
  .refine(
    (text) => text.split(/[\s,;]+/).every((one) => isIP(one) !== 0),
    'DNS servers are addresses, separated by blanks: 192.0.2.53 9.9.9.9',
  )
  .describe('DNS servers, separated by blanks');

/** Number of processor cores. */
export const cores = z.coerce.number().int().min(1, 'at least one core').max(8192, 'at most 8192 cores');

const reserved = new Set(['current', 'vzdump', 'pending', 'special']);

/** Name of a new snapshot. */
export const newSnapshotName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{1,39}$/i,
    'a snapshot is named by a letter and then letters, digits, _ and -: 2 to 40 characters',
  )
  .refine((name) => !reserved.has(name.toLowerCase()), 'this name is reserved by Proxmox VE; take another one');
