import type { AppModel } from '../src/ui/app.ts';
import type { Overlay } from '../src/ui/state.ts';

/** Returns who shows the log of each task that work begins, one after the other, until the person looks at something else. */
export const followTasks = (app: AppModel): ((upid: string) => void) => {
  let shown: Overlay | undefined;
  return (upid) =>
    app.arrive(async () => {
      const { showLog } = await import('./taskLog.ts');
      if (app.state.overlay !== shown) return;
      showLog(app, upid);
      shown = app.state.overlay;
    });
};
