import { clean, truncate } from '../../components/text.ts';
import type { Guest } from '../../src/models/cluster.ts';
import { guestActions } from '../../src/ui/guestActions.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { listScreen } from '../listScreen.ts';
import { openLog } from '../log.ts';
import { guestList, nameOf } from './columns.ts';
import { summaryTab } from './summary.ts';

const heading = (guest: Guest, { look, width }: Drawing & Area): string =>
  look.paint('heading', truncate(`${String(guest.vmid)} ${nameOf(guest)}`, width - 20)) +
  look.paint('muted', `  ${guest.type === 'lxc' ? 'container' : 'VM'} on ${truncate(clean(guest.node), 14)}`);

/** Containers and VMs of the cluster in one list. */
export const guestsScreen = listScreen<Guest>({
  name: 'guests',
  list: guestList,
  empty: () => 'no guests: this login sees none, or the cluster has none',
  heading,
  tabs: [summaryTab],
  keys: (app, list) => ({
    actions: () => app.openMenu(guestActions(app, list.chosen())),
    log: () => {
      const guest = list.current();
      const task = app.live.getState().snapshot.tasks.find((one) => one.id === String(guest?.vmid));
      if (task === undefined) app.notify({ token: 'muted', text: 'no recent task of this guest' });
      else openLog(app, task.upid);
    },
  }),
});
