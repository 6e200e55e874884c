import { clean, wrapWords } from '../../components/text.ts';
import { counted } from '../../components/units.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { factLines } from '../factsOf.ts';
import { everyMs, glanceOf, notUsed, well, type Asking, type Glance, type Section } from './section.ts';

/** The options of the datacenter: what datacenter.cfg says. */

type Options = ResultOf<'cluster.options'>;

const options = ({ app }: Asking) => app.look('cluster.options', {}, { everyMs });

/** What counts for the whole cluster; tags of guests and notes are not settings. */
const settingsOf = ({ 'allowed-tags': _tags, description: _notes, ...settings }: Options): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== ''));

const glance = (drawing: Asking): Glance =>
  glanceOf(options(drawing), (value) => {
    const names = Object.keys(settingsOf(value));
    return names.length === 0 ? notUsed('nothing is set') : well('set', counted(names.length, 'option'));
  });

/** Colours of tags are seen on the guests: here it is enough how many are set. */
const colours = (map: unknown): string => counted(String(map).split(';').filter(Boolean).length, 'tag');

/** A property string (`migration: type=secure,network=…`) is easier to read a line a property. */
const flat = (settings: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(settings)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, value]): [string, unknown][] => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, value]];
        return Object.entries(value).map(([part, one]) => [
          `${name} ${part}`,
          part === 'color-map' ? colours(one) : one,
        ]);
      }),
  );

const lines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { look, width } = drawing;
  const answer = options(drawing);
  const said = answerLines(answer, drawing);
  if (answer.value === undefined) return said;
  const settings = settingsOf(answer.value);
  const { description } = answer.value;
  const notes = typeof description === 'string' ? description.trim() : '';
  return [
    ...said,
    ...(Object.keys(settings).length === 0
      ? [look.paint('muted', 'nothing is set')]
      : factLines(flat(settings), drawing)),
    ...(notes === ''
      ? []
      : ['', look.paint('heading', 'notes'), ...notes.split('\n').flatMap((line) => wrapWords(clean(line), width))]),
  ];
};

export const optionsSection: Section = {
  id: 'options',
  title: 'options',
  about: 'settings of the datacenter',
  glance,
  tabs: [{ id: 'options-all', title: 'options', lines }],
};
