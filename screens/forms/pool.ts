import type { Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { chosenOf, type Choice, type Field, type FormDefinition, type Values } from '../../src/ui/form.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import type { Drawing } from '../../src/ui/screen.ts';

/** Making and changing pools: who lies in one is chosen from a list. */

const nameRule = /^[\w.-]+(?:\/[\w.-]+){0,2}$/;

const lines = (values: readonly string[]): string => values.join('\n');
const without = (values: readonly string[], others: readonly string[]): readonly string[] =>
  values.filter((one) => !others.includes(one));

const guestsIn = (app: AppModel, pool: string): readonly Guest[] =>
  app.live.getState().snapshot.guests.filter((guest) => guest.pool === pool);

const guestChoice = (guest: Guest, pool: string | undefined): Choice => ({
  value: selectorOf(guest),
  label: `${String(guest.vmid)} ${guest.name}`,
  detail: guest.pool === undefined || guest.pool === pool ? guest.node : `${guest.node}, now in ${guest.pool}`,
});

/** Guests that a filter lets through: those of the pool first, then by number. */
const guestChoices = (app: AppModel, pool: string | undefined, { filter = '' }: Values): readonly Choice[] => {
  const words = filter.toLowerCase().split(/\s+/);
  const isWanted = ({ vmid, name, tags, node }: Guest): boolean => {
    const text = `${String(vmid)} ${name} ${node} ${tags.join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return app.live
    .getState()
    .snapshot.guests.filter(isWanted)
    .toSorted((a, b) => Number(b.pool === pool) - Number(a.pool === pool) || a.vmid - b.vmid)
    .map((guest) => guestChoice(guest, pool));
};

const guestFields = (app: AppModel, pool: string | undefined, values: Values): readonly Field[] => [
  { kind: 'text', name: 'filter', label: 'Filter', help: 'words of name, node or tags', placeholder: 'every guest' },
  {
    kind: 'many',
    name: 'guests',
    label: 'Guests',
    help: 'space puts one in and takes it out',
    choices: guestChoices(app, pool, values),
    usual: pool === undefined ? '' : lines(guestsIn(app, pool).map(selectorOf)),
  },
];

const commentField: Field = { kind: 'text', name: 'comment', label: 'Comment', help: 'what it is for' };

/** Asks for a new pool and what lies in it; `start` are answers that are known. */
export const newPoolForm = (start: Values = {}): FormDefinition => ({
  title: 'Make a pool',
  verb: 'Create',
  pages: [
    {
      title: 'Pool',
      fields: (_values, { app }) => [
        {
          kind: 'text',
          name: 'pool',
          label: 'Name',
          required: true,
          help: 'letters, digits and _ . -, with / between a pool and one inside of it',
          check: (value) => {
            if (!nameRule.test(value)) return 'A pool has letters, digits and _ . - in its name, with / between parts.';
            const known = app.live.getState().snapshot.pools.some(({ pool }) => pool === value);
            return known ? `There is a pool ${value} already.` : undefined;
          },
        },
        commentField,
      ],
    },
    { title: 'Guests', fields: (values, { app }) => guestFields(app, undefined, values) },
  ],
  start,
  call: ({ pool = '', comment = '', guests = '' }) => ({
    name: 'pool.create',
    input: { pool, ...(comment !== '' && { comment }), ...(guests !== '' && { guest: chosenOf(guests) }) },
  }),
});

/** A storage is a member once a node that has it. */
const storagesIn = (app: AppModel, pool: string): readonly string[] | undefined => {
  const members = app.look('pool.show', { pool }, { dwellMs: 0 }).value;
  const storages = members?.filter(({ type }) => type === 'storage').map(({ id }) => id.split('/').at(-1) ?? id);
  return storages === undefined ? undefined : [...new Set(storages)].toSorted();
};

const commentOf = (app: AppModel, wanted: string): string | undefined => {
  const pools = app.look('pool.list', {}, { dwellMs: 0 }).value;
  return pools === undefined ? undefined : (pools.find(({ poolid }) => poolid === wanted)?.comment ?? '');
};

const storageField = (app: AppModel, pool: string): Field => {
  const inside = storagesIn(app, pool);
  const names = [...new Set(app.live.getState().snapshot.storages.map(({ storage }) => storage))].toSorted();
  return {
    kind: 'many',
    name: 'storages',
    label: 'Storages',
    help: 'space puts one in and takes it out',
    choices: inside === undefined ? undefined : names.map((value) => ({ value, label: value })),
    usual: lines(inside ?? []),
  };
};

/** Guests that would be taken out of another pool. */
const taken = (app: AppModel, pool: string, chosen: readonly string[]): readonly Guest[] =>
  app.live
    .getState()
    .snapshot.guests.filter(
      (guest) => guest.pool !== undefined && guest.pool !== pool && chosen.includes(selectorOf(guest)),
    );

const takenNote = (pool: string, { guests = '' }: Values, { app, look }: Drawing): readonly string[] =>
  taken(app, pool, chosenOf(guests)).map((guest) =>
    look.paint(
      'warn',
      `${look.glyphs.warning} ${String(guest.vmid)} ${guest.name} leaves the pool ${guest.pool ?? ''}: who may use it changes`,
    ),
  );

/** Asks what a pool shall hold: what it holds now is chosen already. */
export const editPoolForm = (app: AppModel, pool: string): FormDefinition => ({
  title: `Change the pool ${pool}`,
  verb: 'Change',
  pages: [
    {
      title: 'Guests',
      fields: (values, drawing) => guestFields(drawing.app, pool, values),
      notes: (values, drawing) => takenNote(pool, values, drawing),
    },
    {
      title: 'More',
      fields: (_values, drawing) => {
        const comment = commentOf(drawing.app, pool);
        return [
          storageField(drawing.app, pool),
          { ...commentField, ...(comment !== undefined && { usual: comment, was: comment }) },
        ];
      },
    },
  ],
  call: ({ guests = '', storages = '', comment = '' }) => {
    const chosen = chosenOf(guests);
    const before = guestsIn(app, pool).map(selectorOf);
    const kept = storagesIn(app, pool) ?? chosenOf(storages);
    return {
      name: 'pool.set',
      input: {
        pool,
        add: without(chosen, before),
        remove: without(before, chosen),
        addStorage: without(chosenOf(storages), kept),
        removeStorage: without(kept, chosenOf(storages)),
        ...(taken(app, pool, chosen).length > 0 && { move: true }),
        ...(comment !== (commentOf(app, pool) ?? comment) && { comment }),
      },
    };
  },
});
