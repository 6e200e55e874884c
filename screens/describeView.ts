import type { AppModel } from '../src/ui/app.ts';
import type { Line } from '../src/ui/details.ts';
import type { Area, Drawing } from '../src/ui/screen.ts';
import { detailsHandlers, detailsLines } from './detailsPane.ts';

/** One thing described over the whole body. */
export interface Description {
  /** What it is; may be coloured. */
  readonly heading: (drawing: Drawing & Area) => string;
  /** Lines are composed anew at each drawing, so they may ask the cluster for what they need. */
  readonly lines: (drawing: Drawing & Area) => readonly (string | Line)[];
}

/** The pane of all descriptions: only one is open at a time. */
const paneName = 'description';

/** Describes one thing over the screen until Esc. `id` tells it from others, so that each begins at its first line. */
export const openDescription = (app: AppModel, id: string, { heading, lines }: Description): void => {
  const model = app.details(paneName);
  app.openView({
    scopes: () => ['details'],
    handlers: { details: detailsHandlers(model, (text) => app.copy(text)) },
    back: () => false,
    body: (drawing, layout) => {
      const area = { width: layout.columns, height: layout.bodyHeight };
      model.focus(true);
      const tab = { id, title: '', lines: (_row: undefined, place: Drawing & Area) => lines(place) };
      const title = heading({ ...drawing, ...area });
      return detailsLines({ row: undefined, id, heading: title, tabs: [tab] }, model, drawing, area);
    },
  });
};
