import type { ResultOf } from '../../../src/operations/catalog.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { Choice, Field } from '../../../src/ui/form.ts';
import { atOnce } from './answers.ts';
import { roomiest } from './places.ts';

/** Templates of containers: those that lie on the storages of a node, and those that are downloaded when they are chosen. */

type Template = ResultOf<'template.list'>[number];

/** `debian-13-standard_13.1-2_amd64.tar.zst` without what all of them end with. */
const nameOf = (template: string): string => template.replace(/(?:_(?:amd64|arm64))?\.tar\.\w+$/, '');

const storageOf = (volid: string): string => volid.slice(0, volid.indexOf(':'));

const choiceOf = (app: AppModel, node: string, { template, headline, volid }: Template): Choice => {
  const common = { label: nameOf(template) };
  if (volid !== undefined) return { ...common, value: volid, detail: `on ${storageOf(volid)}` };
  const place = roomiest(app, node, 'vztmpl')?.storage;
  if (place === undefined) return { ...common, value: template, impossible: `no storage of ${node} takes templates` };
  return {
    ...common,
    value: `${place}:vztmpl/${template}`,
    detail: `not here yet: ${headline ?? ''}`,
    first: { name: 'template.download', input: { template, node, storage: place } },
  };
};

/** Those that are here first, then the plain systems, then the rest; what is newer comes first. */
const ordered = (templates: readonly Template[]): readonly Template[] => {
  const rank = ({ volid, section }: Template): number => (volid !== undefined ? 0 : section === 'system' ? 1 : 2);
  return templates.toSorted(
    (a, b) => rank(a) - rank(b) || b.template.localeCompare(a.template, 'en', { numeric: true }),
  );
};

/** What most people take: the newest Debian, of those that are here if there is one. */
const suggested = (choices: readonly Choice[]): Choice | undefined => {
  const here = choices.filter(({ first, impossible }) => first === undefined && impossible === undefined);
  const among = here.length > 0 ? here : choices;
  return among.find(({ label }) => label.startsWith('debian-')) ?? among[0];
};

/** The template of a container on a node. One that is not there is downloaded while the form waits. */
export const templateField = (app: AppModel, node: string): Field => {
  const { value, error } = app.look('template.list', { node }, atOnce);
  const choices = value === undefined ? undefined : ordered(value).map((one) => choiceOf(app, node, one));
  const usual = suggested(choices ?? []);
  return {
    kind: 'choice',
    name: 'template',
    label: 'Template',
    help: 'what it begins with; one that is not here yet is downloaded when it is taken',
    choices: choices ?? (error === undefined ? undefined : []),
    none: error?.message ?? `There is no template on ${node}, and none is offered.`,
    ...(usual !== undefined && { usual: usual.value }),
  };
};
