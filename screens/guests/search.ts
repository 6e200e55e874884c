import { AddressSearch, type SearchState } from '../../src/ui/addressSearch.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Notice } from '../../src/ui/state.ts';

/** One a program: it remembers who was asked a moment ago. */
const searches = new WeakMap<AppModel, AddressSearch>();

/** Asks guests for their addresses until `signal` ends it, and tells in the footer how far it is; `isFound` tells whether that still matters. */
export const searchAddress = (app: AppModel, wanted: string, isFound: () => boolean, signal: AbortSignal): void => {
  const { session } = app;
  if (session === undefined || signal.aborted) return;
  const search = searches.get(app) ?? new AddressSearch();
  searches.set(app, search);
  const { guests, nodes } = app.live.getState().snapshot;
  const online = new Set(nodes.filter(({ status }) => status === 'online').map(({ node }) => node));
  const asked = guests.filter(({ node }) => online.has(node));
  const end = search.start(session, asked, app.now, (state) =>
    app.notify(isFound() ? undefined : searchNotice(wanted, state)),
  );
  signal.addEventListener('abort', () => {
    // What was found, or is not looked for any more, needs no progress.
    if (search.state?.done === false) app.notify(undefined);
    end();
  });
};

const searchNotice = (wanted: string, { asked, total, silent, done }: SearchState): Notice => {
  if (!done)
    return {
      token: 'info',
      text: `asking guests for their addresses: ${String(asked)} of ${String(total)}`,
      hint: 'Esc ends it',
    };
  const quiet = silent === 0 ? '' : `; ${String(silent)} did not tell`;
  return { token: 'info', text: `no guest that runs and tells its addresses has ${wanted}${quiet}` };
};
