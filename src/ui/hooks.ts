import { createContext, useContext, useLayoutEffect } from 'react';
import { useStore } from 'zustand';
import { layoutOf, type Layout } from './layout.ts';
import type { AppModel } from './app.ts';
import type { UiState } from './state.ts';
import type { Handlers } from './keys.ts';
import type { Scope } from './keyScopes.ts';

/** How React components reach the model: one context, selectors, and the registration of keys. */

/** Undefined outside of the program and its tests. */
export const AppContext = createContext<AppModel | undefined>(undefined);

/** The model; throws outside of AppContext. */
export const useApp = (): AppModel => {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('a screen was drawn outside of AppContext');
  return app;
};

/** A part of the state of the screen. */
export const useUi = <Part>(select: (state: UiState) => Part): Part => useStore(useApp().ui, select);

/** Where things stand at the size that the terminal has now. */
export const useLayout = (): Layout => {
  const columns = useUi((state) => state.columns);
  const rows = useUi((state) => state.rows);
  const zoomed = useUi((state) => state.zoomed);
  return layoutOf(columns, rows, zoomed);
};

/** Gives the keys of a scope their meaning while the component is on the screen. */
export const useKeys = (scope: Scope, handlers: Handlers): void => {
  const app = useApp();
  useLayoutEffect(() => {
    app.keyboard.setHandlers(scope, handlers);
  });
};
