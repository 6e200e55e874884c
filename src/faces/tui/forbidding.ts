import type { RoleInForce } from '../../config/access.ts';
import { operations } from '../../operations/catalog.ts';

type Entry = (typeof operations)[number];

interface On {
  readonly type?: string;
  readonly pool?: string;
}

/**
 * Returns what tells why Proxdeck's own roles forbid an operation on a guest, as far as they are known: the file is looked at behind each
 * question, so that a menu never waits for it. A file that is wrong is told by whatever is done then.
 */
export const learnedRole = (
  read: () => Promise<RoleInForce | undefined>,
): ((operation: string, on: On) => string | undefined) => {
  let known: ((entry: Entry, on: On) => string | undefined) | undefined;
  const learn = async (): Promise<void> => {
    const role = await read();
    if (role === undefined) known = undefined;
    else {
      // Loaded where there are roles: most people have none.
      const { forbidding } = await import('../../operations/roles/enforce.ts');
      known = (entry, on) => forbidding(role, entry, on);
    }
  };
  const look = (): void => {
    learn().catch(() => undefined);
  };
  look();
  return (operation, on) => {
    look();
    const entry = operations.find(({ name }) => name === operation);
    return entry === undefined ? undefined : known?.(entry, on);
  };
};
