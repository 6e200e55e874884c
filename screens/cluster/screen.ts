import { clean } from '../../components/text.ts';
import { openDescription } from '../describeView.ts';
import { listScreen } from '../listScreen.ts';
import { sectionList, sections } from './columns.ts';
import { tabsOf, type Section } from './section.ts';

/** What concerns the cluster as a whole: a row a topic, how it is at a glance, and tabs with the rest. */
export const clusterScreen = listScreen<Section>({
  name: 'cluster',
  list: sectionList,
  empty: () => 'nothing',
  heading: ({ title, about }, { look }) => look.paint('heading', title) + look.paint('muted', `  ${about}`),
  tabs: tabsOf(sections),
  keys: (app, list, details) => ({
    describe: () => {
      const section = list.current();
      const tab = section?.tabs.find(({ id }) => id === details.tab) ?? section?.tabs[0];
      if (section === undefined || tab === undefined) return;
      openDescription(app, `cluster ${tab.id}`, {
        heading: ({ look }) => look.paint('heading', clean(section.title)) + look.paint('muted', `  ${tab.title}`),
        lines: tab.lines,
      });
    },
  }),
});
