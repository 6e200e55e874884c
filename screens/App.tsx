import { useLayoutEffect, type ReactElement } from 'react';
import { Box, useInput, usePaste } from 'ink';
import { useStore } from 'zustand';
import type { AppModel } from '../src/ui/app.ts';
import { AppContext, useApp, useLayout, useUi } from '../src/ui/hooks.ts';
import { keyNames } from '../src/ui/keys.ts';
import { Lines } from '../components/Lines.tsx';
import { LookContext, useLook, type Look } from '../components/look.ts';
import { ActionsMenu, ConfirmCard } from './Cards.tsx';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';

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
  const overlay = useUi((state) => state.overlay);
  return (
    <Box flexDirection="column" width={layout.columns} height={layout.rows} overflow="hidden">
      <Header />
      <Box width={layout.columns} height={layout.bodyHeight} flexShrink={0} overflow="hidden">
        <Body />
      </Box>
      <Footer />
      {overlay?.kind === 'menu' ? <ActionsMenu menu={overlay} /> : null}
      {overlay?.kind === 'card' ? <ConfirmCard card={overlay} /> : null}
    </Box>
  );
};

/** What the shown screen has to say: composed by itself, drawn as one text. */
const Body = (): ReactElement => {
  const app = useApp();
  const look = useLook();
  const layout = useLayout();
  useStore(app.revision);
  const lines = app.shown.body({ app, look, now: app.now() }, layout);
  useLayoutEffect(() => app.drawn());
  return <Lines lines={lines} width={layout.columns} height={layout.bodyHeight} />;
};

/** The one place where keys come in. */
const useKeyboard = (): void => {
  const app = useApp();
  useInput((input, key) => app.pressAll(keyNames(input, key)));
  // Pasted text belongs to a field; in a list it would be a storm of commands.
  usePaste((text) => app.paste(text));
};
