import type { Permissions } from '../../operations/privileges.ts';

/** Read again after so long, so that a role that was given meanwhile counts without a restart. In milliseconds. */
const renewMs = 300_000;

/**
 * Returns what tells the permissions of a login as far as they are known. Whoever asks first sends for them; nobody waits.
 * A failure is told nowhere: it only means that the server decides alone, and a cluster that is away is told by the poll.
 */
export const learnedPermissions = (
  read: () => Promise<Permissions>,
  now: () => number,
): (() => Permissions | undefined) => {
  let known: Permissions | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - askedAt >= renewMs) {
      askedAt = now();
      read().then(
        (permissions) => {
          known = permissions;
        },
        () => undefined,
      );
    }
    return known;
  };
};
