import { clean, truncate } from '../../components/text.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import type { Area, Drawing, Screen, ScreenMaker, Tab } from '../../src/ui/screen.ts';
import { graphKeys } from '../graphKeys.ts';
import { lateTab } from '../lateTab.ts';
import { listScreen } from '../listScreen.ts';
import { openLog } from '../log.ts';
import type { guestActions } from './actions/menu.ts';
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

/** The terminal of a console is loaded with the first one. */
const openConsole = (app: AppModel, guest: Guest): void =>
  app.arrive(async () => {
    const { enterConsole } = await import('../console.ts');
    enterConsole(app, { name: 'guest.console', input: { guest: selectorOf(guest) } });
  });

const showYaml = (app: AppModel, guest: Guest): void =>
  app.arrive(async () => (await import('./describe.ts')).showYaml(app, guest));

/** The menu is loaded when it is first asked for, or the palette is. */
let actionsOf: typeof guestActions | undefined;

const loadActions = async (): Promise<typeof guestActions> =>
  (actionsOf ??= (await import('./actions/menu.ts')).guestActions);

const openActions = (app: AppModel, guests: readonly Guest[]): void =>
  app.arrive(async () => app.openMenu((await loadActions())(app, guests)));

/** Does what a key stands for as if it had been chosen in the menu: what cannot be done is told with its reason. */
const openAction = (app: AppModel, guests: readonly Guest[], key: string): void =>
  app.arrive(async () => {
    const item = (await loadActions())(app, guests).items.find((one) => one.key === key);
    if (item?.impossible === undefined) item?.run();
    else app.notify({ token: 'warn', text: `${item.title}: ${item.impossible}` });
  });

const newSnapshot = (app: AppModel, guest: Guest): void => openAction(app, [guest], 'n');

const openNew = (app: AppModel, guest: Guest | undefined): void =>
  app.arrive(async () => app.openMenu((await import('../forms/newGuest.ts')).newGuestMenu(app, { guest })));

const listOfGuests = listScreen<Guest>({
  name: 'guests',
  list: guestList,
  empty: () => 'no guests: this login sees none, or the cluster has none',
  heading,
  tabs,
  actions: (app, chosen) => actionsOf?.(app, chosen) ?? { title: '', items: [] },
  keys: (app, list, details) => {
    const withCurrent = (act: (app: AppModel, guest: Guest) => void) => (): void => {
      const guest = list.current();
      if (guest !== undefined) act(app, guest);
    };
    return {
      actions: () => {
        const act = details.focused ? details.current()?.act : undefined;
        if (act === undefined) openActions(app, list.chosen());
        else act();
      },
      new: () => {
        const guest = list.current();
        if (guest !== undefined && details.focused && details.tab === 'snapshots') newSnapshot(app, guest);
        else openNew(app, guest);
      },
      edit: () => openAction(app, list.chosen(), 'e'),
      'edit-text': () => openAction(app, list.chosen(), 'E'),
      console: withCurrent(openConsole),
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
    prepare: async () => void (await loadActions()),
    body: (drawing, layout) => {
      guestsModel(app).drawing(list);
      return screen.body(drawing, layout);
    },
  };
};
