import * as z from 'zod';
import type { AgeKeys } from '../config/age.ts';
import { identityFileOf } from '../config/paths.ts';
import type { Stack } from '../models/stack.ts';
import { loadStack } from '../stacks/load.ts';
import type { Keeping } from '../stacks/secrets/make.ts';
import { readSecrets, type Secrets } from '../stacks/secrets/store.ts';
import { openWorkspace, requireStack } from '../workspace/workspace.ts';
import type { Context } from './context.ts';

/** What operations on secrets have in common. */

export const secretNames = z.array(z.string().min(1)).meta({ positional: true });

/** The secrets of one stack, and who keeps them. */
export interface SecretStore {
  readonly folder: string;
  readonly stack: Stack;
  readonly secrets: Secrets;
  readonly keeping: Keeping;
}

const keysOf = ({ config, passphrase }: Context): AgeKeys => ({
  identityFile: identityFileOf(config),
  ...(passphrase !== undefined && { passphrase }),
});

/** Opens the secrets of a stack; no value is read. Throws `not-found` and `config`. */
export const openSecrets = async (context: Context, name: string): Promise<SecretStore> => {
  const workspace = await openWorkspace(context.place);
  const folder = await requireStack(workspace, name);
  const { stack } = await loadStack(folder);
  return {
    folder,
    stack,
    secrets: await readSecrets(folder),
    keeping: {
      keys: keysOf(context),
      recipients: Object.values(workspace.config.recipients),
      now: context.now(),
    },
  };
};
