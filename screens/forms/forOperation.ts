import type { ProxdeckError } from '../../src/models/error.ts';
import type { OperationName } from '../../src/operations/catalog.ts';
import { fieldsOf } from '../../src/operations/fields.ts';
import type { Operation } from '../../src/operations/operation.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { FormDefinition, Values } from '../../src/ui/form.ts';
import { storageRows } from '../storage/rows.ts';
import { withWhatIsHere } from './here.ts';
import { formOfOperation } from './ofOperation.ts';
import { answerOfPlace } from './filePlaces.ts';

type Given = Readonly<Record<string, unknown>>;
type OwnForm = (app: AppModel, given: Given) => Promise<FormDefinition>;

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

/** Those of an input that are answers as they stand. */
const answersOf = (given: Given, names: readonly string[]): Values =>
  Object.fromEntries(
    names.flatMap((name) => {
      const text = textOf(given[name]);
      return text === undefined ? [] : [[name, text]];
    }),
  );

/** Storage and node of an input, as the answer that names a place. */
const placeIn = (app: AppModel, { storage, node }: Given): Values => {
  const { storages, nodes } = app.live.getState().snapshot;
  const row = storageRows(storages, nodes).find(({ places }) =>
    places.some((one) => one.storage === storage && (node === undefined || one.node === node)),
  );
  const place = row?.places.find((one) => one.node === node) ?? row?.place;
  return place === undefined ? {} : { place: answerOfPlace(row?.place.shared === true ? row.place : place) };
};

/** Operations with a form of their own, which knows more than their fields tell. */
const own: Partial<Record<OperationName, OwnForm>> = {
  'node.evacuate': async (app, given) => {
    const { evacuateForm } = await import('./evacuate.ts');
    return evacuateForm(app, textOf(given['node']) ?? '', {
      ...answersOf(given, ['target']),
      ...(given['running'] === true && { running: 'on' }),
    });
  },
  'storage.upload': async (app, given) =>
    (await import('./upload.ts')).uploadForm({
      ...answersOf(given, ['file', 'name', 'checksum']),
      ...placeIn(app, given),
    }),
  'storage.download-url': async (app, given) =>
    (await import('./downloadUrl.ts')).downloadUrlForm({
      ...answersOf(given, ['url', 'name', 'checksum']),
      ...placeIn(app, given),
    }),
  'template.download': async (app, given) =>
    (await import('./downloadTemplate.ts')).downloadTemplateForm({
      ...answersOf(given, ['template']),
      ...placeIn(app, given),
    }),
};

const ownForm = (name: string): OwnForm | undefined =>
  Object.entries(own).find(([operation]) => operation === name)?.[1];

/** Opens the form of an operation for what is not said of its input yet; `problem` is what is wrong with what is. */
export const openFormFor = async (
  app: AppModel,
  operation: Operation,
  given: Given,
  problem?: ProxdeckError,
): Promise<void> => {
  const known = withWhatIsHere(app, fieldsOf(operation), given);
  const definition = (await ownForm(operation.name)?.(app, known)) ?? formOfOperation(operation, known);
  const form = app.openForm(definition);
  if (problem === undefined) return;
  const { message, hint } = problem;
  form.problem = { message, ...(hint !== undefined && { hint }) };
  app.changed();
};
