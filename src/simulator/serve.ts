import { ProxdeckError } from '../models/error.ts';
import { assetPath } from './assets.ts';
import { generateWorld } from './generate.ts';
import { startSimulator } from './simulator.ts';
import type { Simulator, SimulatorOptions } from './simulator.ts';

export interface ServeOptions {
  /** 0: a free one. */
  readonly port: number;
  /** A YAML fixture; absent: the homelab of the demo. */
  readonly fixture?: string;
  /** A made-up cluster of this size instead of a fixture. */
  readonly nodes?: number;
  readonly guests?: number;
  readonly faults: readonly string[];
  /** `user@realm!id`: whose token is told; absent: one of root's. */
  readonly as?: string;
  /** A file that gets one JSON line a request. */
  readonly accessLog?: string;
  /** Makes a user with a token for each role. */
  readonly roles?: boolean;
  /** Keeps the certificate from run to run. */
  readonly stateDir?: string;
}

/** The same cluster and the same life at each start, so that a training can be repeated. */
const seed = 1;

const sourceOf = ({ fixture, nodes, guests }: ServeOptions): Pick<SimulatorOptions, 'fixture' | 'world'> => {
  if (nodes === undefined && guests === undefined) return { fixture: fixture ?? assetPath('demo/homelab.yaml') };
  if (fixture !== undefined)
    throw new ProxdeckError('usage', 'A fixture says itself how many nodes and guests there are.', {
      hint: 'Give either --fixture, or --nodes and --guests.',
    });
  return { world: generateWorld({ nodes: nodes ?? 3, guests: guests ?? 40, seed }, Date.now() / 1000) };
};

/**
 * Starts what `proxdeck simulate` offers: a living cluster in real time. Resolves when it listens.
 * Throws config for a bad fixture, usage for an unknown fault or a file that cannot be written, not-found for a fault or a token that the cluster has not.
 */
export const serveSimulator = async (options: ServeOptions): Promise<Simulator> =>
  startSimulator({
    port: options.port,
    faults: options.faults,
    lifeSeed: seed,
    ...sourceOf(options),
    ...(options.as === undefined ? {} : { tokenOf: options.as }),
    ...(options.accessLog === undefined ? {} : { accessLog: options.accessLog }),
    ...(options.roles === undefined ? {} : { roles: options.roles }),
    ...(options.stateDir === undefined ? {} : { stateDir: options.stateDir }),
  });
