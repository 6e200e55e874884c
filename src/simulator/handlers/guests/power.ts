import { die } from '../../handler.ts';
import type { ApiCall, Routes, Worker } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { flag, integer, nodeOf } from '../params.ts';
import { checkLock, findGuest, forkFor, guestOf, loadGuest, skipsLock, vmidOf } from './guest.ts';
import { end, goesToHa, isHaManaged, overruleShutdowns, requestHa, shutdown, start, stop } from './run-state.ts';

const defaultTimeout = 60;

const notRunning = (call: ApiCall, kind: string): never => die(`${kind} ${vmidOf(call)} not running`);

/** The container when it runs. Nobody looks for its file first: a missing one is `not running` too. */
const runningContainer = (call: ApiCall, kind = 'CT'): GuestState => {
  const guest = findGuest(call, 'lxc');
  return guest?.running === true ? guest : notRunning(call, kind);
};

const startContainer = (call: ApiCall): string => {
  const skip = skipsLock(call);
  const found = findGuest(call, 'lxc');
  if (found?.running === true) die(`CT ${found.vmid} already running`);
  const node = nodeOf(call).name;
  const work = async (worker: Worker): Promise<void> => {
    const guest = loadGuest(call.world, 'lxc', node, vmidOf(call));
    await start(call, guest, worker, skip);
  };
  if (found !== undefined && goesToHa(call, found)) return requestHa(call, found, 'start');
  return call.fork(node, 'vzstart', String(vmidOf(call)), work);
};

const stopContainer = (call: ApiCall): string => {
  const skip = skipsLock(call);
  const guest = runningContainer(call);
  const work = (worker: Worker): Promise<void> => stop(call, guest, worker, skip);
  if (goesToHa(call, guest)) return requestHa(call, guest, 'stop');
  if (flag(call, 'overrule-shutdown')) overruleShutdowns(call.world, guest);
  return forkFor(call, guest, 'vzstop', work);
};

const timeoutOf = (call: ApiCall): number => integer(call, 'timeout') ?? defaultTimeout;

const shutdownContainer = (call: ApiCall): string => {
  const guest = runningContainer(call);
  const how = { seconds: timeoutOf(call), force: flag(call, 'forceStop'), skiplock: false };
  const work = (worker: Worker): Promise<void> => shutdown(call, guest, worker, how);
  if (goesToHa(call, guest)) return requestHa(call, guest, 'stop');
  return forkFor(call, guest, 'vzshutdown', work);
};

const rebootContainer = (call: ApiCall): string => {
  const guest = runningContainer(call, 'VM');
  return forkFor(call, guest, 'vzreboot', async (worker) => {
    await shutdown(call, guest, worker, { seconds: timeoutOf(call), force: false, skiplock: false });
    await start(call, guest, worker, false);
  });
};

const suspendContainer = (call: ApiCall): string => {
  const guest = runningContainer(call);
  return forkFor(call, guest, 'vzsuspend', async (worker) => {
    checkLock(guest);
    await worker.sleep(300);
    // CRIU cannot freeze what systemd holds open: so it goes on nearly every real node (contract §11.5).
    die(`command 'lxc-checkpoint -n ${guest.vmid} -s -D /var/liblxc/${guest.vmid}' failed: exit code 1`);
  });
};

const resumeContainer = (call: ApiCall): string => {
  const guest = findGuest(call, 'lxc');
  if (guest?.running === true) die(`CT ${guest.vmid} already running`);
  return call.fork(nodeOf(call).name, 'vzresume', String(vmidOf(call)), async (worker) => {
    checkLock(loadGuest(call.world, 'lxc', nodeOf(call).name, vmidOf(call)));
    await worker.sleep(300);
    die(`command 'lxc-checkpoint -n ${vmidOf(call)} -r -d -D /var/liblxc/${vmidOf(call)}' failed: exit code 1`);
  });
};

const startVm = (call: ApiCall): string => {
  const skip = skipsLock(call);
  const guest = guestOf(call, 'qemu');
  const work = (worker: Worker): Promise<void> => start(call, guest, worker, skip);
  if (goesToHa(call, guest)) return requestHa(call, guest, 'start');
  return forkFor(call, guest, 'qmstart', work);
};

const stopVm = (call: ApiCall): string => {
  const skip = skipsLock(call);
  const guest = guestOf(call, 'qemu');
  const work = (worker: Worker): Promise<void> => stop(call, guest, worker, skip);
  if (goesToHa(call, guest)) return requestHa(call, guest, 'stop');
  if (flag(call, 'overrule-shutdown')) overruleShutdowns(call.world, guest);
  return forkFor(call, guest, 'qmstop', work);
};

/** A paused VM hears nothing: it can only be stopped. Returns whether that is to be done instead. */
const mustStop = (guest: GuestState, force: boolean): boolean => {
  if (!guest.running || guest.qmpstatus !== 'paused') return false;
  return force || die('VM is paused - cannot shutdown');
};

const shutdownVm = (call: ApiCall): string => {
  const skiplock = skipsLock(call);
  const guest = guestOf(call, 'qemu');
  const force = flag(call, 'forceStop');
  const stops = mustStop(guest, force);
  const work = (worker: Worker): Promise<void> =>
    stops
      ? stop(call, guest, worker, skiplock)
      : shutdown(call, guest, worker, { seconds: timeoutOf(call), force, skiplock });
  if (goesToHa(call, guest)) return requestHa(call, guest, 'stop');
  return forkFor(call, guest, 'qmshutdown', work);
};

const runningVm = (call: ApiCall): GuestState => {
  const guest = guestOf(call, 'qemu');
  return guest.running ? guest : notRunning(call, 'VM');
};

const rebootVm = (call: ApiCall): string => {
  const guest = runningVm(call);
  mustStop(guest, false);
  return forkFor(call, guest, 'qmreboot', async (worker) => {
    await shutdown(call, guest, worker, { seconds: timeoutOf(call), force: false, skiplock: false });
    await start(call, guest, worker, false);
  });
};

const resetVm = (call: ApiCall): string => {
  const skip = skipsLock(call);
  const guest = runningVm(call);
  return forkFor(call, guest, 'qmreset', async (worker) => {
    if (!skip) checkLock(guest);
    await worker.sleep(100);
  });
};

const pause = async (guest: GuestState, worker: Worker, skip: boolean): Promise<void> => {
  if (!skip) checkLock(guest);
  await worker.sleep(100);
  guest.qmpstatus = 'paused';
};

const hibernate = async (call: ApiCall, guest: GuestState, worker: Worker): Promise<void> => {
  checkLock(guest);
  guest.config['lock'] = 'suspending';
  worker.log('State saved, quitting');
  await worker.sleep(3000);
  end(call, guest);
  guest.config['lock'] = 'suspended';
};

const suspendVm = (call: ApiCall): string => {
  const skip = skipsLock(call);
  const toDisk = flag(call, 'todisk');
  const guest = runningVm(call);
  if (toDisk && isHaManaged(call.world, guest)) die('Cannot suspend HA managed VM to disk');
  if (!toDisk) return forkFor(call, guest, 'qmpause', (worker) => pause(guest, worker, skip));
  return forkFor(call, guest, 'qmsuspend', (worker) => hibernate(call, guest, worker));
};

const resumeVm = (call: ApiCall): string => {
  const skip = skipsLock(call);
  const guest = guestOf(call, 'qemu');
  const fromDisk = guest.config['lock'] === 'suspended';
  if (!guest.running && !fromDisk) notRunning(call, 'VM');
  return forkFor(call, guest, 'qmresume', async (worker) => {
    if (fromDisk) return start(call, guest, worker, true);
    if (!skip) checkLock(guest);
    await worker.sleep(100);
    guest.qmpstatus = 'running';
  });
};

const post = (type: 'lxc' | 'qemu', action: string): string => `POST /nodes/{node}/${type}/{vmid}/status/${action}`;

export const powerRoutes: Routes = {
  [post('lxc', 'start')]: startContainer,
  [post('lxc', 'stop')]: stopContainer,
  [post('lxc', 'shutdown')]: shutdownContainer,
  [post('lxc', 'reboot')]: rebootContainer,
  [post('lxc', 'suspend')]: suspendContainer,
  [post('lxc', 'resume')]: resumeContainer,
  [post('qemu', 'start')]: startVm,
  [post('qemu', 'stop')]: stopVm,
  [post('qemu', 'shutdown')]: shutdownVm,
  [post('qemu', 'reboot')]: rebootVm,
  [post('qemu', 'reset')]: resetVm,
  [post('qemu', 'suspend')]: suspendVm,
  [post('qemu', 'resume')]: resumeVm,
};
