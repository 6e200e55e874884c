import type { Privilege } from './operation.ts';

/** `GET /access/permissions`: for each ACL path the privileges held there, 1 when they reach further down, else 0. */
export type Permissions = Readonly<Record<string, Readonly<Record<string, number>>>>;

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** A deeper entry replaces those above it, and only what propagates is inherited (contract §6.1). */
const holds = (permissions: Permissions, { path, privilege }: Privilege): boolean => {
  for (let at = path; ; at = parentOf(at)) {
    const held = permissions[at];
    if (held !== undefined) {
      const propagates = held[privilege];
      return propagates !== undefined && (at === path || propagates === 1);
    }
    if (at === '/') return false;
  }
};

/** Returns the needed privileges that are not held. */
export const missingPrivileges = (permissions: Permissions, needs: readonly Privilege[]): readonly Privilege[] =>
  needs.filter((need) => !holds(permissions, need));
