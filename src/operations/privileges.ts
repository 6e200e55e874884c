import type { Privilege } from './operation.ts';

/** `GET /access/permissions`: for each ACL path the privileges held there, 1 when they reach further down, else 0. */
export type Permissions = Readonly<Record<string, Readonly<Record<string, number>>>>;

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/**
 * The privileges that hold at a path: a deeper entry replaces those above it, and only what propagates is inherited
 * (contract §6.1).
 */
export const privilegesAt = (permissions: Permissions, path: string): ReadonlySet<string> => {
  for (let at = path; ; at = parentOf(at)) {
    const held = permissions[at];
    if (held !== undefined) {
      const names = Object.keys(held);
      return new Set(at === path ? names : names.filter((name) => held[name] === 1));
    }
    if (at === '/') return new Set();
  }
};

/** Whether a privilege, or one of several written `A|B`, is held on its path. */
const holds = (permissions: Permissions, { path, privilege }: Privilege): boolean => {
  const held = privilegesAt(permissions, path);
  return privilege.split('|').some((one) => held.has(one));
};

/** The privilege on each guest that is named by its number; what a name means is not known before it is looked up. */
export const onGuests = (selectors: readonly string[], privilege: string): readonly Privilege[] =>
  selectors.flatMap((selector) => {
    const vmid = /^(?:(?:lxc|qemu)\/)?(\d+)$/.exec(selector)?.[1];
    return vmid === undefined ? [] : [{ path: `/vms/${vmid}`, privilege }];
  });

/** Returns the needed privileges that are not held. */
export const missingPrivileges = (permissions: Permissions, needs: readonly Privilege[]): readonly Privilege[] =>
  needs.filter((need) => !holds(permissions, need));
