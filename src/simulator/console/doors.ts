import { die } from '../handler.ts';
import type { Worker } from '../handler.ts';
import type { World } from '../world.ts';
import type { Tty } from './tty.ts';

/** How long a console waits for who asked for it (contract §15.1). */
const waitMs = 10_000;

const firstPort = 5900;
const lastPort = 5999;

interface DoorOptions {
  readonly port: number;
  /** `PVEVNC:…` */
  readonly ticket: string;
  /** Who asked: `root@pam` or `root@pam!main`. */
  readonly user: string;
  /** The ACL path that the ticket is for: `/vms/101`, `/nodes/pve1`. */
  readonly path: string;
  /** Whether this release lets such a login in behind the ticket: tokens came late (contract §15.5). */
  readonly opens: boolean;
  /** What is behind it; undefined when nothing runs there: who comes is sent away. */
  readonly tty: () => Tty | undefined;
}

/** A console that was asked for (`termproxy`): whoever comes in time with its ticket gets what is behind it. */
export class Door {
  readonly port: number;
  readonly ticket: string;
  readonly user: string;
  readonly path: string;
  readonly opens: boolean;
  readonly tty: () => Tty | undefined;
  readonly #came = Promise.withResolvers<'came'>();
  readonly #left = Promise.withResolvers<void>();
  readonly #stop = new AbortController();

  constructor({ port, ticket, user, path, opens, tty }: DoorOptions) {
    this.port = port;
    this.ticket = ticket;
    this.user = user;
    this.path = path;
    this.opens = opens;
    this.tty = tty;
  }

  /** Aborted when the task of the console ends: whoever is in it must go. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** Somebody connected; from now on the task lasts until `leave`. */
  come(): void {
    this.#came.resolve('came');
  }

  leave(): void {
    this.#left.resolve();
  }

  /** The work of its task: waits for who asked, then until they have left. Dies with `lost` when nobody comes. */
  async keep(worker: Worker, lost: string): Promise<void> {
    const { abort } = worker.task;
    try {
      if ((await Promise.race([this.#came.promise, worker.sleep(waitMs)])) !== 'came') die(lost);
      const killed = Promise.withResolvers<never>();
      abort?.signal.addEventListener('abort', () => killed.reject(new Error('received interrupt')), { once: true });
      await Promise.race([this.#left.promise, killed.promise]);
    } finally {
      this.#stop.abort();
      // Nothing of it is left: the wait for somebody to come, which may still run, keeps no process alive.
      abort?.abort();
    }
  }
}

const doorsOf = new WeakMap<World, Map<number, Door>>();

const doors = (world: World): Map<number, Door> => {
  let known = doorsOf.get(world);
  if (known === undefined) doorsOf.set(world, (known = new Map<number, Door>()));
  return known;
};

/** Makes a door on the first port that is free. */
export const makeDoor = (world: World, options: Omit<DoorOptions, 'port'>): Door => {
  const taken = doors(world);
  let port = firstPort;
  while (taken.has(port) && port < lastPort) port += 1;
  const door = new Door({ port, ...options });
  taken.set(port, door);
  door.stopped.addEventListener('abort', () => taken.delete(port), { once: true });
  return door;
};

/** The door on a port; undefined when nobody waits there. */
export const doorAt = (world: World, port: number): Door | undefined => doors(world).get(port);
