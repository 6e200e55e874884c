import { counted } from '../../../components/units.ts';
import type { Guest } from '../../../src/models/cluster.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { MenuItem } from '../../../src/ui/state.ts';
import { nameOf } from '../columns.ts';
import { reasonAgainst, type GuestAction } from './action.ts';
import { changeActions } from './changes.ts';
import { powerActions } from './power.ts';

const actions: readonly GuestAction[] = [...powerActions, ...changeActions];

/** Of several guests those that can take it do; it is impossible only when none can, for the reason that most have. */
const itemOf = (app: AppModel, guests: readonly Guest[], action: GuestAction): MenuItem => {
  const { title, key, detail, several, run } = action;
  const [first] = guests;
  if (several !== true && guests.length > 1)
    return { title, key, detail: '', impossible: 'one guest at a time', run: () => undefined };
  const reasons = guests.map((guest) => reasonAgainst(app, action, guest, guests.length === 1));
  const possible = guests.filter((_guest, at) => reasons[at] === undefined);
  const [reason] = reasons;
  const share =
    guests.length === 1 && first !== undefined
      ? detail(first, app)
      : possible.length === guests.length
        ? `all ${String(guests.length)}`
        : `${String(possible.length)} of ${String(guests.length)}; else ${reasons.find((one) => one !== undefined) ?? ''}`;
  return {
    title,
    key,
    detail: share,
    ...(possible.length === 0 && reason !== undefined && { impossible: reason }),
    run: () => run(app, possible),
  };
};

/** The guest as the newest picture has it; as it was when it is gone meanwhile. */
const newest = (app: AppModel, guests: readonly Guest[]): readonly Guest[] => {
  const known = new Map(app.live.getState().snapshot.guests.map((guest) => [guest.id, guest]));
  return guests.map((guest) => known.get(guest.id) ?? guest);
};

/** The menu of what can be done with guests; nothing is hidden, every no has its reason. */
export const guestActions = (
  app: AppModel,
  guests: readonly Guest[],
): { readonly title: string; readonly items: readonly MenuItem[]; readonly fresh?: () => readonly MenuItem[] } => {
  const [only] = guests;
  const items = (): readonly MenuItem[] =>
    only === undefined ? [] : actions.map((action) => itemOf(app, newest(app, guests), action));
  const title =
    guests.length === 1 && only !== undefined
      ? `${String(only.vmid)} ${nameOf(only)}`
      : counted(guests.length, 'guest');
  // What one guest still tells is drawn when it is there; of many nothing is asked.
  return { title, items: items(), ...(guests.length === 1 && { fresh: items }) };
};
