import type { Guest } from '../models/cluster.ts';
import { missingPrivileges } from '../operations/privileges.ts';
import type { AppModel } from './app.ts';
import type { MenuItem } from './state.ts';

interface GuestAction {
  readonly operation: string;
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  /** What it takes on the guest. */
  readonly privilege: string;
  /** Why a guest cannot take it now. */
  readonly impossible: (guest: Guest) => string | undefined;
}

const mustRun = (guest: Guest): string | undefined => (guest.status === 'stopped' ? 'is not running' : undefined);

const actions: readonly GuestAction[] = [
  {
    operation: 'guest.start',
    key: 's',
    title: 'start',
    detail: '',
    privilege: 'VM.PowerMgmt',
    impossible: (guest) => (guest.status === 'running' ? 'is running' : undefined),
  },
  {
    operation: 'guest.shutdown',
    key: 'd',
    title: 'shut down',
    detail: 'gently, by the guest itself',
    privilege: 'VM.PowerMgmt',
    impossible: mustRun,
  },
  {
    operation: 'guest.reboot',
    key: 'r',
    title: 'reboot',
    detail: 'applies pending changes',
    privilege: 'VM.PowerMgmt',
    impossible: mustRun,
  },
  {
    operation: 'guest.stop',
    key: 'p',
    title: 'stop',
    detail: 'at once, like pulling the plug',
    privilege: 'VM.PowerMgmt',
    impossible: mustRun,
  },
];

/** How an operation is told which guest is meant: by its number, which several clusters may each have. */
const selectorOf = ({ context, vmid, id }: Guest): string => (context === undefined ? String(vmid) : id);

/** What the login lacks for something on a guest, in words; undefined when it lacks nothing, or that is not known yet. */
export const lacking = (app: AppModel, guest: Guest, privilege: string): string | undefined => {
  const held = app.session?.permissions(guest);
  if (held === undefined) return undefined;
  const [missing] = missingPrivileges(held, [{ path: `/vms/${String(guest.vmid)}`, privilege }]);
  return missing === undefined ? undefined : `needs ${missing.privilege} on ${missing.path}`;
};

/** The menu of what can be done with guests; nothing is hidden, every no has its reason. */
export const guestActions = (
  app: AppModel,
  guests: readonly Guest[],
): { readonly title: string; readonly items: readonly MenuItem[] } => {
  const { readOnly, snapshot } = app.live.getState();
  const offline = new Set(snapshot.nodes.filter((node) => node.status === 'offline').map((node) => node.node));
  const common = (guest: Guest): string | undefined => {
    if (readOnly) return 'this context is read-only';
    if (guest.template) return 'is a template';
    if (offline.has(guest.node)) return `node ${guest.node} is away`;
    return guest.lock === undefined ? undefined : `is locked (${guest.lock})`;
  };
  const [only] = guests;
  if (only === undefined) return { title: '', items: [] };
  return {
    title: guests.length === 1 ? `${String(only.vmid)} ${only.name}` : `${String(guests.length)} guests`,
    items: actions.map(({ operation, key, title, detail, privilege, impossible }) => {
      const reasons = guests.map((guest) => common(guest) ?? lacking(app, guest, privilege) ?? impossible(guest));
      // Of several guests those that can take it do; it is impossible only when none can.
      const possible = guests.filter((_guest, at) => reasons[at] === undefined);
      const reason = possible.length > 0 ? undefined : reasons[0];
      const some =
        possible.length > 0 && possible.length < guests.length
          ? `${String(possible.length)} of ${String(guests.length)}`
          : detail;
      return {
        title,
        key,
        detail: some,
        ...(reason === undefined ? {} : { impossible: reason }),
        run: () => void app.run({ name: operation, input: { guests: possible.map(selectorOf) } }),
      };
    }),
  };
};
