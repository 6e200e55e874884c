import type { TableColumn } from '../../components/table.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import { cephSection } from './ceph.ts';
import { firewallSection } from './firewall.ts';
import { haSection } from './ha.ts';
import { jobsSection } from './jobs.ts';
import { optionsSection } from './options.ts';
import { metricsSection, notificationsSection } from './outward.ts';
import { replicationSection } from './replication.ts';
import { sdnSection } from './sdn.ts';
import type { Glance, Section } from './section.ts';

/** The topics in the order in which they hurt. */
export const sections: readonly Section[] = [
  haSection,
  replicationSection,
  jobsSection,
  cephSection,
  firewallSection,
  sdnSection,
  notificationsSection,
  metricsSection,
  optionsSection,
];

const glanceIn = (app: AppModel, section: Section): Glance => section.glance({ app, now: app.now() });

const columnsOf = (app: AppModel): readonly TableColumn<Section>[] => [
  { id: 'topic', title: 'topic', width: 17, priority: 0, cell: ({ title }) => ({ text: title }) },
  {
    id: 'state',
    title: 'state',
    width: 13,
    priority: 0,
    cell: (section, look) => {
      const { glyph, word, token } = glanceIn(app, section).condition;
      return { text: `${look.glyphs[glyph]} ${word}`, token };
    },
  },
  {
    id: 'glance',
    title: 'at a glance',
    width: 20,
    flex: { share: 1, most: 90 },
    priority: 0,
    cell: (section) => {
      const { text } = glanceIn(app, section);
      return text === '' ? { text: section.about, token: 'muted' } : { text };
    },
  },
];

const isFault = (app: AppModel, section: Section): boolean =>
  ['error', 'warn'].includes(glanceIn(app, section).condition.token);

/** The topics as rows: another array as soon as another topic is in trouble, so that the list filters anew. */
const sourceOf = (app: AppModel): (() => readonly Section[]) => {
  let rows = sections;
  let before = '';
  return () => {
    const faults = sections.map((section) => Number(isFault(app, section))).join('');
    if (faults !== before) rows = [...sections];
    before = faults;
    return rows;
  };
};

/** The list of topics of a model. */
export const sectionList = (app: AppModel): ListDefinition<Section> => ({
  source: sourceOf(app),
  idOf: ({ id }) => id,
  lasting: false,
  columns: columnsOf(app),
  filterFields: ({ id, title, about }) => ({
    text: `${id} ${title} ${about}`.toLowerCase(),
    fields: { name: [title.toLowerCase()], id: [id] },
  }),
  isFault: (section) => isFault(app, section),
});
