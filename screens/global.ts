import type { AppModel } from '../src/ui/app.ts';
import type { Handlers } from '../src/ui/keys.ts';

/** What the keys do that count everywhere. */
export const globalHandlers = (app: AppModel): Handlers => ({
  'screen.overview': () => app.show('overview'),
  'screen.nodes': () => app.show('nodes'),
  'screen.guests': () => app.show('guests'),
  'screen.stacks': () => app.show('stacks'),
  'screen.storage': () => app.show('storage'),
  'screen.tasks': () => app.show('tasks'),
  'screen.logs': () => app.show('logs'),
  'screen.access': () => app.show('access'),
  'screen.calls': () => app.show('calls'),
  drawer: () => openDrawer(app),
  'screen.contexts': () => app.show('contexts'),
  last: () => app.show(app.state.previous),
  'history-back': () => app.navigation.visit('back'),
  'history-forward': () => app.navigation.visit('forward'),
  palette: () => openPalette(app),
  command: () => openCommand(app, ''),
  help: () => openHelp(app),
  back: () => app.navigation.back(),
  quit: () => app.leave(),
  interrupt: () => app.interrupt(),
  refresh: () => void app.refresh(),
  automatic: () => toggleAutomatic(app),
  redraw: () => app.redraw(),
  undo: () => void app.undo(),
});

const toggleAutomatic = (app: AppModel): void => {
  const automatic = app.cluster.toggleAutomatic();
  if (automatic === undefined) return;
  app.notify({ token: 'info', text: automatic ? 'refreshing by itself' : 'refreshing only on R' });
};

/** The help is loaded when it is first asked for; keys typed meanwhile are meant for it. */
export const openHelp = (app: AppModel): void => {
  if (app.keyboard.scopes().includes('help')) return app.closeOverlay();
  app.arrive(async () => {
    const { helpView } = await import('./help.ts');
    app.openView(helpView(app));
  });
};

/** The palette and the command line are loaded when they are first asked for; keys typed meanwhile are meant for them. */
const openPalette = (app: AppModel): void =>
  app.arrive(async () => {
    const [{ palette }] = await Promise.all([import('./palette.ts'), app.screen.prepare?.()]);
    app.open({ kind: 'floating', floating: palette(app) });
  });

/** Opens the command line with a text to begin with. */
export const openCommand = (app: AppModel, text: string): void =>
  app.arrive(async () => {
    const { commandLine } = await import('./command.ts');
    app.open({ kind: 'floating', floating: commandLine(app, text) });
  });

/** The drawer of running tasks, loaded with the first look into it. */
const openDrawer = (app: AppModel): void =>
  app.arrive(async () => {
    const { taskDrawer } = await import('./tasks/drawer.ts');
    app.open({ kind: 'floating', floating: taskDrawer(app) });
  });
