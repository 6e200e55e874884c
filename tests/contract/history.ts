import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseUpid } from '../../src/simulator/upid.ts';
import type { TaskState, World } from '../../src/simulator/world.ts';
import { answeredUpid, isWrite } from './recording.ts';
import type { Recording } from './recording.ts';
import type { Sent } from './wire.ts';

const at = z.number();
const setting = z.union([z.string(), z.number()]);

const item = z.union([
  z.strictObject({
    at,
    write: z.string(),
    upid: z.string().optional(),
    as: z.string().default('root@pam'),
    params: z.record(z.string(), z.unknown()).default({}),
  }),
  z.strictObject({ at, boot: z.string() }),
  z.strictObject({ at, restart: z.number() }),
  z.strictObject({
    at,
    guest: z.number(),
    set: z.record(z.string(), setting),
    snapshot: z.strictObject({ name: z.string(), snapstate: z.string() }).optional(),
  }),
  z.strictObject({
    at,
    user: z.string(),
    factor: z.strictObject({ id: z.string(), type: z.string(), description: z.string(), secret: z.string() }),
  }),
]);

type Item = z.output<typeof item>;

/** Something that changed the machine at a second: a request, or a change from outside its API. */
export interface Effect {
  readonly at: number;
  readonly upid: string | undefined;
  readonly change: { readonly send: Sent } | { readonly patch: (world: World) => void };
}

const stop = (guest: { running: boolean; qmpstatus: string; startedAt: number; pid: number }): void => {
  guest.running = false;
  guest.qmpstatus = 'stopped';
  guest.startedAt = 0;
  guest.pid = 0;
};

const boot =
  (name: string, second: number) =>
  (world: World): void => {
    const node = world.nodes.get(name);
    if (node !== undefined) node.bootedAt = second;
    for (const guest of world.guests.values()) if (guest.node === name) stop(guest);
  };

/** Stopped and started from inside: what was pending is in force. */
const restart =
  (vmid: number, second: number) =>
  (world: World): void => {
    const guest = world.guests.get(vmid);
    if (guest === undefined) return;
    for (const [key, value] of guest.pending)
      if (value === null) delete guest.config[key];
      else guest.config[key] = value;
    guest.pending.clear();
    guest.startedAt = second;
  };

const patchOf = (given: Exclude<Item, { write: string }>): ((world: World) => void) => {
  if ('boot' in given) return boot(given.boot, given.at);
  if ('restart' in given) return restart(given.restart, given.at);
  if ('user' in given)
    return (world) =>
      void world.access.users.get(given.user)?.tfa.push({ ...given.factor, created: given.at, enable: true });
  return (world) => {
    const guest = world.guests.get(given.guest);
    if (guest === undefined) return;
    Object.assign(guest.config, given.set);
    if (given.snapshot !== undefined)
      guest.snapshots.set(given.snapshot.name, { ...given.snapshot, snaptime: given.at, config: { ...guest.config } });
  };
};

const headersFor = (as: string): Record<string, string> => ({
  ...(as.includes('!')
    ? { Authorization: `PVEAPIToken=${as}=<secret>` }
    : { Cookie: 'PVEAuthCookie=<ticket>', CSRFPreventionToken: '<csrf>' }),
  'Content-Type': 'application/x-www-form-urlencoded',
});

const effectOf = (given: Item): Effect => {
  if (!('write' in given)) return { at: given.at, upid: undefined, change: { patch: patchOf(given) } };
  const [method = '', path = ''] = given.write.split(' ');
  const send = {
    as: given.as,
    method,
    path: `/api2/json${path}`,
    params: given.params,
    headers: headersFor(given.as),
    mayEnter: true,
  };
  return { at: given.at, upid: given.upid, change: { send } };
};

/** What the file tells of the time between the recordings. */
export const readHistory = (file: string): Effect[] =>
  z
    .array(item)
    .parse(parse(readFileSync(file, 'utf8')))
    .map(effectOf);

/** A recorded request as it is sent again. */
export const sentBy = ({ as, request, status }: Recording): Sent => ({
  as,
  method: request.method,
  path: request.path,
  params: request.params,
  headers: request.headers,
  rawBody: request.raw_body,
  mayEnter: status !== 401,
});

const signature = (effect: Effect): string =>
  'send' in effect.change
    ? `${effect.change.send.method} ${decodeURIComponent(effect.change.send.path)} ${JSON.stringify(effect.change.send.params)}`
    : '';

const order = ['POST', 'PUT', 'DELETE'];

/** Within a second: what creates, what changes, what removes; settings are removed after others were made. */
const rank = ({ change }: Effect): number =>
  'send' in change ? order.indexOf(change.send.method) + ('delete' in change.send.params ? 0.5 : 0) : 3;

/** Tasks of one second began in the order of their process start. */
const processStart = ({ upid }: Effect): number => (upid === undefined ? 0 : (parseUpid(upid)?.pstart ?? 0));

/** Making a template of a container answers nothing, yet runs a task: it is found in the index by its second. */
const hiddenTask = (recording: Recording, index: readonly TaskState[]): string | undefined => {
  const [, vmid] = /\/lxc\/(\d+)\/template$/.exec(recording.request.path) ?? [];
  const isIt = (task: TaskState): boolean =>
    task.type === 'vztemplate' && task.id === vmid && Math.abs(task.starttime - recording.at) <= 1;
  return vmid === undefined ? undefined : index.find(isIt)?.upid;
};

/**
 * Joins what recordings and history tell, in the order in which it took effect: a task's effect is there when the task ends.
 * What several folders and the history know counts once.
 */
export const effectsOf = (
  recordings: readonly Recording[],
  history: readonly Effect[],
  index: readonly TaskState[],
): Effect[] => {
  const endOf = (upid: string): number | undefined => index.find((task) => task.upid === upid)?.endtime;
  const recorded = recordings.filter(isWrite).map((one): Effect => ({
    at: one.at,
    upid: answeredUpid(one) ?? hiddenTask(one, index),
    change: { send: sentBy(one) },
  }));
  const known = new Set<string>();
  const unique = [...recorded, ...history].filter((effect) => {
    const names = [effect.upid, `${effect.at} ${signature(effect)}`].filter((name) => name !== undefined);
    if ('send' in effect.change && names.some((name) => known.has(name))) return false;
    for (const name of names) known.add(name);
    return true;
  });
  return unique
    .map((effect) => ({ ...effect, at: effect.upid === undefined ? effect.at : (endOf(effect.upid) ?? effect.at) }))
    .sort((a, b) => a.at - b.at || rank(a) - rank(b) || processStart(a) - processStart(b));
};
