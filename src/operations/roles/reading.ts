import { existsSync } from 'node:fs';
import os from 'node:os';
import type { AccessRules, RoleInForce } from '../../config/access.ts';
import { accessFile } from '../../config/paths.ts';
import { stampOfFile } from '../../config/stored.ts';

/** The account that this process runs as, whatever its variables say; its number where it has no name. */
const accountName = (): string => {
  try {
    return os.userInfo().username;
  } catch {
    // A container may run as a number that stands in no passwd.
    return String(process.getuid?.() ?? '');
  }
};

/**
 * Returns what tells the role that counts in a context for whoever runs this. The file is read when there is one, and again when it was
 * changed; without it YAML is not even loaded. What it returns throws `config`.
 */
export const roleReader = (
  configFile: string,
  context: string,
  person: string = accountName(),
): (() => Promise<RoleInForce | undefined>) => {
  const file = accessFile(configFile);
  let known: { readonly stamp: string; readonly rules: AccessRules } | undefined;
  return async () => {
    if (!existsSync(file)) return undefined;
    const stamp = stampOfFile(file);
    const { loadAccess, roleOf } = await import('../../config/access.ts');
    if (known?.stamp !== stamp) {
      const { operations } = await import('../catalog.ts');
      known = {
        stamp,
        rules: await loadAccess(
          file,
          operations.map(({ name }) => name),
        ),
      };
    }
    return roleOf(known.rules, person, context);
  };
};
