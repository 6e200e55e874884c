import { createContext, useContext, useEffect, useEffectEvent, useLayoutEffect, useState } from 'react';
import { useStore } from 'zustand';
import { layoutOf, type Layout } from './layout.ts';
import type { AppModel } from './app.ts';
import type { LiveState, UiState } from './state.ts';
import type { Handlers } from './keys.ts';
import type { Scope } from './keyTable.ts';
import type { ListDefinition, ListModel, ListState } from './list.ts';

/** How React components reach the model: one context, selectors, and the registration of keys. */

export const AppContext = createContext<AppModel | undefined>(undefined);

export const useApp = (): AppModel => {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('a screen was drawn outside of AppContext');
  return app;
};

/** A part of the state of the screen. */
export const useUi = <Part>(select: (state: UiState) => Part): Part => useStore(useApp().ui, select);

/** A part of what is known of the cluster. */
export const useLive = <Part>(select: (state: LiveState) => Part): Part => useStore(useApp().live, select);

export const useLayout = (): Layout => {
  const columns = useUi((state) => state.columns);
  const rows = useUi((state) => state.rows);
  const zoomed = useUi((state) => state.zoomed);
  return layoutOf(columns, rows, zoomed);
};

/** The list of a screen and its state; draws again when either the state or the cluster changed. */
export const useList = <Row extends object>(
  name: string,
  definition: (app: AppModel) => ListDefinition<Row>,
): { list: ListModel<Row>; state: ListState } => {
  const app = useApp();
  const list = app.list(name, definition);
  const state = useStore(list.store);
  useStore(app.live, (live) => live.snapshot);
  return { list, state };
};

/** Gives the keys of a scope their meaning while the component is on the screen. */
export const useKeys = (scope: Scope, handlers: Handlers): void => {
  const app = useApp();
  useLayoutEffect(() => {
    app.setHandlers(scope, handlers);
  });
};

/** Loads something for what is looked at, once it has been looked at for `dwellMs`, and again every `everyMs`. */
export const useLoaded = <Value>(
  key: string | undefined,
  load: (key: string, signal: AbortSignal) => Promise<Value>,
  timing: { readonly dwellMs: number; readonly everyMs: number },
): { readonly key: string; readonly value?: Value; readonly error?: unknown } | undefined => {
  const [loaded, setLoaded] = useState<{ key: string; value?: Value; error?: unknown }>();
  const ask = useEffectEvent(load);
  useEffect(() => {
    if (key === undefined) return undefined;
    const stop = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const once = async (): Promise<void> => {
      try {
        const value = await ask(key, stop.signal);
        if (!stop.signal.aborted) setLoaded({ key, value });
      } catch (error) {
        if (!stop.signal.aborted) setLoaded({ key, error });
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void once(), timing.everyMs);
    };
    timer = setTimeout(() => void once(), timing.dwellMs);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key, timing.dwellMs, timing.everyMs]);
  return loaded?.key === key ? loaded : undefined;
};

/** Whether the same thing has been looked at for `dwellMs`: what costs a call waits for it, so that scrolling past asks nobody. */
export const useRested = (key: string | undefined, dwellMs: number): boolean => {
  const [rested, setRested] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setRested(key), dwellMs);
    return () => clearTimeout(timer);
  }, [key, dwellMs]);
  return rested === key;
};

/** The keys of a line that is being typed; what Esc does and what more there is depends on what it is typed for. */
export const useLineKeys = (cancel: () => void, more: Handlers = {}): void => {
  const app = useApp();
  const typed = (): string => app.state.editing?.text ?? '';
  useKeys('filter', {
    accept: () => app.endEditing(),
    cancel: () => {
      cancel();
      app.endEditing();
    },
    erase: () => app.edit([...typed()].slice(0, -1).join('')),
    'erase-word': () => app.edit(typed().replace(/\S+\s*$/, '')),
    'erase-line': () => app.edit(''),
    ...more,
  });
};
