import { headerLine } from '../../../screens/header.ts';
import type { QuickConfig } from '../../config/quick.ts';
import { ProxdeckError } from '../../models/error.ts';
import type { AppModel } from '../../ui/app.ts';
import { layoutOf } from '../../ui/layout.ts';
import { pictureKey, savePictureFrame } from './picture.ts';
import type { Screen } from './terminal.ts';

/** Keeps the frame for the next start when it is one to begin with: the list of guests, nothing over it, nothing filtered. */
export const keepPicture = (
  stateFolder: string,
  app: AppModel,
  screen: Screen,
  { contextName, address }: Pick<QuickConfig, 'contextName' | 'address'>,
): ProxdeckError | undefined => {
  const { live, lines } = { live: app.live.getState(), lines: screen.writer.lines };
  const { columns, rows, overlay, editing, screen: shown, detailsOpen } = app.state;
  const plain =
    overlay === undefined && editing === undefined && !detailsOpen && (app.shown.list?.state.filter ?? '') === '';
  // The next start begins with the same cluster, whichever is looked at now.
  if (live.contextName !== contextName) return undefined;
  if (shown !== 'guests' || !plain || live.snapshot.at === 0 || lines.length === 0) return undefined;
  // At the next start it is of the past: the header tells the moment instead of an age.
  const past = {
    ...live,
    snapshot: { ...live.snapshot, fromCache: true },
    connection: { state: 'connecting' } as const,
  };
  const look = app.appearance.getState();
  const header = headerLine(
    { live: past, ui: app.state, filter: '', now: app.now() },
    columns,
    look,
    layoutOf(columns, rows).mode === 'bare',
  );
  try {
    savePictureFrame(stateFolder, pictureKey(contextName, address), {
      lines: [look.page(header, columns), ...lines.slice(1)],
      columns,
      rows,
    });
    return undefined;
  } catch (thrown) {
    return new ProxdeckError('state', 'The picture for the next start could not be kept.', { cause: thrown });
  }
};

/** Keeps a picture soon after the first answer and then once a minute. Returns the function that ends it. */
export const keepPictures = (app: AppModel, keep: () => ProxdeckError | undefined): (() => void) => {
  let last = 0;
  let timer: NodeJS.Timeout | undefined;
  const unsubscribe = app.live.subscribe(({ snapshot }) => {
    if (snapshot.fromCache || snapshot.at - last < pictureEveryMs) return;
    last = snapshot.at;
    // Behind the frame that this very change brings.
    timer = setTimeout(() => {
      const trouble = keep();
      if (trouble !== undefined) app.notify({ token: 'warn', text: trouble.message });
    }, 500);
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
};

/** How often the picture is kept while the program runs, for the day it is killed. */
const pictureEveryMs = 60_000;
