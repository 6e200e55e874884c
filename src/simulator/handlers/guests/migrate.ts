import { badParameters, die } from '../../handler.ts';
import type { ApiCall, Routes, Worker } from '../../handler.ts';
import { isShared, placeOf, storageOnNode } from '../../usage.ts';
import type { GuestState, World } from '../../world.ts';
import { flag, required } from '../params.ts';
import { hostOf } from './config-change.ts';
import type { GuestType } from './config-file.ts';
import { checkLock, forBoth, forkFor, guestOf, label } from './guest.ts';
import { disksOf, isCdrom, volumeOf } from './options.ts';
import { end, isHaManaged } from './run-state.ts';
import { findVolume, storageIdOf } from './volumes.ts';

/** Disks that lie on storages of the node alone and so must be copied. */
const localDisks = (world: World, guest: GuestState): [key: string, volid: string][] =>
  disksOf(guest).filter(([, volid]) => {
    const storage = world.storages.get(storageIdOf(volid));
    return storage !== undefined && !isShared(storage);
  });

/** Storages of the guest that a node cannot use. */
const missingStorages = (world: World, guest: GuestState, node: string): string[] => {
  const wanted = new Set(disksOf(guest).map(([, volid]) => storageIdOf(volid)));
  return [...wanted].filter((id) => {
    const storage = world.storages.get(id);
    return storage === undefined || !storageOnNode(storage, node) || placeOf(storage, node) === undefined;
  });
};

const otherNodes = (world: World, guest: GuestState): string[] =>
  [...world.nodes.values()].filter((node) => node.online && node.name !== guest.node).map((node) => node.name);

const localResources = (guest: GuestState): string[] =>
  Object.keys(guest.config).filter(
    (key) => /^(usb|hostpci|serial|parallel|virtiofs)\d+$/.test(key) && guest.config[key] !== 'socket',
  );

const containerConditions = (call: ApiCall): unknown => {
  const guest = guestOf(call, 'lxc');
  checkLock(guest);
  const nodes = otherNodes(call.world, guest);
  return {
    running: guest.running ? 1 : 0,
    'allowed-nodes': nodes,
    'not-allowed-nodes': {},
    'dependent-ha-resources': [],
  };
};

const vmConditions = (call: ApiCall): unknown => {
  const guest = guestOf(call, 'qemu');
  checkLock(guest);
  const { world } = call;
  const missing = otherNodes(world, guest).map((node): [string, string[]] => [
    node,
    missingStorages(world, guest, node),
  ]);
  const host = hostOf(call, guest);
  const disks = Object.entries(guest.config).flatMap(([key, value]) => {
    const volid = key.startsWith('unused')
      ? String(value)
      : /^(ide|sata|scsi|virtio)\d/.test(key)
        ? volumeOf('qemu', key, value)
        : undefined;
    const storage = volid === undefined ? undefined : world.storages.get(storageIdOf(volid));
    if (volid === undefined || storage === undefined || isShared(storage)) return [];
    const size = findVolume(host, volid)?.sizeBytes ?? 0;
    return [{ volid, size, cdrom: isCdrom(value) ? 1 : 0, is_unused: key.startsWith('unused') ? 1 : 0 }];
  });
  return {
    running: guest.running ? 1 : 0,
    allowed_nodes: missing.filter(([, storages]) => storages.length === 0).map(([node]) => node),
    not_allowed_nodes: Object.fromEntries(
      missing
        .filter(([, storages]) => storages.length > 0)
        .map(([node, storages]) => [node, { unavailable_storages: storages }]),
    ),
    local_disks: disks,
    local_resources: localResources(guest),
    'mapped-resources': [],
    'mapped-resource-info': {},
    'dependent-ha-resources': [],
    'has-dbus-vmstate': 1,
  };
};

/** The volume moves to the same storage of the other node. */
const moveDisk = (world: World, volid: string, from: string, to: string): void => {
  const storage = world.storages.get(storageIdOf(volid));
  const source = storage === undefined ? undefined : placeOf(storage, from);
  const target = storage === undefined ? undefined : placeOf(storage, to);
  const volume = source?.volumes.get(volid);
  if (volume === undefined || target === undefined) return;
  source?.volumes.delete(volid);
  target.volumes.set(volid, volume);
};

interface Journey {
  readonly target: string;
  readonly restart: boolean;
  readonly online: boolean;
  readonly withDisks: boolean;
}

const copyDisks = async (
  world: World,
  guest: GuestState,
  { target, withDisks, online }: Journey,
  worker: Worker,
  say: (line: string) => void,
): Promise<void> => {
  const disks = localDisks(world, guest);
  if (guest.type === 'qemu' && online && disks.length > 0 && !withDisks) {
    die(`can't migrate running VM which uses local disks without --with-local-disks`);
  }
  for (const [key, volid] of disks)
    say(
      `found local ${guest.type === 'lxc' ? 'volume' : 'disk'} '${volid}' (in ${guest.type === 'lxc' ? 'current VM config' : `attached as ${key}`})`,
    );
  for (const [, volid] of disks) {
    await worker.sleep(3000);
    moveDisk(world, volid, guest.node, target);
    say(`successfully imported '${volid}'`);
    say(`volume '${volid}' is '${volid}' on the target`);
  }
};

const travel = async (call: ApiCall, guest: GuestState, journey: Journey, worker: Worker): Promise<void> => {
  const { world } = call;
  const started = call.now();
  const say = (line: string): void =>
    worker.log(`${new Date(call.now() * 1000).toISOString().slice(0, 19).replace('T', ' ')} ${line}`);
  checkLock(guest);
  const missing = missingStorages(world, guest, journey.target);
  if (missing.length > 0)
    die(`migration aborted: storage '${missing[0]}' is not available on node '${journey.target}'`);
  const wasRunning = guest.running;
  guest.config['lock'] = 'migrate';
  try {
    if (wasRunning && guest.type === 'lxc') {
      say(`shutdown CT ${guest.vmid}`);
      await worker.sleep(3000);
      end(call, guest);
    }
    const target = world.nodes.get(journey.target);
    say(`starting migration of ${label(guest.type)} ${guest.vmid} to node '${journey.target}' (${target?.ip ?? ''})`);
    await copyDisks(world, guest, journey, worker, say);
    if (wasRunning && guest.type === 'qemu') {
      say('start remote tunnel');
      say(`starting online/live migration on unix:/run/qemu-server/${guest.vmid}.migrate`);
      await worker.sleep(4000);
      say('average migration speed: 512.0 MiB/s - downtime 42 ms');
      say('migration status: completed');
    }
    guest.node = journey.target;
    if (wasRunning && guest.type === 'lxc') {
      say('start container on target node');
      await worker.sleep(1500);
      Object.assign(guest, { running: true, qmpstatus: 'running', startedAt: call.now(), pid: worker.task.pid + 30 });
    }
    const seconds = call.now() - started;
    const spent = `00:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
    say(`migration finished successfully (duration ${spent})`);
  } finally {
    delete guest.config['lock'];
  }
};

const checkTarget = (call: ApiCall, guest: GuestState): string => {
  const target = required(call, 'target');
  if (target === guest.node) badParameters({ target: 'target is local node.' });
  const node = call.world.nodes.get(target) ?? die(`no such cluster node '${target}'`);
  if (!node.online) die(`node '${target}' is not online`);
  return target;
};

const migrate = (call: ApiCall, type: GuestType): string => {
  const { world } = call;
  const target = required(call, 'target');
  if (!world.nodes.has(target)) die(`no such cluster node '${target}'`);
  const guest = guestOf(call, type);
  checkTarget(call, guest);
  checkLock(guest);
  const journey = {
    target,
    restart: flag(call, 'restart'),
    online: flag(call, 'online'),
    withDisks: flag(call, 'with-local-disks'),
  };
  if (flag(call, 'force') && !call.caller.root) badParameters({ force: 'Only root may use this option.' });
  if (guest.running && type === 'lxc' && !journey.online && !journey.restart) {
    die(`can't migrate running container without --online or --restart`);
  }
  if (guest.running && type === 'qemu' && !journey.online) die(`can't migrate running VM without --online`);
  if (isHaManaged(world, guest)) {
    return forkFor(call, guest, 'hamigrate', async (worker) => {
      worker.log(`Requesting HA migration for ${label(type)} ${guest.vmid} to node ${target}`);
      await worker.sleep(500);
      forkFor(call, guest, type === 'lxc' ? 'vzmigrate' : 'qmigrate', (mover) =>
        travel(call, guest, { ...journey, restart: true }, mover),
      );
    });
  }
  return forkFor(call, guest, type === 'lxc' ? 'vzmigrate' : 'qmigrate', async (worker) => {
    if (guest.running && type === 'lxc' && !journey.restart) die('lxc live migration is currently not implemented');
    await travel(call, guest, journey, worker);
  });
};

export const migrateRoutes: Routes = {
  ...forBoth({ 'POST /migrate': migrate }),
  'GET /nodes/{node}/lxc/{vmid}/migrate': containerConditions,
  'GET /nodes/{node}/qemu/{vmid}/migrate': vmConditions,
};

/** The work of moving a guest, for `migrateall`. */
export const travelTo = (call: ApiCall, guest: GuestState, target: string, worker: Worker): Promise<void> =>
  travel(call, guest, { target, restart: true, online: true, withDisks: true }, worker);
