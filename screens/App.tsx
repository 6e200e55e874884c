import type { ReactElement } from 'react';
import { Box, useInput, usePaste } from 'ink';
import type { AppModel } from '../src/ui/app.ts';
import type { Overlay, ScreenName } from '../src/ui/state.ts';
import { AppContext, useApp, useKeys, useLayout, useUi } from '../src/ui/hooks.ts';
import { keyNames } from '../src/ui/keys.ts';
import { LookContext, type Look } from '../components/look.ts';
import { ActionsMenu, ConfirmCard } from './Cards.tsx';
import { Footer } from './Footer.tsx';
import { Guests } from './Guests.tsx';
import { Header } from './Header.tsx';
import { Help } from './Help.tsx';
import { Log } from './Log.tsx';
import { Nodes } from './Nodes.tsx';
import { Tasks } from './Tasks.tsx';

/** The full screen: header, body, footer, and what lies over them. */
export const App = ({ app, look }: { readonly app: AppModel; readonly look: Look }): ReactElement => (
  <AppContext value={app}>
    <LookContext value={look}>
      <Frame />
    </LookContext>
  </AppContext>
);

const Frame = (): ReactElement => {
  const layout = useLayout();
  useKeyboard();
  useGlobalKeys();
  const overlay = useUi((state) => state.overlay);
  const screen = useUi((state) => state.screen);
  return (
    <Box flexDirection="column" width={layout.columns} height={layout.rows} overflow="hidden">
      <Header />
      <Box width={layout.columns} height={layout.bodyHeight} flexShrink={0} overflow="hidden">
        <Body screen={screen} overlay={overlay} />
      </Box>
      <Footer />
      {overlay?.kind === 'menu' ? <ActionsMenu menu={overlay} /> : null}
      {overlay?.kind === 'card' ? <ConfirmCard card={overlay} /> : null}
    </Box>
  );
};

const Body = ({
  screen,
  overlay,
}: {
  readonly screen: ScreenName;
  readonly overlay: Overlay | undefined;
}): ReactElement => {
  if (overlay?.kind === 'help') return <Help />;
  if (overlay?.kind === 'log') return <Log log={overlay.log} />;
  switch (screen) {
    case 'nodes':
      return <Nodes />;
    case 'guests':
      return <Guests />;
    case 'tasks':
      return <Tasks />;
  }
};

/** The one place where keys come in. */
const useKeyboard = (): void => {
  const app = useApp();
  useInput((input, key) => app.pressAll(keyNames(input, key)));
  // Pasted text belongs to a field; in a list it would be a storm of commands.
  usePaste((text) => app.paste(text));
};

const useGlobalKeys = (): void => {
  const app = useApp();
  useKeys('global', {
    'screen.nodes': () => app.show('nodes'),
    'screen.guests': () => app.show('guests'),
    'screen.tasks': () => app.show('tasks'),
    last: () => app.show(app.state.previous),
    help: () => app.open({ kind: 'help' }),
    back: () => app.back(),
    quit: () => app.leave(),
    refresh: () => void app.refresh(),
    automatic: () => app.toggleAutomatic(),
    redraw: () => app.redraw(),
  });
};
