import type { RoleInForce } from '../../config/access.ts';
import { operations } from '../../operations/catalog.ts';
import { forbidding } from '../../operations/roles/enforce.ts';

/**
 * Returns what tells why Proxdeck's own roles forbid an operation on a guest, as far as they are known: the file is looked at behind each
 * question, so that a menu never waits for it. A file that is wrong is told by whatever is done then.
 */
export const learnedRole = (
  read: () => Promise<RoleInForce | undefined>,
): ((operation: string, on: { readonly type?: string; readonly pool?: string }) => string | undefined) => {
  let known: RoleInForce | undefined;
  const look = (): void => {
    read().then(
      (role) => {
        known = role;
      },
      () => undefined,
    );
  };
  look();
  return (operation, on) => {
    look();
    const entry = operations.find(({ name }) => name === operation);
    return known === undefined || entry === undefined ? undefined : forbidding(known, entry, on);
  };
};
