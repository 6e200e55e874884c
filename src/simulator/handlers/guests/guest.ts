import { ApiFailure, badParameters, die, forbidden } from '../../handler.ts';
import type { ApiCall, Handler, Routes, Worker } from '../../handler.ts';
import type { GuestState, World } from '../../world.ts';
import { nodeOf, required } from '../params.ts';
import { configDigest } from './config-file.ts';
import type { GuestType } from './config-file.ts';

/** `CT` or `VM`: how messages name a guest. */
export const label = (type: GuestType): 'CT' | 'VM' => (type === 'lxc' ? 'CT' : 'VM');

/** `vzstart`, `qmstart`: the name of a task. */
export const taskType = (type: GuestType, action: string): string => `${type === 'lxc' ? 'vz' : 'qm'}${action}`;

export const vmidOf = (call: ApiCall): number => Number(required(call, 'vmid'));

const missingConfig = (type: GuestType, node: string, vmid: number): never =>
  die(`Configuration file 'nodes/${node}/${type === 'lxc' ? 'lxc' : 'qemu-server'}/${vmid}.conf' does not exist`);

/** The guest of that type on that node. Throws what PVE::AbstractConfig::load_config dies with when it is not there. */
export const loadGuest = (world: World, type: GuestType, node: string, vmid: number): GuestState => {
  const guest = world.guests.get(vmid);
  return guest?.type === type && guest.node === node ? guest : missingConfig(type, node, vmid);
};

/** The guest that the path names. */
export const guestOf = (call: ApiCall, type: GuestType): GuestState =>
  loadGuest(call.world, type, nodeOf(call).name, vmidOf(call));

/** The guest that the path names, or undefined: for checks that look at processes before they look for the file. */
export const findGuest = (call: ApiCall, type: GuestType): GuestState | undefined => {
  const guest = call.world.guests.get(vmidOf(call));
  return guest?.type === type && guest.node === nodeOf(call).name ? guest : undefined;
};

/** The guests of a node, in the order of the world. */
export const guestsOn = (world: World, node: string): GuestState[] =>
  [...world.guests.values()].filter((guest) => guest.node === node);

/** A handler for both kinds of guest that is told which one it serves. */
export type GuestHandler = (call: ApiCall, type: GuestType) => unknown;

/** Routes below `/nodes/{node}/{type}/{vmid}` for both kinds of guest: `GET /config`. */
export const forBoth = (handlers: Readonly<Record<string, GuestHandler>>): Routes => {
  const routes: Record<string, Handler> = {};
  for (const type of ['lxc', 'qemu'] as const) {
    for (const [route, handler] of Object.entries(handlers)) {
      const [method = '', below = ''] = route.split(' ');
      routes[`${method} /nodes/{node}/${type}/{vmid}${below}`] = (call) => handler(call, type);
    }
  }
  return routes;
};

export const isTemplate = (guest: GuestState): boolean => Number(guest.config['template'] ?? 0) === 1;

/** Refuses a guest that something else works on: `CT is locked (backup)`. */
export const checkLock = (guest: GuestState): void => {
  const lock = guest.config['lock'];
  if (lock !== undefined) die(`${label(guest.type)} is locked (${lock})`);
};

/** `skiplock` is for root@pam alone. Returns whether locks are to be passed over. */
export const skipsLock = (call: ApiCall): boolean => {
  const skip = Number(call.params['skiplock'] ?? 0) === 1;
  if (skip && !call.caller.root) badParameters({ skiplock: 'Only root may use this option.' });
  return skip;
};

/** Refuses a change that was prepared on an older configuration. */
export const checkDigest = (guest: GuestState, digest: string | undefined): void => {
  if (digest !== undefined && digest !== configDigest(guest)) {
    die('detected modified configuration - file changed by other user? Try again.');
  }
};

/** Holds a lock in the configuration while `work` runs, whatever becomes of it. */
export const withLock = async (guest: GuestState, lock: string, work: () => Promise<void>): Promise<void> => {
  checkLock(guest);
  guest.config['lock'] = lock;
  try {
    await work();
  } finally {
    delete guest.config['lock'];
  }
};

/** Forks a worker on the guest's node under its id. */
export const forkFor = (
  call: ApiCall,
  guest: GuestState,
  type: string,
  work: (worker: Worker) => Promise<void>,
): string => call.fork(guest.node, type, String(guest.vmid), work);

/** A privilege on a guest, or on the pool it is to be in. Throws 403 on the guest's path. */
export const requireOnGuest = (call: ApiCall, vmid: number, pool: string | undefined, ...anyOf: string[]): void => {
  if (pool !== undefined && call.may(`/pool/${pool}`, ...anyOf)) return;
  call.require(`/vms/${vmid}`, ...anyOf);
};

/** 403 with a sentence instead of a path, unless the caller is root@pam itself. */
export const onlyRoot = (call: ApiCall, sentence: string): void => {
  if (!call.caller.root) forbidden(sentence);
};

/** Refuses an id that some guest of the cluster has. */
export const checkUnused = (world: World, vmid: number): void => {
  const guest = world.guests.get(vmid);
  if (guest !== undefined) die(`${label(guest.type)} ${vmid} already exists on node '${guest.node}'`);
};

/** The first line of what was thrown, as a worker reports it. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof ApiFailure || error instanceof Error) return error.message.trimEnd();
  return String(error);
};
