import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { requirePool } from './guest-checks.ts';
import { IncompleteError } from './outcome.ts';
import { operation, type Privilege } from './operation.ts';
import { maybe, readRows, word } from './rows.ts';
import { guestSelector, selectGuests } from './select.ts';
import { planned, shown, takeStep, type Step } from './steps.ts';

const poolName = z
  .string()
  .regex(/^[\w.-]+(?:\/[\w.-]+){0,2}$/, 'a pool has letters, digits and _ . - in its name, with / between parts')
  .describe('name of a pool')
  .meta({ positional: true, completes: 'pool' });

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
}

const allocate = ({ pool }: { readonly pool: string }): readonly Privilege[] => [
  { path: `/pool/${pool}`, privilege: 'Pool.Allocate' },
];

/** Takes all steps of a change; what was done before one failed is told. */
async function* takeAll(context: Context, steps: readonly Step[]): AsyncGenerator<Event, void, void> {
  const done: string[] = [];
  for (const step of steps) {
    try {
      yield* takeStep(context, step);
      done.push(step.title);
    } catch (thrown) {
      if (done.length === 0 || !(thrown instanceof ProxdeckError)) throw thrown;
      throw new IncompleteError('partial', `${thrown.message} Done before: ${done.join(', ')}.`, done, {
        cause: thrown,
      });
    }
  }
}

const comment = z.string().exactOptional().describe('what it is for');
const members = z.array(guestSelector).default([]).meta({ completes: 'guest' });
const storages = z.array(z.string()).default([]).meta({ completes: 'storage' });

const vmidsOf = async (context: Context, selectors: readonly string[]): Promise<string> =>
  (await selectGuests(context, selectors)).map(({ vmid }) => vmid).join(',');

/** Makes a pool: `POST /pools`, and puts guests into it. Throws `conflict` when there is one of that name. */
export const createPool = operation({
  name: 'pool.create',
  summary: 'Make a pool',
  risk: 'change',
  input: z.object({ pool: poolName, comment, guest: members.describe('guest that it gets; may be repeated') }),
  needsFirst: allocate,
  resolve: async (context, { pool, comment: text, guest }): Promise<Decided> => {
    const known = await readRows(context, '/pools', row);
    if (known.some(({ poolid }) => poolid === pool))
      throw new ProxdeckError('conflict', `There is a pool ${pool} already.`, {
        hint: '`proxdeck pool set` changes it.',
      });
    const vms = await vmidsOf(context, guest);
    const make = { title: `make the pool ${pool}`, call: planned('POST', '/pools', { poolid: pool, comment: text }) };
    const fill = { title: `put ${vms} into ${pool}`, call: planned('PUT', '/pools', { poolid: pool, vms }) };
    return { steps: guest.length === 0 ? [make] : [make, fill] };
  },
  preview: ({ steps }) => shown(steps),
  async *run(context, { steps }, { pool }): AsyncGenerator<Event, { readonly poolid: string }, void> {
    yield* takeAll(context, steps);
    return { poolid: pool };
  },
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
    const { pool, comment: text, add, remove, move, addStorage, removeStorage } = given;
    await requirePool(context, pool);
    const taken = (await selectGuests(context, add)).find((one) => one.pool !== undefined && one.pool !== pool);
    if (taken !== undefined && !move)
      throw new ProxdeckError('conflict', `${String(taken.vmid)} ${taken.name} is in the pool ${taken.pool ?? ''}.`, {
        hint: 'Say --move to take it out of there.',
      });
    const put = (title: string, parameters: Readonly<Record<string, string | boolean | undefined>>): Step => ({
      title,
      call: planned('PUT', '/pools', { poolid: pool, ...parameters }),
    });
    const vms = add.length === 0 ? undefined : await vmidsOf(context, add);
    const gone = remove.length === 0 ? undefined : await vmidsOf(context, remove);
    const joins = addStorage.length === 0 ? undefined : addStorage.join(',');
    const leaves = removeStorage.length === 0 ? undefined : removeStorage.join(',');
    const adds = put(`change ${pool}`, {
      comment: text,
      vms,
      storage: joins,
      'allow-move': move && vms !== undefined ? true : undefined,
    });
    const removes = put(`take out of ${pool}`, { vms: gone, storage: leaves, delete: true });
    const steps = [
      ...(text === undefined && vms === undefined && joins === undefined ? [] : [adds]),
      ...(gone === undefined && leaves === undefined ? [] : [removes]),
    ];
    if (steps.length > 0) return { steps };
    throw new ProxdeckError('usage', 'Nothing is named that should change.', {
      hint: 'See `proxdeck pool set --help`.',
    });
  },
  preview: ({ steps }) => shown(steps),
  async *run(context, { steps }, { pool }): AsyncGenerator<Event, { readonly poolid: string }, void> {
    yield* takeAll(context, steps);
    return { poolid: pool };
  },
});

/** Deletes a pool that is empty: `DELETE /pools`. Throws `conflict` when something lies in it. */
export const deletePool = operation({
  name: 'pool.delete',
  summary: 'Delete an empty pool',
  risk: 'destroy',
  input: z.object({ pool: poolName }),
  needsFirst: allocate,
  resolve: async (context, { pool }): Promise<Decided> => {
    await requirePool(context, pool);
    const [found] = await readRows(context, '/pools', content, { poolid: pool });
    const ids = (found?.members ?? []).flatMap((one) => member.safeParse(one).data?.id ?? []);
    if (ids.length > 0)
      throw new ProxdeckError('conflict', `The pool ${pool} is not empty: ${ids.join(', ')}.`, {
        hint: 'Take them out first: `proxdeck pool set --remove`.',
      });
    return { steps: [{ title: `delete the pool ${pool}`, call: planned('DELETE', '/pools', { poolid: pool }) }] };
  },
  hazards: (_context, _decided, { pool }) => [`Permissions on /pool/${pool} are lost with it.`],
  preview: ({ steps }) => shown(steps),
  async *run(context, { steps }, { pool }): AsyncGenerator<Event, { readonly poolid: string }, void> {
    yield* takeAll(context, steps);
    return { poolid: pool };
  },
});
