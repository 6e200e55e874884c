import type { AppModel } from '../src/ui/app.ts';
import { standsAlone, type Scope } from '../src/ui/keyScopes.ts';
import { keyLabel, type Binding } from '../src/ui/keyTable.ts';
import type { ListDefinition } from '../src/ui/list.ts';
import type { Screen } from '../src/ui/screen.ts';
import { grammar } from './grammar.ts';
import { listView } from './listView.ts';

/** A line of the help: a key that can be pressed, or how something is written. */
interface Item {
  readonly id: string;
  readonly keys: string;
  readonly title: string;
  readonly where: string;
  /** What Enter runs; only what counts in the view below. */
  readonly binding?: Binding;
}

const places: Partial<Record<Scope, string>> = {
  list: 'in every list',
  details: 'in the details',
  global: 'everywhere',
  filter: 'while a filter is typed',
  palette: 'in the palette',
  command: 'in the command line',
  columns: 'in the picker of columns',
  menu: 'in a menu',
  card: 'on a card',
  result: 'in an answer',
};

/** Every key of the view that was left, straight from the keys in effect; `/` searches, Enter does it. */
export const helpView = (app: AppModel): Screen => {
  const active: readonly Scope[] = [...app.shown.scopes(), 'global'];
  const { bindings } = app.keyboard.keymap;
  const others = [...new Set(bindings.map(({ scope }) => scope))].filter((scope) => !active.includes(scope));
  // What counts elsewhere comes last: the screens that are not shown not at all.
  const scopes = [...active, ...others.filter((scope) => standsAlone(scope) || scope === 'details' || scope === 'log')];
  const items: readonly Item[] = [
    ...scopes.flatMap((scope) =>
      bindings
        .filter((binding) => binding.scope === scope && binding.keys.length > 0)
        .map((binding): Item => ({
          id: `${scope}/${binding.action}`,
          keys: binding.keys.map(keyLabel).join('  '),
          title: binding.title,
          where: places[scope] ?? `in ${scope}`,
          ...(active.includes(scope) ? { binding } : {}),
        })),
    ),
    ...grammar.map(([keys, title]): Item => ({ id: keys, keys, title, where: 'how to write it' })),
  ];
  const list: ListDefinition<Item> = {
    source: () => items,
    idOf: ({ id }) => id,
    lasting: true,
    columns: [
      {
        id: 'keys',
        title: 'keys',
        width: 22,
        priority: 0,
        cell: ({ keys, binding }, look) => ({
          text: keys.replace('enter', look.glyphs.enter),
          ...(binding === undefined ? { token: 'muted' } : { token: 'accent' }),
        }),
        sortKey: ({ keys }) => keys.toLowerCase(),
      },
      {
        id: 'title',
        title: 'what it does',
        width: 14,
        flex: { share: 1, most: 60 },
        priority: 0,
        cell: ({ title }) => ({ text: title }),
        sortKey: ({ title }) => title,
      },
      {
        id: 'where',
        title: 'where',
        width: 24,
        priority: 1,
        cell: ({ where }) => ({ text: where, token: 'muted' }),
        sortKey: ({ where }) => where,
      },
      {
        id: 'action',
        title: 'name in keys:',
        width: 26,
        priority: 2,
        optional: true,
        cell: ({ id }) => ({ text: id, token: 'muted' }),
      },
    ],
    filterFields: ({ id, keys, title, where }) => ({
      text: `${keys} ${title} ${where} ${id}`.toLowerCase(),
      fields: { key: keys.toLowerCase().split('  '), where: [where], name: [id] },
    }),
    isFault: () => false,
  };
  return listView(app, {
    scope: 'help',
    list,
    title: () => [
      { text: 'Keys', token: 'heading' },
      {
        text: `${app.keyboard.keyFor('list', 'filter')} searches, ${app.keyboard.keyFor('list', 'open')} does it`,
        token: 'muted',
        drop: 1,
      },
    ],
    empty: () => 'no keys',
    open: ({ binding, where, title }) => {
      if (binding === undefined) return app.notify({ token: 'muted', text: `${title}: ${where}` });
      app.closeOverlay();
      app.keyboard.act(binding);
    },
  });
};
