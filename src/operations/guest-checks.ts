import * as z from 'zod';
import type { Guest, GuestType, Storage } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import { bytes as sizeText } from '../models/units.ts';
import type { Context } from './context.ts';
import { readGuest } from './guest-read.ts';
import { figure, flag, maybe, readData, readRows } from './rows.ts';
import { selectNode } from './select.ts';
import { pathOf, selectStorage } from './storage.ts';

/** What is looked at before something is made or changed, so that the server need not refuse it half-way. */

/** A guest as a person says it: `950 web-9`. */
export const nameOf = ({ vmid, name }: Pick<Guest, 'vmid' | 'name'>): string => `${String(vmid)} ${name}`.trim();

/** Throws `not-found` for a node that is not there, `unreachable` for one that is away. */
export const requireOnline = async (context: Context, name: string): Promise<void> => {
  const { node, status } = await selectNode(context, name);
  if (status === 'online') return;
  const { nodes } = await context.resources();
  const others = nodes.filter((one) => one.status === 'online').map((one) => one.node);
  throw new ProxdeckError('unreachable', `${node} is ${status}: nothing can be done on it.`, {
    hint: `Bring it back, or take another node: ${others.join(', ')}.`,
  });
};

const state = z.looseObject({
  status: maybe(z.string()),
  qmpstatus: maybe(z.string()),
  lock: maybe(z.string()),
  name: maybe(z.string()),
  /** Only of a template. */
  template: maybe(flag),
});

/**
 * Returns a guest as it is this moment (`GET …/status/current`): its row of the cluster may be ten seconds old. Throws what lies in the
 * way of changing it: `unreachable` on a dead node, `locked`.
 */
export const atHand = async (context: Context, guest: Guest): Promise<Guest> => {
  await requireOnline(context, guest.node);
  const now = state.parse(await readGuest(context, guest, 'status/current'));
  const lock = now.lock ?? '';
  if (lock === '') {
    const { lock: _old, ...row } = guest;
    const status = now.qmpstatus ?? now.status ?? guest.status;
    return { ...row, status, name: now.name ?? row.name, template: now.template ?? row.template };
  }
  throw new ProxdeckError('locked', `${nameOf(guest)} is locked (${lock}).`, {
    hint: `Wait for the task that holds it: \`proxdeck guest tasks ${String(guest.vmid)}\`. What a broken task left is freed by \`${guest.type === 'lxc' ? 'pct' : 'qm'} unlock ${String(guest.vmid)}\` on ${guest.node}.`,
  });
};

/** Returns a VMID that nobody has: the wanted one, else the next one (`GET /cluster/nextid`). Throws `conflict` for one that is taken. */
export const freeVmid = async (context: Context, wanted: number | undefined): Promise<number> => {
  const holder = (await context.resources()).guests.find(({ vmid }) => vmid === wanted);
  if (holder !== undefined) {
    const next = figure.parse(await readData(context, '/cluster/nextid'));
    throw new ProxdeckError('conflict', `The VMID ${String(wanted)} is taken by ${holder.name} on ${holder.node}.`, {
      hint: `The next free one is ${String(next)}.`,
    });
  }
  // One that this login may not see is refused here.
  return figure.parse(await readData(context, '/cluster/nextid', wanted === undefined ? {} : { vmid: wanted }));
};

/** What a storage must take to hold the disks of such a guest. */
export const diskContent = (type: GuestType): 'rootdir' | 'images' => (type === 'lxc' ? 'rootdir' : 'images');

const contentWords = {
  rootdir: 'disks of containers',
  images: 'disks of VMs',
  vztmpl: 'templates',
  iso: 'ISO images',
  import: 'disk images',
} as const;

/** Free bytes of a storage. */
export const freeOf = ({ maxdisk, disk }: Storage): number => Math.max(0, maxdisk - disk);

/**
 * Returns a storage of a node that takes a kind of content: the wanted one, else the one with the most free space.
 * Throws `not-found`, or `validation` with those that do take it.
 */
export const storageFor = async (
  context: Context,
  node: string,
  content: keyof typeof contentWords,
  wanted: string | undefined,
): Promise<Storage> => {
  const { storages } = await context.resources();
  const fitting = storages
    .filter((one) => one.node === node && one.status === 'available' && one.content.includes(content))
    .toSorted((a, b) => freeOf(b) - freeOf(a));
  const names = fitting.map(({ storage }) => storage);
  const hint = names.length === 0 ? `No storage of ${node} does.` : `These of ${node} do: ${names.join(', ')}.`;
  if (wanted === undefined) {
    const [first] = fitting;
    if (first !== undefined) return first;
    throw new ProxdeckError('not-found', `No storage of ${node} takes ${contentWords[content]}.`, {
      hint: 'Allow it in the settings of a storage (Datacenter → Storage → Content).',
    });
  }
  const chosen = await selectStorage(context, wanted, node);
  if (!chosen.content.includes(content))
    throw new ProxdeckError('validation', `The storage ${wanted} does not take ${contentWords[content]}.`, { hint });
  if (chosen.status === 'available') return chosen;
  throw new ProxdeckError('unreachable', `The storage ${wanted} is not available on ${node}.`, { hint });
};

const thin: ReadonlySet<string> = new Set(['lvmthin', 'zfspool', 'rbd', 'btrfs']);

/** Whether a storage gives space when it is written, so that more can be promised than there is. */
export const isThin = ({ plugintype }: Storage): boolean => thin.has(plugintype);

/** Throws `validation` where a storage has not that many free bytes; `overcommit` lets thin ones promise more. */
export const requireSpace = (storage: Storage, bytes: number, overcommit: boolean): void => {
  const canPromise = isThin(storage);
  if (bytes <= freeOf(storage) || (overcommit && canPromise)) return;
  throw new ProxdeckError(
    'validation',
    `${storage.storage} on ${storage.node} has ${sizeText(freeOf(storage))} free, and ${sizeText(bytes)} are wanted.`,
    {
      hint: canPromise
        ? 'Take a smaller disk or another storage; --overcommit makes it all the same, since this one gives space only when it is written.'
        : 'Take a smaller disk or another storage; `proxdeck storage list` shows what is free.',
    },
  );
};

const volumeRow = z.looseObject({ volid: z.string() });

/** Throws `not-found` when a volume does not lie on its storage, with those that do. */
export const requireVolume = async (
  context: Context,
  node: string,
  volid: string,
  content: 'vztmpl' | 'iso' | 'import',
): Promise<void> => {
  const storage = await storageFor(context, node, content, volid.slice(0, volid.indexOf(':')));
  const rows = await readRows(context, `${pathOf(storage)}/content`, volumeRow, { content });
  const known = rows.map((row) => row.volid);
  if (known.includes(volid)) return;
  const get =
    content === 'vztmpl'
      ? '`proxdeck template list` shows what can be had, `proxdeck template download` gets it.'
      : '`proxdeck storage download-url` and `proxdeck storage upload` bring one there.';
  throw new ProxdeckError('not-found', `${volid} does not lie on ${node}.${didYouMean(volid, known)}`, {
    hint: known.length === 0 ? get : `There are: ${known.join(', ')}. ${get}`,
  });
};

const poolRow = z.looseObject({ poolid: z.string() });

/** Throws `not-found` for a pool that is not there. */
export const requirePool = async (context: Context, wanted: string): Promise<void> => {
  const known = (await readRows(context, '/pools', poolRow)).map(({ poolid }) => poolid);
  if (known.includes(wanted)) return;
  throw new ProxdeckError('not-found', `There is no pool ${wanted}.${didYouMean(wanted, known)}`, {
    hint: '`proxdeck pool create` makes one.',
  });
};
