import { die } from '../../handler.ts';
import type { ApiCall, Worker } from '../../handler.ts';
import type { GuestState, World } from '../../world.ts';
import { haSid } from '../guest-rows.ts';
import { applyPending, hostOf } from './config-change.ts';
import { checkLock, forkFor, isTemplate, label } from './guest.ts';
import { volumeOf } from './options.ts';
import { findVolume, onlinePlace, storageIdOf } from './volumes.ts';

const startMs = 1500;
const stopMs = 800;

/** Refuses to start a guest whose disks are not there: its storage is away or the volume is gone. */
const checkDisks = (call: ApiCall, guest: GuestState): void => {
  const host = hostOf(call, guest);
  for (const [key, value] of Object.entries(guest.config)) {
    const volid = volumeOf(guest.type, key, value);
    if (volid === undefined) continue;
    onlinePlace(host, storageIdOf(volid));
    if (findVolume(host, volid) === undefined) die(`volume '${volid}' does not exist`);
  }
};

/** The guest runs from now on, with what was pending. */
const begin = (call: ApiCall, guest: GuestState, worker: Worker): void => {
  applyPending(call, guest, worker.log);
  guest.running = true;
  guest.qmpstatus = 'running';
  guest.startedAt = call.now();
  guest.pid = worker.task.pid + 30;
};

/** The guest runs no more. A VM takes over what was pending when it ends, a container when it starts. */
export const end = (call: ApiCall, guest: GuestState): void => {
  guest.running = false;
  guest.qmpstatus = 'stopped';
  guest.startedAt = 0;
  guest.pid = 0;
  if (guest.type === 'qemu') applyPending(call, guest, () => undefined);
};

/** The work of a start task: refuses templates and locked guests, then boots. */
export const start = async (call: ApiCall, guest: GuestState, worker: Worker, skiplock: boolean): Promise<void> => {
  if (isTemplate(guest)) die(`you can't start a ${guest.type === 'lxc' ? 'CT' : 'vm'} if it's a template`);
  const resumes = guest.config['lock'] === 'suspended';
  if (!skiplock && !resumes) checkLock(guest);
  if (guest.running) die(`${label(guest.type)} ${guest.vmid} already running`);
  checkDisks(call, guest);
  if (resumes) worker.log('Resuming suspended VM');
  await worker.sleep(startMs);
  begin(call, guest, worker);
  if (!resumes) return;
  delete guest.config['lock'];
  worker.log('Resumed VM, removing state');
};

/** The work of a stop task: the guest is gone at once. */
export const stop = async (call: ApiCall, guest: GuestState, worker: Worker, skiplock: boolean): Promise<void> => {
  if (!guest.running) return;
  if (!skiplock) checkLock(guest);
  await worker.sleep(stopMs);
  end(call, guest);
};

/** How a guest answers the request to shut down, and how long it takes. */
const shutdownMs = (guest: GuestState, worker: Worker): number => {
  if (guest.type === 'lxc') return 4000;
  const wantsAgent = /^(enabled=)?1/.test(String(guest.config['agent'] ?? ''));
  if (!wantsAgent || guest.agent?.running === true) return 6000;
  worker.log(`QEMU Guest Agent is not running - VM ${guest.vmid} qga command 'guest-ping' failed - got timeout`);
  return Infinity;
};

const gaveUp = (guest: GuestState, seconds: number): string =>
  guest.type === 'lxc'
    ? `command 'lxc-stop -n ${guest.vmid} --timeout ${seconds}' failed: exit code 1`
    : 'VM quit/powerdown failed - got timeout';

/** The work of a shutdown task. A guest that does not end within `seconds` fails it, or is killed with `force`. */
export const shutdown = async (
  call: ApiCall,
  guest: GuestState,
  worker: Worker,
  { seconds, force, skiplock }: { seconds: number; force: boolean; skiplock: boolean },
): Promise<void> => {
  if (!guest.running) return;
  if (!skiplock) checkLock(guest);
  const needed = shutdownMs(guest, worker);
  await worker.sleep(Math.min(needed, seconds * 1000));
  if (needed > seconds * 1000) {
    if (!force) die(gaveUp(guest, seconds));
    if (guest.type === 'qemu') worker.log('VM quit/powerdown failed - terminating now with SIGTERM');
    await worker.sleep(stopMs);
  }
  end(call, guest);
};

export const isHaManaged = (world: World, guest: GuestState): boolean => world.ha.resources.has(haSid(guest));

/** Whether HA takes a request instead of the node itself: it does unless HA makes it. */
export const goesToHa = (call: ApiCall, guest: GuestState): boolean =>
  call.caller.daemon !== true && isHaManaged(call.world, guest);

/** Hands a request over to HA: the task ends then, and the manager acts some seconds later or never (contract §7.5). */
export const requestHa = (call: ApiCall, guest: GuestState, request: 'start' | 'stop'): string =>
  forkFor(call, guest, `ha${request}`, async (worker) => {
    worker.log(`Requesting HA ${request} for ${label(guest.type)} ${guest.vmid}`);
    await worker.sleep(500);
    const resource = call.world.ha.resources.get(haSid(guest)) ?? die(`no such resource '${haSid(guest)}'`);
    resource.state = request === 'start' ? 'started' : 'stopped';
    if (resource.crmState !== undefined) resource.crmState = `request_${request}`;
  });

/** Ends the shutdown tasks of a guest that still run: `overrule-shutdown`. */
export const overruleShutdowns = (world: World, guest: GuestState): void => {
  const running = world.tasks.filter(
    (task) => task.endtime === undefined && task.id === String(guest.vmid) && /^(vz|qm)shutdown$/.test(task.type),
  );
  for (const task of running) task.abort?.abort();
};
