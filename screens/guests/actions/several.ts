import type { Call } from '../../../src/operations/operation.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { RunOptions } from '../../../src/ui/work.ts';
import { followTasks } from '../../followTasks.ts';
import { progressOfGuests } from './progress.ts';

/** What is done to guests, all of them by one call. */
export interface GuestWork {
  /** `start` */
  readonly title: string;
  readonly operation: string;
  readonly input: { readonly guests: readonly string[] } & Readonly<Record<string, unknown>>;
}

/** How work on guests is followed: that on one by the log of its task, that on several by a row each. */
export const followGuests = (
  app: AppModel,
  title: string,
  guests: readonly string[],
): Omit<RunOptions, 'seen' | 'typed'> =>
  guests.length === 1 ? { onTask: followTasks(app) } : progressOfGuests(app, title, guests);

/** Does it; what began it may be repeated for those that failed. */
const runNow = (app: AppModel, { title, operation, input }: GuestWork): void => {
  const call: Call = { name: operation, input };
  void app.run(call, followGuests(app, title, input.guests));
};

/** Does something to one guest at once; of several it is asked first whether one of them goes ahead. */
export const runOnGuests = (app: AppModel, work: GuestWork): void => {
  const count = work.input.guests.length;
  if (count < 2) return runNow(app, work);
  app.openMenu({
    title: `${work.title} ${String(count)} guests`,
    items: [
      { title: 'all at once', key: 'a', detail: 'each is followed', run: () => runNow(app, work) },
      {
        title: 'one first',
        key: 'o',
        detail: 'the others once it is well',
        run: () => runNow(app, { ...work, input: { ...work.input, canary: true } }),
      },
    ],
  });
};
