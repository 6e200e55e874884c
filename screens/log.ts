import type { AppModel } from '../src/ui/app.ts';

/** Opens the log of a task over the screen and follows it to its end. The view is loaded when the first one is opened. */
export const openLog = (app: AppModel, upid: string): void =>
  app.arrive(async () => {
    const { showLog } = await import('./taskLog.ts');
    showLog(app, upid);
  });
