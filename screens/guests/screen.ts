import { clean, truncate } from '../../components/text.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { guestActions } from '../../src/ui/guestActions.ts';
import type { Area, Drawing, Screen, ScreenMaker, Tab } from '../../src/ui/screen.ts';
import { graphKeys } from '../graphKeys.ts';
import { lateTab } from '../lateTab.ts';
import { listScreen } from '../listScreen.ts';
import { openLog } from '../log.ts';
import { guestList, nameOf } from './columns.ts';
import { guestsModel } from './model.ts';
import { summaryTab } from './summary.ts';
import { recentTasks } from './recentTasks.ts';

const heading = (guest: Guest, { look, width }: Drawing & Area): string =>
  look.paint('heading', truncate(`${String(guest.vmid)} ${nameOf(guest)}`, width - 20)) +
  look.paint('muted', `  ${guest.type === 'lxc' ? 'container' : 'VM'} on ${truncate(clean(guest.node), 14)}`);

const graphs = { id: 'graphs', title: 'graphs', picture: true } as const;

const tabs: readonly Tab<Guest>[] = [
  summaryTab,
  lateTab({ id: 'config', title: 'config' }, async () => (await import('./config.ts')).configTab),
  lateTab({ id: 'network', title: 'network' }, async () => (await import('./network.ts')).networkTab),
  lateTab({ id: 'snapshots', title: 'snapshots' }, async () => (await import('./snapshots.ts')).snapshotsTab),
  lateTab({ id: 'backups', title: 'backups' }, async () => (await import('./backups.ts')).backupsTab),
  lateTab({ id: 'tasks', title: 'tasks' }, async () => (await import('./tasks.ts')).tasksTab),
  lateTab(graphs, async () => (await import('./graphs.ts')).graphsTab),
];

const openLastLog = (app: AppModel, guest: Guest): void => {
  const [task] = recentTasks(app, guest);
  if (task === undefined)
    app.notify({ token: 'muted', text: 'no recent task of this guest: its tab “tasks” goes further back' });
  else openLog(app, task.upid);
};

/** Texts over the whole body are loaded when the first one is asked for. */
const describe = (app: AppModel, guest: Guest): void =>
  app.arrive(async () => (await import('./describe.ts')).describeGuest(app, guest, tabs));

const showYaml = (app: AppModel, guest: Guest): void =>
  app.arrive(async () => (await import('./describe.ts')).showYaml(app, guest));

const listOfGuests = listScreen<Guest>({
  name: 'guests',
  list: guestList,
  empty: () => 'no guests: this login sees none, or the cluster has none',
  heading,
  tabs,
  actions: guestActions,
  keys: (app, list, details) => {
    const withCurrent = (act: (app: AppModel, guest: Guest) => void) => (): void => {
      const guest = list.current();
      if (guest !== undefined) act(app, guest);
    };
    return {
      actions: () => app.openMenu(guestActions(app, list.chosen())),
      log: withCurrent(openLastLog),
      describe: withCurrent(describe),
      yaml: withCurrent(showYaml),
      ...graphKeys(app, () => details.tab === graphs.id),
    };
  },
});

/** Containers and VMs of the cluster in one list. */
export const guestsScreen: ScreenMaker = (app): Screen => {
  const screen = listOfGuests(app);
  const list = app.list('guests', guestList);
  return {
    ...screen,
    body: (drawing, layout) => {
      guestsModel(app).drawing(list);
      return screen.body(drawing, layout);
    },
  };
};
