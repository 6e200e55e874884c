import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { parseProperties } from './property-string.ts';

/** Throws `permission` for features of a container that an API token may not set, not even one of root@pam (contract §6.5). */
export const requireFeatures = (context: Context, features: string, unprivileged: boolean): void => {
  if (context.proxmox().identity === 'root@pam') return;
  const wanted = [...parseProperties(features).keys()];
  const refused = unprivileged ? wanted.find((name) => name !== 'nesting') : wanted[0];
  if (refused === undefined) return;
  const what = unprivileged ? `The feature ${refused}` : 'A feature of a privileged container';
  throw new ProxdeckError('permission', `${what} can be set by root@pam only, signed in with its password.`, {
    hint: `Leave it out, or set it on the node: \`pct set <id> --features ${features}\`. Tokens may set nesting=1 of unprivileged containers.`,
  });
};
