import type { ApiCall, Routes, Worker } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { flag, integer, list, nodeOf, required, text } from '../params.ts';
import { checkLock, forkFor, guestsOn, isTemplate, label, reasonOf, taskType } from './guest.ts';
import { travelTo } from './migrate.ts';
import { isHaManaged, shutdown, start } from './run-state.ts';

/** The privilege on every guest that is named, or on all of them. */
const requireAll = (call: ApiCall, privilege: string): void => {
  if (call.may('/', privilege)) return;
  const named = list(call, 'vms');
  if (named.length === 0) call.require('/', privilege);
  for (const vmid of named) call.require(`/vms/${vmid}`, privilege);
};

/** `order=3` of the startup option; those without come last. */
const orderOf = (guest: GuestState): number =>
  Number(/(?:order=)?(\d+)/.exec(String(guest.config['startup'] ?? ''))?.[1] ?? Infinity);

const byOrder = (a: GuestState, b: GuestState): number => {
  const [first, second] = [orderOf(a), orderOf(b)];
  return first === second ? a.vmid - b.vmid : first - second;
};

/** The guests of the node that a bulk call is about, in startup order. Templates and what HA manages are left alone. */
const chosen = (call: ApiCall): GuestState[] => {
  const named = text(call, 'vms') === undefined ? undefined : new Set(list(call, 'vms').map(Number));
  return guestsOn(call.world, nodeOf(call).name)
    .filter((guest) => named?.has(guest.vmid) ?? true)
    .filter((guest) => !isTemplate(guest) && !isHaManaged(call.world, guest))
    .toSorted(byOrder);
};

/** Runs a task of its own for one guest and waits for it; a failure is told and does not stop the others. */
const inTask = (
  call: ApiCall,
  guest: GuestState,
  action: string,
  parent: Worker,
  work: (worker: Worker) => Promise<void>,
): Promise<void> =>
  new Promise((resolve) => {
    forkFor(call, guest, action, async (worker) => {
      try {
        await work(worker);
      } catch (error) {
        parent.log(reasonOf(error));
        throw error;
      } finally {
        resolve();
      }
    });
  });

const startAll = (call: ApiCall): string => {
  requireAll(call, 'VM.PowerMgmt');
  const force = flag(call, 'force');
  return call.fork(nodeOf(call).name, 'startall', '', async (worker) => {
    const waiting = chosen(call).filter(
      (guest) => !guest.running && (force || Number(guest.config['onboot'] ?? 0) === 1),
    );
    for (const guest of waiting) {
      worker.log(`Starting ${label(guest.type)} ${guest.vmid}`);
      await inTask(call, guest, taskType(guest.type, 'start'), worker, (child) => start(call, guest, child, false));
    }
  });
};

const defaultTimeout = 180;

const stopAll = (call: ApiCall): string => {
  requireAll(call, 'VM.PowerMgmt');
  const seconds = integer(call, 'timeout') ?? defaultTimeout;
  const how = { seconds, force: Number(call.params['force-stop'] ?? 1) === 1, skiplock: false };
  return call.fork(nodeOf(call).name, 'stopall', '', async (worker) => {
    const running = chosen(call)
      .filter((guest) => guest.running)
      .toReversed();
    await Promise.all(
      running.map((guest) => {
        worker.log(`Stopping ${label(guest.type)} ${guest.vmid} (timeout = ${seconds} seconds)`);
        return inTask(call, guest, taskType(guest.type, 'shutdown'), worker, (child) =>
          shutdown(call, guest, child, how),
        );
      }),
    );
  });
};

const suspendAll = (call: ApiCall): string => {
  requireAll(call, 'VM.PowerMgmt');
  return call.fork(nodeOf(call).name, 'suspendall', '', async (worker) => {
    for (const guest of chosen(call).filter((each) => each.type === 'qemu' && each.running)) {
      worker.log(`Suspending VM ${guest.vmid}`);
      await inTask(call, guest, 'qmpause', worker, async (child) => {
        checkLock(guest);
        await child.sleep(100);
        guest.qmpstatus = 'paused';
      });
    }
  });
};

const migrateAll = (call: ApiCall): string => {
  requireAll(call, 'VM.Migrate');
  const target = required(call, 'target');
  return call.fork(nodeOf(call).name, 'migrateall', '', async (worker) => {
    for (const guest of chosen(call)) {
      worker.log(`Migrating ${label(guest.type)} ${guest.vmid}`);
      const action = guest.type === 'lxc' ? 'vzmigrate' : 'qmigrate';
      await inTask(call, guest, action, worker, (child) => travelTo(call, guest, target, child));
    }
  });
};

export const bulkRoutes: Routes = {
  'POST /nodes/{node}/startall': startAll,
  'POST /nodes/{node}/stopall': stopAll,
  'POST /nodes/{node}/suspendall': suspendAll,
  'POST /nodes/{node}/migrateall': migrateAll,
};
