import { useMemo, type ReactElement } from 'react';
import { Box, useInput, usePaste } from 'ink';
import type { AppModel } from '../src/ui/app.ts';
import { AppContext, useApp, useLayout, useUi } from '../src/ui/hooks.ts';
import { keyNames } from '../src/ui/keys.ts';
import { glass } from '../src/ui/terminal/compositor.ts';
import { useStore } from 'zustand';
import { Lines } from '../components/Lines.tsx';
import { LookContext } from '../components/lookContext.ts';
import { ActionsMenu, ConfirmCard } from './Cards.tsx';
import { FormCard } from './FormCard.tsx';

/** What Ink does in the full screen: it reads the keyboard and draws what lies over the picture, which shows through the rest. */
export const App = ({ app }: { readonly app: AppModel }): ReactElement => (
  <AppContext value={app}>
    <LookContext value={useStore(app.appearance)}>
      <Cover />
    </LookContext>
  </AppContext>
);

const Cover = (): ReactElement => {
  const { columns, rows } = useLayout();
  const overlay = useUi((state) => state.overlay);
  useKeyboard();
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      {overlay === undefined || overlay.kind === 'view' ? null : <Glass columns={columns} rows={rows} />}
      {overlay?.kind === 'menu' ? <ActionsMenu menu={overlay} /> : null}
      {overlay?.kind === 'card' ? <ConfirmCard card={overlay} /> : null}
      {overlay?.kind === 'form' ? <FormCard form={overlay.form} /> : null}
    </Box>
  );
};

/** Where the picture shows through beside what lies over it. */
const Glass = ({ columns, rows }: { readonly columns: number; readonly rows: number }): ReactElement => {
  const lines = useMemo(() => Array.from({ length: rows }, () => glass.repeat(columns)), [columns, rows]);
  return <Lines lines={lines} width={columns} height={rows} />;
};

/** The one place where keys come in. */
const useKeyboard = (): void => {
  const app = useApp();
  useInput((input, key) => app.keyboard.pressAll(keyNames(input, key)));
  // Pasted text belongs to a field; in a list it would be a storm of commands.
  usePaste((text) => app.keyboard.paste(text));
};
