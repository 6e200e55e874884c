import * as z from 'zod';
import type { GuestType } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { outcomeColumns } from './each-guest.ts';
import type { Event } from './event.ts';
import { createContainer, createVm, type Wanted } from './guest-create-call.ts';
import {
  diskContent,
  freeVmid,
  requireOnline,
  requirePool,
  requireSpace,
  requireVolume,
  storageFor,
} from './guest-checks.ts';
import {
  cores,
  guestName,
  mountPoint,
  nameservers,
  networkDevice,
  onOff,
  tagList,
  vmid,
  volumeId,
} from './guest-input.ts';
import { requireFeatures } from './feature-rule.ts';
import { leftBehind } from './guest-leftover.ts';
import { takeLater } from './guest-made.ts';
import { diskSize, memorySize } from './measures.ts';
import { checkDevices } from './network-checks.ts';
import { operation, type Privilege } from './operation.ts';
import { planned, shown, takeStep, type Step } from './steps.ts';
import { readsStorage } from './storage.ts';

/** What came of making a guest. */
export interface NewGuest {
  readonly vmid: number;
  readonly type: GuestType;
  readonly node: string;
  readonly name: string;
  readonly storage: string;
  /** `OK`, or `started` when the task was not waited for. */
  readonly result: string;
  readonly upid?: string;
}

interface Plan {
  readonly guest: Omit<NewGuest, 'result' | 'upid'>;
  readonly steps: readonly [Step, ...Step[]];
  /** What could not be checked. */
  readonly hazards: readonly string[];
}

const input = z.object({
  type: z.enum(['ct', 'vm']).describe('ct for a container, vm for a virtual machine').meta({ positional: true }),
  vmid: vmid.exactOptional().describe('its number; the next free one without it').meta({ positional: true }),
  node: z.string().min(1).describe('on this node').meta({ completes: 'node' }),
  name: guestName.exactOptional(),
  template: volumeId.exactOptional().describe('template of a container: local:vztmpl/…'),
  iso: volumeId.exactOptional().describe('ISO image that a VM starts from: local:iso/…'),
  image: volumeId.exactOptional().describe('disk image that a VM gets, such as a cloud image: local:import/…'),
  storage: z
    .string()
    .exactOptional()
    .describe('storage of its disk; the one with the most free space without it')
    .meta({ completes: 'storage' }),
  disk: diskSize.exactOptional().describe('size of its disk: 4G (usually 4G for a container, 32G for a VM)'),
  overcommit: z.boolean().default(false).describe('promise more than a thin storage has'),
  cores: cores.exactOptional().describe('processor cores (usually all of them for a container, 1 for a VM)'),
  memory: memorySize.default(512).describe('memory: 512M, 2G'),
  swap: memorySize.exactOptional().describe('swap of a container (usually 512M)'),
  net: z.array(networkDevice).default([]).describe('network device: bridge=vmbr0,ip=dhcp,tag=30; may be repeated'),
  mount: z.array(mountPoint).default([]).describe('mount point of a container: STORAGE:GIB,mp=/data; may be repeated'),
  features: z.string().exactOptional().describe('features of a container: nesting=1,keyctl=1'),
  unprivileged: onOff.default(true).describe('whether root of a container is nobody on the node: on, off'),
  onboot: onOff.exactOptional().describe('whether it starts with its node: on, off'),
  start: z.boolean().default(false).describe('start it afterwards'),
  pool: z.string().exactOptional().describe('put it into this pool'),
  tags: tagList.exactOptional(),
  description: z.string().max(8192).exactOptional().describe('notes'),
  nameserver: nameservers.exactOptional(),
  searchdomain: z.string().exactOptional().describe('DNS search domain'),
  password: z
    .string()
    .min(5, 'at least five characters')
    .exactOptional()
    .describe('password of root, or of the user that cloud-init makes')
    .meta({ secret: true }),
  sshKey: z.array(z.string()).default([]).describe('public SSH key that may log in; may be repeated'),
  user: z.string().exactOptional().describe('user that cloud-init makes in a VM'),
  ipConfig: z.array(networkDevice).default([]).describe('address that cloud-init gives a VM: ip=dhcp; may be repeated'),
  firmware: z.enum(['bios', 'uefi']).default('bios').describe('firmware of a VM'),
  tpm: z.boolean().default(false).describe('give a VM a TPM 2.0, as Windows 11 wants it'),
  agent: onOff.default(true).describe('whether a VM has the guest agent inside: on, off'),
  osType: z.string().exactOptional().describe('operating system, as Proxmox VE names it (usually found out, or l26)'),
  wait: z.boolean().default(true).describe('wait until the task has ended'),
});

export type CreateInput = z.output<typeof input>;

/** What is there where nothing was said. */
const usual: Partial<CreateInput> = { firmware: 'bios', tpm: false, agent: true, unprivileged: true };

const only = (given: CreateInput, type: CreateInput['type'], fields: readonly (keyof CreateInput)[]): void => {
  if (given.type === type) return;
  const wrong = fields.find((field) => {
    const value = given[field];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== usual[field];
  });
  if (wrong === undefined) return;
  const what = { ct: 'containers', vm: 'VMs' }[type];
  throw new ProxdeckError('usage', `${wrong} is for ${what}.`, { hint: 'See `proxdeck guest create --help`.' });
};

const checkShape = (given: CreateInput): void => {
  only(given, 'ct', ['template', 'swap', 'mount', 'features', 'unprivileged']);
  only(given, 'vm', ['iso', 'image', 'user', 'ipConfig', 'firmware', 'tpm', 'agent']);
  if (given.type === 'vm' || given.template !== undefined) return;
  throw new ProxdeckError('usage', 'A container is made from a template, and none is named.', {
    hint: `Give --template; those on ${given.node}: \`proxdeck template list --node ${given.node} --local\`.`,
  });
};

/** Size of a disk that nobody named, in GiB. */
const usualDisk = { lxc: 4, qemu: 32 } as const;

const plan = async (context: Context, given: CreateInput): Promise<Plan> => {
  checkShape(given);
  const { node, template, iso, image, pool, start } = given;
  await requireOnline(context, node);
  const number = await freeVmid(context, given.vmid);
  const type = given.type === 'ct' ? 'lxc' : 'qemu';
  const storage = await storageFor(context, node, diskContent(type), given.storage);
  const gibibytes = given.disk ?? usualDisk[type];
  requireSpace(storage, gibibytes * 2 ** 30, given.overcommit);
  if (given.features !== undefined) requireFeatures(context, given.features, given.unprivileged);
  if (template !== undefined) await requireVolume(context, node, template, 'vztmpl');
  if (iso !== undefined) await requireVolume(context, node, iso, 'iso');
  if (image !== undefined) await requireVolume(context, node, image, 'import');
  if (pool !== undefined) await requirePool(context, pool);
  const hazards = await checkDevices(context, node, [...given.net, ...given.ipConfig], number);
  const name = given.name ?? (type === 'lxc' ? `CT${String(number)}` : `VM${String(number)}`);
  const wanted: Wanted = { ...given, vmid: number, name, storage: storage.storage, gibibytes };
  const title = `${String(number)} ${name}`;
  const path = `/nodes/${node}/${type}/${String(number)}`;
  const grow = planned('PUT', `${path}/resize`, { disk: 'scsi0', size: `${String(gibibytes)}G` });
  return {
    guest: { vmid: number, type, node, name, storage: storage.storage },
    hazards,
    steps: [
      { title: `create ${title}`, call: type === 'lxc' ? createContainer(wanted) : createVm(wanted) },
      ...(image === undefined || given.disk === undefined
        ? []
        : [{ title: `resize the disk of ${title}`, call: grow }]),
      ...(start ? [{ title: `start ${title}`, call: planned('POST', `${path}/status/start`) }] : []),
    ],
  };
};

const needs = ({ guest }: Plan, given: CreateInput): readonly Privilege[] => {
  const path = given.pool === undefined ? `/vms/${String(guest.vmid)}` : `/pool/${given.pool}`;
  const source = given.template ?? given.iso ?? given.image;
  const settings = [
    ...(given.cores === undefined ? [] : ['VM.Config.CPU']),
    'VM.Config.Memory',
    ...(given.type === 'vm' || given.mount.length > 0 ? ['VM.Config.Disk'] : []),
    ...(given.net.length === 0 ? [] : ['VM.Config.Network']),
    'VM.Config.Options',
    ...(given.start ? ['VM.PowerMgmt'] : []),
  ];
  return [
    { path, privilege: 'VM.Allocate' },
    { path: `/storage/${guest.storage}`, privilege: 'Datastore.AllocateSpace' },
    ...(source === undefined ? [] : [readsStorage(source.slice(0, source.indexOf(':')))]),
    ...settings.map((privilege) => ({ path, privilege })),
  ];
};

/**
 * Makes a container (`POST /nodes/{node}/lxc`) or a VM (`POST /nodes/{node}/qemu`) and starts it where asked for.
 * Throws before anything is sent: `conflict` (VMID or address in use), `validation` (no space, storage that cannot hold it),
 * `not-found` (template, bridge, pool), `permission`; afterwards `task-failed` with what was left behind, `partial` when it was
 * made but a later step failed.
 */
export const createGuest = operation({
  name: 'guest.create',
  summary: 'Make a container or a VM',
  risk: 'change',
  input,
  columns: [...outcomeColumns, { field: 'storage', title: 'STORAGE' }],
  needsFirst: ({ vmid: number, pool }) => {
    if (number === undefined) return [];
    return [{ path: pool === undefined ? `/vms/${String(number)}` : `/pool/${pool}`, privilege: 'VM.Allocate' }];
  },
  resolve: plan,
  needs,
  // A container without a number of cores has all of its node's; a VM has one.
  claims: ({ guest }, { type, cores: count, memory, disk }) => [
    {
      vmid: guest.vmid,
      cores: count ?? (type === 'ct' ? Number.POSITIVE_INFINITY : 1),
      memory: memory * 2 ** 20,
      disk: (disk ?? usualDisk[guest.type]) * 2 ** 30,
    },
  ],
  hazards: (_context, { hazards }) => hazards,
  preview: ({ steps }) => shown(steps),
  async *run(context, { guest, steps: [create, ...later] }, given): AsyncGenerator<Event, NewGuest, void> {
    let made: NewGuest;
    try {
      made = { ...guest, ...(yield* takeStep(context, create, given.wait || later.length > 0)) };
    } catch (thrown) {
      throw await leftBehind(context, guest, thrown);
    }
    yield* takeLater(context, made, later, given.wait);
    return made;
  },
  undo: (_plan, made) => ({ name: 'guest.delete', input: { guests: [String(made.vmid)] } }),
});
