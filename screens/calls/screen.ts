import { clean, truncate } from '../../components/text.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { asCurl, asProxdeck, asPvesh, missingParts, type CallRecord } from '../../src/ui/callCommands.ts';
import type { MenuItem } from '../../src/ui/state.ts';
import type { Area, Drawing, Screen } from '../../src/ui/screen.ts';
import { listScreen } from '../listScreen.ts';
import { callList } from './columns.ts';
import { callTab } from './details.ts';

const copyAs = (app: AppModel, call: CallRecord, command: string): void => {
  app.copy(command);
  const missing = missingParts(call);
  if (missing.length > 0) app.notify({ token: 'warn', text: `copied; before it runs: ${missing.join(', ')}` });
};

/** The ways to copy a call. */
const copies = (app: AppModel, call: CallRecord): readonly MenuItem[] => [
  { title: 'pvesh', detail: 'to be run on a node', key: 'p', run: () => copyAs(app, call, asPvesh(call)) },
  { title: 'curl', detail: 'the token is $PROXDECK_TOKEN', key: 'c', run: () => copyAs(app, call, asCurl(call)) },
  { title: 'Proxdeck', detail: asProxdeck(call), key: 'd', run: () => copyAs(app, call, asProxdeck(call)) },
];

const heading = (call: CallRecord, { look, width }: Drawing & Area): string =>
  look.paint('heading', truncate(clean(`${call.method} ${call.path}`), width));

/** Each call of the API, the newest last, followed until one moves up. */
export const callsScreen = (app: AppModel): Screen => {
  let follow = true;
  const screen = listScreen<CallRecord>({
    name: 'calls',
    list: callList,
    empty: () => 'no call was made yet',
    heading,
    tabs: [callTab],
    // The paths are what one looks for.
    detailsShare: 0.3,
    keys: (_app, shown) => ({
      follow: () => {
        follow = !follow;
        if (follow) shown.moveTo(shown.rows().length - 1);
        app.notify({ token: 'muted', text: follow ? 'following' : 'not following' });
      },
      'copy-command': () => {
        const call = shown.current();
        if (call !== undefined) copyAs(app, call, asPvesh(call));
      },
      actions: () => {
        const call = shown.current();
        if (call !== undefined) app.openMenu({ title: 'copy as', items: copies(app, call) });
      },
    }),
  })(app);
  const list = app.list<CallRecord>('calls', callList);
  const toEnd = (): void => list.moveTo(list.rows().length - 1);
  // Whoever moves away from the end reads; whoever comes back to it follows again.
  list.store.subscribe((state, before) => {
    if (state.selected !== before.selected) follow = list.index() === list.rows().length - 1;
  });
  return {
    ...screen,
    body: (drawing, layout) => {
      app.watch('calls', 0, () => {
        if (follow) toEnd();
        return app.session?.calls.subscribe(() => (follow ? toEnd() : app.changed())) ?? (() => undefined);
      });
      return screen.body(drawing, layout);
    },
  };
};
