import type { AppModel } from '../src/ui/app.ts';
import { GraphModel } from '../src/ui/graph.ts';
import type { Handlers } from '../src/ui/keys.ts';

const models = new WeakMap<AppModel, GraphModel>();

/** How graphs are looked at in this program: one span and one cursor for all of them. */
export const graphOf = (app: AppModel): GraphModel => {
  let model = models.get(app);
  if (model === undefined) {
    model = new GraphModel(() => app.changed());
    models.set(app, model);
  }
  return model;
};

/** What the keys for graphs do; `shown` tells whether graphs are what is looked at. */
export const graphKeys = (app: AppModel, shown: () => boolean, tab = 'graphs'): Handlers => {
  const graph = graphOf(app);
  const whenShown = (act: () => void) => (): void => {
    if (shown()) act();
    else app.notify({ token: 'muted', text: `this is for the tab “${tab}”: ] goes there` });
  };
  return {
    'graph.longer': whenShown(() => graph.lengthen(1)),
    'graph.shorter': whenShown(() => graph.lengthen(-1)),
  };
};
