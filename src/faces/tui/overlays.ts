export interface Overlays {
  readonly ready: boolean;
  load(): Promise<void>;
  /** Loads them once nothing else is to be done, so that the first card does not wait for them. */
  loadWhenIdle(fail: (error: unknown) => void): void;
  /** Ends them; the next overlay loads them anew. */
  close(): void;
}

/** After connecting: the first answer is drawn before Ink takes its 60 ms; in milliseconds. */
const idleMs = 250;

/** Ink, React and the forms: loaded once, when the first overlay opens or when there is nothing better to do. */
export const lazyOverlays = (mount: () => Promise<() => void>): Overlays => {
  let loading: Promise<void> | undefined;
  let unmount: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const load = (): Promise<void> =>
    (loading ??= mount().then((end) => {
      unmount = end;
    }));
  return {
    get ready() {
      return unmount !== undefined;
    },
    load,
    loadWhenIdle: (fail) => {
      timer = setTimeout(() => void load().catch(fail), idleMs);
    },
    close: () => {
      clearTimeout(timer);
      unmount?.();
      unmount = undefined;
      loading = undefined;
    },
  };
};
