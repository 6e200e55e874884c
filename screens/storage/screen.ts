import { clean, truncate } from '../../components/text.ts';
import type { Volume } from '../../src/operations/storage.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Handlers } from '../../src/ui/keys.ts';
import type { Screen, ScreenMaker } from '../../src/ui/screen.ts';
import { graphKeys } from '../graphKeys.ts';
import { listScreen } from '../listScreen.ts';
import { newContent, openUpload, storageActions } from './actions.ts';
import { storageList } from './columns.ts';
import { contentTab } from './content.ts';
import { ContentView } from './contentView.ts';
import { jobsTab } from './jobs.ts';
import type { StorageRow } from './rows.ts';
import { summaryTab } from './summary.ts';
import { tasksTab } from './tasks.ts';
import { trendTab } from './trend.ts';

const listOf = (view: ContentView): ScreenMaker =>
  listScreen<StorageRow>({
    name: 'storage',
    list: storageList,
    empty: () => 'no storages: this login sees none (Datastore.Audit on /storage)',
    heading: ({ place, places }, { look, width }) => {
      const where = place.shared && places.length > 1 ? `${String(places.length)} nodes` : clean(place.node);
      return (
        look.paint('heading', truncate(clean(place.storage), width - 20)) + look.paint('muted', `  storage on ${where}`)
      );
    },
    tabs: [summaryTab, contentTab(view), trendTab, jobsTab, tasksTab],
    keys: (app, list, details) => {
      const withCurrent = (act: (row: StorageRow) => void) => (): void => {
        const row = list.current();
        if (row !== undefined) act(row);
      };
      return {
        ...graphKeys(app, () => details.tab === trendTab.id, trendTab.title),
        actions: withCurrent((row) => app.openMenu(storageActions(app, row, volumeHere(app, view)))),
        new: withCurrent((row) => app.openMenu(newContent(app, row))),
        upload: () => openUpload(app, list.current()),
      };
    },
    actions: (app, [row]) => (row === undefined ? nothing : storageActions(app, row, volumeHere(app, view))),
  });

const nothing = { title: '', items: [] };

/** The volume under the cursor, while the keys go to what lies on the storage. */
const volumeHere = (app: AppModel, view: ContentView): Volume | undefined =>
  inContent(app) ? view.volumeNamed(app.details('storage').current()?.copy) : undefined;

/** The storages of the cluster. While the keys go to what lies on one, filtering and sorting are about that. */
export const storageScreen: ScreenMaker = (app): Screen => {
  const view = new ContentView(app);
  const base = listOf(view)(app);
  return {
    ...base,
    handlers: {
      ...base.handlers,
      list: { ...base.handlers.list, ...contentKeys(app, view, base.handlers.list ?? {}) },
    },
    back: () => (inContent(app) && view.dropFilter()) || base.back(),
  };
};

const inContent = (app: AppModel): boolean => {
  const details = app.details('storage');
  return details.focused && details.tab === 'content';
};

const contentKeys = (app: AppModel, view: ContentView, list: Handlers): Handlers => {
  const either = (action: 'filter' | 'sort' | 'sort-reverse', ofContent: () => void) => (): void => {
    if (inContent(app)) ofContent();
    else list[action]?.();
  };
  return {
    filter: either('filter', () => view.editFilter()),
    sort: either('sort', () => view.nextOrder()),
    'sort-reverse': either('sort-reverse', () => view.reverse()),
  };
};
