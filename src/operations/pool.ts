import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { nameOf, requirePool } from './guest-checks.ts';
import { operation, type Call, type Privilege } from './operation.ts';
import { maybe, readRows, word } from './rows.ts';
import { guestSelector, selectGuests } from './select.ts';
import { planned, shown, takeAll, type Step } from './steps.ts';

/** One that there may not be yet. */
const newPoolName = z
  .string()
  .regex(/^[\w.-]+(?:\/[\w.-]+){0,2}$/, 'a pool has letters, digits and _ . - in its name, with / between parts')
  .describe('name of a pool')
  .meta({ positional: true });
const poolName = newPoolName.meta({ completes: 'pool' });

const row = z.looseObject({ poolid: z.string(), comment: maybe(word) });

/** A pool with what lies in it. */
interface PoolRow {
  readonly poolid: string;
  readonly comment?: string;
  /** Numbers of its guests, as far as this login may see them. */
  readonly vms: readonly number[];
}

/** Lists pools: `GET /pools`, with their guests from `GET /cluster/resources`. */
export const listPools = operation({
  name: 'pool.list',
  summary: 'List pools',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'poolid', title: 'POOL' },
    { field: 'vms', title: 'GUESTS' },
    { field: 'comment', title: 'COMMENT' },
  ],
  async *run(context): AsyncGenerator<never, readonly PoolRow[], void> {
    const [rows, { guests }] = await Promise.all([readRows(context, '/pools', row), context.resources()]);
    return rows.map(({ poolid, comment }) => ({
      poolid,
      ...(comment !== undefined && { comment }),
      vms: guests.flatMap(({ pool, vmid }) => (pool === poolid ? [vmid] : [])),
    }));
  },
});

const member = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: maybe(word),
  node: maybe(word),
  status: maybe(word),
});
const content = z.looseObject({ members: z.array(z.unknown()).default([]) });

/** Lists what lies in a pool: `GET /pools?poolid=…` (8.1 and later). */
export const showPool = operation({
  name: 'pool.show',
  summary: 'List what lies in a pool',
  risk: 'read',
  input: z.object({ pool: poolName }),
  columns: [
    { field: 'id', title: 'ID' },
    { field: 'name', title: 'NAME' },
    { field: 'node', title: 'NODE' },
    { field: 'status', title: 'STATUS' },
  ],
  needs: (_resolved, { pool }) => [{ path: `/pool/${pool}`, privilege: 'Pool.Audit' }],
  async *run(context, _resolved, { pool }) {
    const [found] = await readRows(context, '/pools', content, { poolid: pool });
    return (found?.members ?? []).flatMap((one) => member.safeParse(one).data ?? []);
  },
});

interface Decided {
  readonly steps: readonly Step[];
  /** Numbers of guests that are put in or taken out. */
  readonly touched: readonly number[];
  /** What takes it back, where one call does. */
  readonly undo?: Call;
}

const allocate = ({ pool }: { readonly pool: string }): readonly Privilege[] => [
  { path: `/pool/${pool}`, privilege: 'Pool.Allocate' },
];

/** Who moves a guest in or out must be allowed to change who may do what with it (contract §6.4: perm-modify). */
const mayMove = ({ touched }: Decided): readonly Privilege[] =>
  touched.map((vmid) => ({ path: `/vms/${String(vmid)}`, privilege: 'Permissions.Modify|VM.Allocate' }));

const comment = z.string().exactOptional().describe('what it is for');
const members = z.array(guestSelector).default([]).meta({ completes: 'guest' });
const storages = z.array(z.string()).default([]).meta({ completes: 'storage' });

const vmidsOf = (guests: readonly Guest[]): string => guests.map(({ vmid }) => vmid).join(',');
const namesOf = (guests: readonly Guest[]): string[] => guests.map(({ vmid }) => String(vmid));

/** Returns the comment of a pool, empty where it has none. Throws `not-found` for a pool that is not there. */
const commentOf = async (context: Context, pool: string): Promise<string> => {
  await requirePool(context, pool);
  const rows = await readRows(context, '/pools', row);
  return rows.find(({ poolid }) => poolid === pool)?.comment ?? '';
};

/** Makes a pool: `POST /pools`, and puts guests into it. Throws `conflict` when there is one of that name. */
export const createPool = operation({
  name: 'pool.create',
  summary: 'Make a pool',
  risk: 'change',
  input: z.object({ pool: newPoolName, comment, guest: members.describe('guest that it gets; may be repeated') }),
  needsFirst: allocate,
  resolve: async (context, { pool, comment: text, guest }): Promise<Decided> => {
    const known = await readRows(context, '/pools', row);
    if (known.some(({ poolid }) => poolid === pool))
      throw new ProxdeckError('conflict', `There is a pool ${pool} already.`, {
        hint: '`proxdeck pool set` changes it.',
      });
    const guests = await selectGuests(context, guest);
    const vms = vmidsOf(guests);
    const make = { title: `make the pool ${pool}`, call: planned('POST', '/pools', { poolid: pool, comment: text }) };
    const fill = { title: `put ${vms} into ${pool}`, call: planned('PUT', '/pools', { poolid: pool, vms }) };
    return {
      steps: guests.length === 0 ? [make] : [make, fill],
      touched: guests.map(({ vmid }) => vmid),
      undo: { name: 'pool.delete', input: { pool, empty: true } },
    };
  },
  needs: mayMove,
  preview: ({ steps }) => shown(steps),
  async *run(context, { steps }, { pool }): AsyncGenerator<Event, { readonly poolid: string }, void> {
    yield* takeAll(context, steps);
    return { poolid: pool };
  },
  undo: ({ undo }) => undo,
});

/** Changes a pool: `PUT /pools`. Guests of another pool are moved only with `move`. */
export const setPool = operation({
  name: 'pool.set',
  summary: 'Change a pool: its comment, guests and storages',
  risk: 'change',
  input: z.object({
    pool: poolName,
    comment,
    add: members.describe('guest to put into it; may be repeated'),
    remove: members.describe('guest to take out of it; may be repeated'),
    move: z.boolean().default(false).describe('also take guests out of the pool they are in'),
    addStorage: storages.describe('storage to put into it; may be repeated'),
    removeStorage: storages.describe('storage to take out of it; may be repeated'),
  }),
  needsFirst: allocate,
  resolve: async (context, given): Promise<Decided> => {
    const { pool, comment: text, addStorage, removeStorage } = given;
    const before = await commentOf(context, pool);
    const add = await selectGuests(context, given.add);
    const remove = await selectGuests(context, given.remove);
    const taken = add.filter((one) => one.pool !== undefined && one.pool !== pool);
    const [first] = taken;
    if (first !== undefined && !given.move)
      throw new ProxdeckError('conflict', `${nameOf(first)} is in the pool ${first.pool ?? ''}.`, {
        hint: 'Say --move to take it out of there.',
      });
    const put = (title: string, parameters: Readonly<Record<string, string | boolean | undefined>>): Step => ({
      title,
      call: planned('PUT', '/pools', { poolid: pool, ...parameters }),
    });
    const listed = (values: readonly string[]): string | undefined =>
      values.length === 0 ? undefined : values.join(',');
    const [vms, gone] = [listed(namesOf(add)), listed(namesOf(remove))];
    const adds = put(`change ${pool}`, {
      comment: text,
      vms,
      storage: listed(addStorage),
      'allow-move': given.move && vms !== undefined ? true : undefined,
    });
    const removes = put(`take out of ${pool}`, { vms: gone, storage: listed(removeStorage), delete: true });
    const steps = [
      ...(text === undefined && add.length === 0 && addStorage.length === 0 ? [] : [adds]),
      ...(remove.length === 0 && removeStorage.length === 0 ? [] : [removes]),
    ];
    if (steps.length === 0)
      throw new ProxdeckError('usage', 'Nothing is named that should change.', {
        hint: 'See `proxdeck pool set --help`.',
      });
    const back: Call = {
      name: 'pool.set',
      input: {
        pool,
        ...(text !== undefined && { comment: before }),
        add: namesOf(remove.filter((one) => one.pool === pool)),
        remove: namesOf(add.filter((one) => one.pool !== pool)),
        addStorage: removeStorage,
        removeStorage: addStorage,
      },
    };
    // Guests of other pools go back there, and that is a change of other pools.
    return { steps, touched: [...add, ...remove].map(({ vmid }) => vmid), ...(taken.length === 0 && { undo: back }) };
  },
  needs: mayMove,
  preview: ({ steps }) => shown(steps),
  async *run(context, { steps }, { pool }): AsyncGenerator<Event, { readonly poolid: string }, void> {
    yield* takeAll(context, steps);
    return { poolid: pool };
  },
  undo: ({ undo }) => undo,
});

/** What lies in a pool, as `PUT /pools` names it: numbers of guests, names of storages. */
const contentOf = async (context: Context, pool: string) => {
  const [found] = await readRows(context, '/pools', content, { poolid: pool });
  const rows = (found?.members ?? []).flatMap((one) => member.safeParse(one).data ?? []);
  return {
    ids: rows.map(({ id }) => id),
    vms: rows.flatMap(({ id, type }) => (type === 'storage' ? [] : [Number(id.slice(id.indexOf('/') + 1))])),
    storages: [...new Set(rows.flatMap(({ id, type }) => (type === 'storage' ? [id.split('/').at(-1) ?? ''] : [])))],
  };
};

/** Deletes a pool that is empty, or empties it first: `DELETE /pools`. Throws `conflict` when something lies in it. */
export const deletePool = operation({
  name: 'pool.delete',
  summary: 'Delete an empty pool',
  risk: 'destroy',
  input: z.object({
    pool: poolName,
    empty: z.boolean().default(false).describe('take out what lies in it first; nothing else happens to that'),
  }),
  needsFirst: allocate,
  resolve: async (context, { pool, empty }): Promise<Decided> => {
    await requirePool(context, pool);
    const { ids, vms, storages: stores } = await contentOf(context, pool);
    if (ids.length > 0 && !empty)
      throw new ProxdeckError('conflict', `The pool ${pool} is not empty: ${ids.join(', ')}.`, {
        hint: 'Take them out first: `proxdeck pool set --remove`, or all of them with --empty.',
      });
    const out = planned('PUT', '/pools', {
      poolid: pool,
      vms: vms.length === 0 ? undefined : vms.join(','),
      storage: stores.length === 0 ? undefined : stores.join(','),
      delete: true,
    });
    const gone = { title: `delete the pool ${pool}`, call: planned('DELETE', '/pools', { poolid: pool }) };
    return { steps: ids.length === 0 ? [gone] : [{ title: `empty ${pool}`, call: out }, gone], touched: vms };
  },
  needs: mayMove,
  hazards: (_context, _decided, { pool }) => [`Permissions on /pool/${pool} are lost with it.`],
  preview: ({ steps }) => shown(steps),
  async *run(context, { steps }, { pool }): AsyncGenerator<Event, { readonly poolid: string }, void> {
    yield* takeAll(context, steps);
    return { poolid: pool };
  },
});
