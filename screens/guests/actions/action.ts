import type { Guest } from '../../../src/models/cluster.ts';
import { split } from '../../../src/models/qualified.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { OperationName } from '../../../src/operations/catalog.ts';
import { lacking } from '../../../src/ui/lacking.ts';

/** What can be done with guests, as data: what it takes, what it says of itself, what it does. */
export interface GuestAction {
  readonly title: string;
  readonly key: string;
  /** The operation that does it, which Proxdeck's own roles may forbid. */
  readonly operation: OperationName;
  /** What it takes on the guest. */
  readonly privilege: string;
  /** A few words about what it would do with this guest. Called while the menu is drawn: it may ask the cluster. */
  readonly detail: (guest: Guest, app: AppModel) => string;
  /** Why a guest cannot take it now, beside what stands against everything. */
  readonly impossible: (guest: Guest, app: AppModel) => string | undefined;
  /** Why it cannot, as far as the cluster tells when it is asked: looked at of one guest only, never of a hundred. */
  readonly refused?: (guest: Guest, app: AppModel) => string | undefined;
  /** Absent where it is done to one guest at a time. */
  readonly several?: true;
  /** It can be done to templates too. */
  readonly templates?: true;
  /** It changes nothing: a read-only context has it too. */
  readonly reads?: true;
  /** Does it, to those that can take it. */
  readonly run: (app: AppModel, guests: readonly Guest[]) => void;
}

/** What holds a guest locked: a task that runs lets it go, what a broken one left must be freed on its node. */
const lockReason = (app: AppModel, { vmid, node, type, context }: Guest, lock: string): string => {
  const { tasks } = app.live.getState().snapshot;
  const isHeld = tasks.some(
    (task) => task.id === String(vmid) && task.endtime === undefined && task.context === context,
  );
  if (isHeld) return `is locked (${lock}) while its task runs`;
  return `is locked (${lock}): ${type === 'lxc' ? 'pct' : 'qm'} unlock ${String(vmid)} on ${split(node).own}`;
};

/** Why something cannot be done to a guest, in words; undefined when nothing stands against it. */
export const reasonAgainst = (
  app: AppModel,
  action: GuestAction,
  guest: Guest,
  isAlone: boolean,
): string | undefined => {
  const { readOnly, snapshot } = app.live.getState();
  if (readOnly && action.reads !== true) return 'this context is read-only';
  const node = snapshot.nodes.find((one) => one.node === guest.node && one.context === guest.context);
  if (node?.status === 'offline') return `node ${guest.node} is away`;
  if (guest.template && action.templates !== true) return 'is a template';
  if (guest.lock !== undefined && action.reads !== true) return lockReason(app, guest, guest.lock);
  const forbidden = app.session?.forbids?.(action.operation, guest);
  const known = forbidden ?? lacking(app, guest, action.privilege) ?? action.impossible(guest, app);
  return known ?? (isAlone ? action.refused?.(guest, app) : undefined);
};

/** Whether the HA manager decides about a guest. */
export const managedByHa = ({ hastate }: Guest): boolean => hastate !== undefined && hastate !== 'ignored';
