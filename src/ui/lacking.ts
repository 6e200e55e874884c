import type { Guest } from '../models/cluster.ts';
import { missingPrivileges } from '../operations/privileges.ts';
import type { AppModel } from './app.ts';

/** How an operation is told which guest is meant: by its number, which several clusters may each have. */
export const selectorOf = ({ context, vmid, id }: Guest): string => (context === undefined ? String(vmid) : id);

/** What the login lacks for something on a guest, in words; undefined when it lacks nothing, or that is not known yet. */
export const lacking = (app: AppModel, guest: Guest, privilege: string): string | undefined => {
  const held = app.session?.permissions(guest);
  if (held === undefined) return undefined;
  const [missing] = missingPrivileges(held, [{ path: `/vms/${String(guest.vmid)}`, privilege }]);
  return missing === undefined ? undefined : `needs ${missing.privilege.replaceAll('|', ' or ')} on ${missing.path}`;
};
