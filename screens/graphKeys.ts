import type { AppModel } from '../src/ui/app.ts';
import type { Handlers } from '../src/ui/keys.ts';

/** What the keys for graphs do; `shown` tells whether graphs are what is looked at. Before they are, nothing of them is loaded. */
export const graphKeys = (app: AppModel, shown: () => boolean, tab = 'graphs'): Handlers => {
  const lengthen = (step: 1 | -1) => (): void => {
    if (!shown()) return app.notify({ token: 'muted', text: `this is for the tab “${tab}”: ] goes there` });
    app.arrive(async () => (await import('./graphs.ts')).graphOf(app).lengthen(step));
  };
  return { 'graph.longer': lengthen(1), 'graph.shorter': lengthen(-1) };
};
