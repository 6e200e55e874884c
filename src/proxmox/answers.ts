import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import type { ClusterNode, Guest, Pool, Resources, Storage, Task } from '../models/cluster.ts';
import type { LogLine } from './types.ts';

const rowsBetweenPauses = 1000;

// Perl decides at runtime whether a number comes as number or as text (contract §5.3), and a name of digits as either.
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i)
    .transform(Number),
]);
const text = z.union([z.string(), z.number().transform(String)]);
const filled = z.union([z.string().min(1), z.number().transform(String)]);
const flag = z
  .union([z.number(), z.boolean(), z.string()])
  .transform((value) => value === 1 || value === true || value === '1');

/** Compiled with the first row of its kind: what is not there yet must not delay the first call of a start. */
const late = <Schema extends z.ZodType>(make: () => Schema): (() => Schema) => {
  let schema: Schema | undefined;
  return () => (schema ??= z.compile(make()));
};

const optionalNumber = number.exactOptional();
const optionalText = text.exactOptional();
const optionalFilled = filled.exactOptional();
const optionalFlag = flag.exactOptional();

const nodeRow = late(() =>
  z.object({
    id: z.string(),
    node: z.string(),
    type: z.literal('node'),
    status: optionalFilled,
    cpu: optionalNumber,
    maxcpu: optionalNumber,
    mem: optionalNumber,
    maxmem: optionalNumber,
    disk: optionalNumber,
    maxdisk: optionalNumber,
    uptime: optionalNumber,
    hastate: optionalFilled,
    level: optionalText,
  }),
);

const guestShape = <N extends z.ZodType, T extends z.ZodType, F extends z.ZodType, B extends z.ZodType>(
  aNumber: N,
  aText: T,
  aFilled: F,
  aFlag: B,
) =>
  z.object({
    id: z.string(),
    vmid: aNumber,
    type: z.enum(['lxc', 'qemu']),
    node: z.string(),
    name: aText.exactOptional(),
    status: aFilled.exactOptional(),
    template: aFlag.exactOptional(),
    cpu: aNumber.exactOptional(),
    maxcpu: aNumber.exactOptional(),
    mem: aNumber.exactOptional(),
    maxmem: aNumber.exactOptional(),
    disk: aNumber.exactOptional(),
    maxdisk: aNumber.exactOptional(),
    uptime: aNumber.exactOptional(),
    netin: aNumber.exactOptional(),
    netout: aNumber.exactOptional(),
    diskread: aNumber.exactOptional(),
    diskwrite: aNumber.exactOptional(),
    tags: aText.exactOptional(),
    pool: aFilled.exactOptional(),
    lock: aFilled.exactOptional(),
    hastate: aFilled.exactOptional(),
  });

/** A guest as the server nearly always sends it: looked at, not copied. Ten thousand of them are read in half the time. */
const usualGuestRow = late(() => guestShape(z.number(), z.string(), z.string().min(1), z.literal([0, 1])));
const guestRow = late(() => guestShape(number, text, filled, flag));
type GuestRow = z.output<ReturnType<typeof guestRow>> | z.input<ReturnType<typeof usualGuestRow>>;

const storageRow = late(() =>
  z.object({
    id: z.string(),
    storage: z.string(),
    node: z.string(),
    type: z.literal('storage'),
    plugintype: optionalText,
    status: optionalFilled,
    shared: optionalFlag,
    content: optionalText,
    disk: optionalNumber,
    maxdisk: optionalNumber,
  }),
);

const poolRow = late(() => z.object({ id: z.string(), pool: text, type: z.literal('pool') }));

const taskRow = late(() =>
  z.object({
    upid: z.string(),
    node: z.string(),
    type: z.string(),
    id: text,
    user: z.string(),
    tokenid: optionalFilled,
    starttime: number,
    endtime: optionalNumber,
    status: optionalFilled,
  }),
);

type Split = (joined: string | undefined) => readonly string[];

/** Splits joined lists. Thousands of rows share a few of them, so each is split once. */
const createSplit = (separator: RegExp): Split => {
  const known = new Map<string, readonly string[]>();
  return (joined = '') => {
    const list = known.get(joined) ?? joined.split(separator).filter((part) => part !== '');
    known.set(joined, list);
    return list;
  };
};

/** Just after a start the server sends small negative values (observed: cpu, uptime). */
const notNegative = (value = 0): number => Math.max(0, value);

const nodeOf = (row: z.infer<ReturnType<typeof nodeRow>>): ClusterNode => ({ ...row, status: row.status ?? 'unknown' });

type Writable<Row> = { -readonly [Field in keyof Row]: Row[Field] };

/** What is not always there is set afterwards: spreading it in made three objects more for each guest, a tenth of reading 10,000. */
const guestOf = (row: GuestRow, split: Split): Guest => {
  const guest: Writable<Guest> = {
    id: row.id,
    vmid: row.vmid,
    type: row.type,
    node: row.node,
    name: row.name ?? '',
    status: row.status ?? 'unknown',
    template: row.template === true || row.template === 1,
    cpu: notNegative(row.cpu),
    maxcpu: row.maxcpu ?? 0,
    mem: row.mem ?? 0,
    maxmem: row.maxmem ?? 0,
    disk: row.disk ?? 0,
    maxdisk: row.maxdisk ?? 0,
    uptime: notNegative(row.uptime),
    netin: row.netin ?? 0,
    netout: row.netout ?? 0,
    diskread: row.diskread ?? 0,
    diskwrite: row.diskwrite ?? 0,
    tags: split(row.tags),
  };
  if (row.pool !== undefined) guest.pool = row.pool;
  if (row.lock !== undefined) guest.lock = row.lock;
  if (row.hastate !== undefined) guest.hastate = row.hastate;
  return guest;
};

const storageOf = (row: z.infer<ReturnType<typeof storageRow>>, split: Split): Storage => ({
  id: row.id,
  storage: row.storage,
  node: row.node,
  type: row.type,
  plugintype: row.plugintype ?? '',
  status: row.status ?? 'unknown',
  shared: row.shared ?? false,
  content: split(row.content),
  disk: row.disk ?? 0,
  maxdisk: row.maxdisk ?? 0,
});

const hasValue = ([, value]: [string, unknown]): boolean => value !== null && value !== '';

/** Reads one row. A value that is null or '' counts as not given: it is never 0. Undefined when the row has another shape. */
const readRow = <T>(schema: z.ZodType<T>, row: object): T | undefined => {
  const asSent = schema.safeParse(row);
  if (asSent.success) return asSent.data;
  return schema.safeParse(Object.fromEntries(Object.entries(row).filter(hasValue))).data;
};

const readGuest = (row: object): GuestRow | undefined =>
  usualGuestRow().validate(row) ? row : readRow(guestRow(), row);

/** A list whose rows are not looked at yet, and not copied either. */
export const rowsSchema = z.custom<readonly unknown[]>(Array.isArray, 'expected a list');

const isObject = (row: unknown): row is object => typeof row === 'object' && row !== null;

const keep = <Row, T>(list: T[], row: Row | undefined, make: (row: Row) => T): boolean => {
  if (row === undefined) return false;
  list.push(make(row));
  return true;
};

/** Rows of these types are known and of no use here: zones and fabrics of the software-defined network. */
const leftOut: ReadonlySet<unknown> = new Set(['sdn', 'network']);

/**
 * Sorts the rows of `GET /cluster/resources` by kind (contract §8.1). A row of unknown type or shape is counted, not an error.
 * After every 1,000 rows the event loop has its turn, so that keys are not kept waiting by a big cluster.
 */
export const parseResources = async (rows: readonly unknown[]): Promise<Resources> => {
  const nodes: ClusterNode[] = [];
  const guests: Guest[] = [];
  const storages: Storage[] = [];
  const pools: Pool[] = [];
  // Tags are joined by `;`, `,` or a blank, the contents of a storage by `,`.
  const split = createSplit(/[;,\s]+/);
  let skipped = 0;

  /** False when the row is not understood. */
  const take = (row: unknown): boolean => {
    if (!isObject(row) || !('type' in row)) return false;
    switch (row.type) {
      case 'lxc':
      case 'qemu':
        return keep(guests, readGuest(row), (guest) => guestOf(guest, split));
      case 'storage':
        return keep(storages, readRow(storageRow(), row), (storage) => storageOf(storage, split));
      case 'node':
        return keep(nodes, readRow(nodeRow(), row), nodeOf);
      case 'pool':
        return keep(pools, readRow(poolRow(), row), (pool) => pool);
      default:
        return leftOut.has(row.type);
    }
  };

  for (const [index, row] of rows.entries()) {
    if (index > 0 && index % rowsBetweenPauses === 0) await setImmediate();
    if (!take(row)) skipped += 1;
  }
  return { nodes, guests, storages, pools, skipped };
};

/** The rows of `GET /cluster/tasks`, newest first. A row that is not understood is left out: it could not be followed either. */
export const parseTasks = (rows: readonly unknown[]): readonly Task[] =>
  rows
    .flatMap((row) => (isObject(row) ? (readRow(taskRow(), row) ?? []) : []))
    .toSorted((one, other) => other.starttime - one.starttime);

/** `GET /version`: both as `9.2.11` and `9.2`. */
export const versionSchema = z.object({ version: text, release: text });

/** `GET /nodes/{node}/tasks/{upid}/status` */
export const taskStatusSchema = z.object({
  upid: z.string(),
  node: z.string(),
  type: z.string(),
  id: text,
  user: z.string(),
  starttime: number,
  status: z.enum(['running', 'stopped']),
  exitstatus: optionalFilled,
});

/** `GET /nodes/{node}/tasks/{upid}/log` */
export const taskLogSchema = z.array(z.object({ n: number, t: text }));

/**
 * A part of a task's log with the number of all its lines. For a log without lines the server makes up one, “no content”
 * (contract §7.3): it is taken out, or whoever follows the log would count it and miss the first real line.
 */
export const taskLogOf = (lines: readonly LogLine[], total: number): { lines: readonly LogLine[]; total: number } => {
  const [first] = lines;
  const madeUp = total <= 1 && lines.length === 1 && first?.n === 1 && first.t === 'no content';
  return madeUp ? { lines: [], total: 0 } : { lines, total };
};
