import * as z from 'zod';
import { operation, type Column } from './operation.ts';
import { figure, flag, maybe, readData, readRows, word } from './rows.ts';
import { nodeName, selectNode } from './select.ts';

const diskColumns: readonly Column[] = [
  { field: 'devpath', title: 'DISK' },
  { field: 'health', title: 'HEALTH' },
  { field: 'wearout', title: 'LIFE LEFT %' },
  { field: 'type', title: 'TYPE' },
  { field: 'size', title: 'SIZE', unit: 'bytes' },
  { field: 'used', title: 'USED AS' },
  { field: 'model', title: 'MODEL' },
  { field: 'serial', title: 'SERIAL' },
];

const disk = z.looseObject({
  /** `/dev/nvme0n1` */
  devpath: z.string(),
  /** hdd, ssd, nvme, usb, unknown */
  type: maybe(z.string()),
  size: maybe(figure),
  model: maybe(word),
  serial: maybe(word),
  vendor: maybe(word),
  wwn: maybe(word),
  /** PASSED, OK, UNKNOWN, or what smartctl says of a failing one: `FAILED!` */
  health: maybe(z.string()),
  /** Percent of its life that is left; a text (`N/A`) where the disk does not tell. */
  wearout: maybe(z.union([figure, z.string()])),
  rpm: maybe(figure),
  /** What lies on it: LVM, ZFS, partitions, mounted, ext4 … */
  used: maybe(z.string()),
  gpt: maybe(flag),
  mounted: maybe(flag),
});

/** Lists the disks of a node with their health: `GET /nodes/{node}/disks/list`. */
export const listDisks = operation({
  name: 'node.disks',
  summary: 'List the disks of a node with their health',
  risk: 'read',
  input: z.object({
    node: nodeName,
    smart: z.boolean().default(true).describe('ask each disk how it is (smartctl)'),
  }),
  columns: diskColumns,
  resolve: (context, { node }) => selectNode(context, node),
  needs: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.Audit' }],
  async *run(context, { node }, { smart }) {
    return readRows(context, `/nodes/${node}/disks/list`, disk, smart ? {} : { skipsmart: 1 });
  },
});

const attribute = z.looseObject({
  id: maybe(word),
  name: z.string(),
  flags: maybe(z.string()),
  /** Scaled by the vendor: the higher the better; at the threshold or below it the disk is about to fail. */
  value: maybe(figure),
  worst: maybe(figure),
  threshold: maybe(figure),
  /** `-`, `NOW`, `Past` */
  fail: maybe(z.string()),
  raw: maybe(word),
});

const smart = z.looseObject({
  health: maybe(z.string()),
  /** `ata`: attributes; `text`: what smartctl prints of NVMe and SAS. */
  type: maybe(z.string()),
  attributes: z.array(attribute).optional().catch(undefined),
  text: maybe(z.string()),
});

/** Shows what a disk says of itself: `GET /nodes/{node}/disks/smart`. */
export const showSmart = operation({
  name: 'node.smart',
  summary: 'Show what a disk says of its health (SMART)',
  risk: 'read',
  input: z.object({
    node: nodeName,
    disk: z.string().min(1).describe('device, as in /dev/sda').meta({ positional: true }),
  }),
  resolve: (context, { node }) => selectNode(context, node),
  needs: () => [{ path: '/', privilege: 'Sys.Audit' }],
  async *run(context, { node }, input) {
    return smart.parse(await readData(context, `/nodes/${node}/disks/smart`, { disk: input.disk }));
  },
});

const pool = z.looseObject({
  name: z.string(),
  /** ONLINE, DEGRADED, FAULTED … */
  health: maybe(z.string()),
  size: maybe(figure),
  alloc: maybe(figure),
  free: maybe(figure),
  frag: maybe(figure),
  dedup: maybe(figure),
});

/** Lists the ZFS pools of a node: `GET /nodes/{node}/disks/zfs`. A node without ZFS answers with an error. */
export const listZfs = operation({
  name: 'node.zfs',
  summary: 'List the ZFS pools of a node',
  risk: 'read',
  input: z.object({ node: nodeName }),
  columns: [
    { field: 'name', title: 'POOL' },
    { field: 'health', title: 'HEALTH' },
    { field: 'size', title: 'SIZE', unit: 'bytes' },
    { field: 'alloc', title: 'USED', unit: 'bytes' },
    { field: 'free', title: 'FREE', unit: 'bytes' },
    { field: 'frag', title: 'FRAGMENTED %' },
  ],
  resolve: (context, { node }) => selectNode(context, node),
  needs: () => [{ path: '/', privilege: 'Sys.Audit' }],
  async *run(context, { node }) {
    return readRows(context, `/nodes/${node}/disks/zfs`, pool);
  },
});
