import type { Guest } from '../../src/models/cluster.ts';
import type { ProxdeckError } from '../../src/models/error.ts';
import { loadOperation, type OperationName } from '../../src/operations/catalog.ts';
import { fieldsOf } from '../../src/operations/fields.ts';
import type { Operation } from '../../src/operations/operation.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { FormDefinition, Values } from '../../src/ui/form.ts';
import { storageRows } from '../storage/rows.ts';
import { withWhatIsHere } from './here.ts';
import { formOfOperation } from './ofOperation.ts';
import { answerOfPlace } from './filePlaces.ts';

type Given = Readonly<Record<string, unknown>>;
/** Undefined where the form does not know all that was typed. */
type OwnForm = (app: AppModel, given: Given) => Promise<FormDefinition | undefined>;

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

/** Whether nothing is said but some fields. */
const onlySays = (given: Given, names: readonly string[]): boolean =>
  Object.keys(given).every((name) => names.includes(name));

/** The guests that an input names; undefined where one of them is not known. */
const guestsOf = (app: AppModel, { guest, guests }: Given): readonly Guest[] | undefined => {
  const named: readonly unknown[] = Array.isArray(guests) ? guests : [guest];
  const known = app.live.getState().snapshot.guests;
  const found = named.flatMap(
    (one) => known.find(({ id, vmid, name }) => [id, String(vmid), name].includes(String(one))) ?? [],
  );
  return found.length === named.length && found.length > 0 ? found : undefined;
};

/** A form about guests, where nothing else was typed. */
const aboutGuests =
  (form: (app: AppModel, guests: readonly Guest[]) => Promise<FormDefinition>): OwnForm =>
  async (app, given) => {
    const guests = onlySays(given, ['guest', 'guests']) ? guestsOf(app, given) : undefined;
    return guests === undefined ? undefined : form(app, guests);
  };

const aboutGuest =
  (form: (app: AppModel, guest: Guest) => Promise<FormDefinition>): OwnForm =>
  async (app, given) => {
    const [guest, another] = (onlySays(given, ['guest', 'guests']) ? guestsOf(app, given) : undefined) ?? [];
    return guest === undefined || another !== undefined ? undefined : form(app, guest);
  };

/** The usual form, whose console is shown over the screen. */
const consoleForm =
  (name: 'guest.console' | 'node.console'): OwnForm =>
  async (app, given) => {
    const { seatFor } = await import('../console.ts');
    return { ...formOfOperation(await loadOperation(name), given), follow: () => ({ seat: seatFor(app) }) };
  };

/** Operations with a form of their own, which knows more than their fields tell. */
const own: Partial<Record<OperationName, OwnForm>> = {
  'guest.console': consoleForm('guest.console'),
  'node.console': consoleForm('node.console'),
  'guest.create': async (app, given) => {
    if (!onlySays(given, ['type', 'node'])) return undefined;
    const node = textOf(given['node']);
    const where = node === undefined ? {} : { node };
    if (given['type'] === 'vm') return (await import('./createVm.ts')).createVm(app, where);
    return (await import('./createContainer.ts')).createContainer(where);
  },
  'guest.clone': aboutGuest(async (_app, guest) => (await import('./clone.ts')).cloneForm(guest)),
  'guest.set': aboutGuest(async (app, guest) => (await import('./editGuest.ts')).editForm(app, guest)),
  'guest.resize': aboutGuest(async (app, guest) => (await import('./resizeDisk.ts')).resizeForm(app, guest)),
  'guest.move-disk': aboutGuest(async (app, guest) => (await import('./moveDisk.ts')).moveDiskForm(app, guest)),
  'guest.migrate': aboutGuests(async (app, guests) => (await import('./migrate.ts')).migrateForm(app, guests)),
  'snapshot.create': aboutGuest(async (app, guest) => (await import('./snapshot.ts')).snapshotForm(app, guest)),
  'snapshot.rollback': aboutGuest(async (app, guest) => (await import('./rollback.ts')).rollbackForm(app, guest)),
  'node.evacuate': async (app, given) => {
    const { evacuateForm } = await import('./evacuate.ts');
    return evacuateForm(app, textOf(given['node']) ?? '', {
      ...answersOf(given, ['target']),
      ...(given['running'] === true && { running: 'on' }),
    });
  },
  'pool.set': async (app, given) =>
    onlySays(given, ['pool']) ? (await import('./pool.ts')).editPoolForm(app, textOf(given['pool']) ?? '') : undefined,
  'pool.create': async (_app, given) => (await import('./pool.ts')).newPoolForm(answersOf(given, ['pool', 'comment'])),
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
  if (problem === undefined) return app.openForm(definition);
  const { message, hint } = problem;
  app.openForm(definition, { message, ...(hint !== undefined && { hint }) });
};
