import type { AppModel } from '../src/ui/app.ts';
import type { Handlers } from '../src/ui/keys.ts';

/** What the keys do that count everywhere. */
export const globalHandlers = (app: AppModel): Handlers => ({
  'screen.nodes': () => app.show('nodes'),
  'screen.guests': () => app.show('guests'),
  'screen.tasks': () => app.show('tasks'),
  last: () => app.show(app.state.previous),
  help: () => openHelp(app),
  back: () => app.back(),
  quit: () => app.leave(),
  refresh: () => void app.refresh(),
  automatic: () => app.toggleAutomatic(),
  redraw: () => app.redraw(),
});

/** The help is loaded when it is first asked for; keys typed meanwhile are meant for it. */
const openHelp = (app: AppModel): void =>
  app.arrive(async () => {
    const { helpView } = await import('./help.ts');
    app.openView(helpView(app));
  });
