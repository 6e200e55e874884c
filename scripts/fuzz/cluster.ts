import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import * as z from 'zod';

const server = path.join(import.meta.dirname, 'server.ts');
const announcement = z.object({ url: z.string(), fingerprint: z.string(), token: z.string() });

/** A simulated homelab that lives faster than real time and gets into trouble on demand. */
export interface TroubledCluster extends AsyncDisposable {
  /** What makes the program talk to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly faults: ReadonlySet<string>;
  /** Switches a fault of the simulator on, or off when it is on: `node-down=pve2`. */
  toggle(fault: string): void;
}

/** Starts one; resolves when it listens. `speed` is how many times faster than real time it lives; without a seed nothing happens in it. */
export const startTroubledCluster = async (speed: number, seed?: number): Promise<TroubledCluster> => {
  const child = fork(server, [speed, seed].filter((word) => word !== undefined).map(String), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const started = Promise.race([
    once(child, 'message'),
    ended.then(() => {
      throw new Error('the simulator of the fuzz did not start');
    }),
  ]);
  const { url, fingerprint, token } = announcement.parse((await started)[0]);
  const faults = new Set<string>();
  return {
    env: { PROXDECK_URL: url, PROXDECK_FINGERPRINT: fingerprint, PROXDECK_TOKEN: token },
    faults,
    toggle: (fault) => {
      if (!faults.delete(fault)) faults.add(fault);
      child.send(fault);
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
};
