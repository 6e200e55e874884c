import { clean, truncate } from '../../components/text.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Choice, Field, FormDefinition, Values } from '../../src/ui/form.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { placeField, placeOfAnswer } from './filePlaces.ts';

type Template = ResultOf<'template.list'>[number];

const everything = 'all';

/** What Proxmox offers to the node of the chosen storage, and what lies there. */
const offered = ({ place }: Values, { app }: Drawing): readonly Template[] | undefined => {
  const node = placeOfAnswer(place)?.node;
  return node === undefined ? [] : app.look('template.list', { node }, { dwellMs: 0 }).value;
};

const sections = (templates: readonly Template[] | undefined): readonly Choice[] => {
  const known = [...new Set(templates?.flatMap(({ section }) => section ?? []))].toSorted();
  return [everything, ...known].map((value) => ({ value, label: value }));
};

const choiceOf = ({ template, headline, volid }: Template, storage: string | undefined): Choice => ({
  value: template,
  label: template,
  ...(headline !== undefined && { detail: clean(headline) }),
  ...(volid?.startsWith(`${storage ?? ''}:`) === true && { impossible: 'lies there already' }),
});

const matching = (
  templates: readonly Template[],
  { section = everything, filter = '' }: Values,
): readonly Template[] => {
  const words = filter.toLowerCase().split(/\s+/);
  return templates.filter((one) => {
    const text = `${one.template} ${one.os ?? ''} ${one.headline ?? ''}`.toLowerCase();
    return (section === everything || one.section === section) && words.every((word) => text.includes(word));
  });
};

const fields = (values: Values, drawing: Drawing): readonly Field[] => {
  const templates = offered(values, drawing);
  const storage = placeOfAnswer(values['place'])?.storage;
  return [
    placeField(drawing.app, ['vztmpl']),
    {
      kind: 'choice',
      name: 'section',
      label: 'Section',
      help: 'system: plain distributions; turnkeylinux: with a program ready to use',
      choices: sections(templates),
      usual: everything,
    },
    {
      kind: 'text',
      name: 'filter',
      label: 'Filter',
      help: 'words of its name or description',
      placeholder: 'every template',
    },
    {
      kind: 'choice',
      name: 'template',
      label: 'Template',
      choices: templates === undefined ? undefined : matching(templates, values).map((one) => choiceOf(one, storage)),
      none: 'Nothing of that name is offered: change filter or section.',
    },
  ];
};

/** What went wrong with the catalogue, where something did. */
const notes = (values: Values, { app, look }: Drawing): readonly string[] => {
  const node = placeOfAnswer(values['place'])?.node;
  const error = node === undefined ? undefined : app.look('template.list', { node }, { dwellMs: 0 }).error;
  if (error === undefined) return [];
  return [look.paint('warn', truncate(`${look.glyphs.warning} ${clean(error.message)}`, 80)), ''];
};

/** Asks for a template out of the catalogue of Proxmox (`pveam`); `start` are answers that are known. */
export const downloadTemplateForm = (start: Values): FormDefinition => ({
  title: 'Download a template of containers',
  verb: 'Download',
  pages: [{ title: 'Template', fields, notes }],
  start,
  call: ({ template = '', place }) => ({ name: 'template.download', input: { template, ...placeOfAnswer(place) } }),
});
