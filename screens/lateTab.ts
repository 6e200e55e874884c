import type { Tab } from '../src/ui/screen.ts';

/** What of a tab is loaded late. */
export type TabBody<Row> = Pick<Tab<Row>, 'lines' | 'sideways'>;

/**
 * A tab that is loaded when it is first seen: the first frame of the program must not wait for what nobody has opened yet.
 * What its keys and its description must know stands here at once.
 */
export const lateTab = <Row>(
  known: Pick<Tab<Row>, 'id' | 'title' | 'has' | 'picture'>,
  load: () => Promise<TabBody<Row>>,
): Tab<Row> => {
  let tab: TabBody<Row> | undefined;
  let loading: Promise<void> | undefined;
  return {
    ...known,
    lines: (row, place) => {
      if (tab !== undefined) return tab.lines(row, place);
      if (loading === undefined) {
        const { app } = place;
        const coming = load().then((loaded) => {
          tab = loaded;
          app.changed();
        });
        loading = coming;
        app.arrive(() => coming);
      }
      return [];
    },
    sideways: (app, step) => tab?.sideways?.(app, step),
  };
};
