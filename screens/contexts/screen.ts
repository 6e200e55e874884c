import { clean, fit, truncate, wrapWords } from '../../components/text.ts';
import { moment } from '../../components/units.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import type { MenuItem } from '../../src/ui/state.ts';
import { listScreen } from '../listScreen.ts';
import { contextMarks, contextRows, contextState, isShown, type ContextRow } from './rows.ts';

/** The clusters that the program knows. Enter shows one in place of this one; the others are not asked anything. */

const contextList = (app: AppModel): ListDefinition<ContextRow> => ({
  source: () => contextRows(app),
  idOf: ({ name }) => name,
  lasting: false,
  columns: [
    {
      id: 'name',
      title: 'context',
      width: 14,
      flex: { share: 2, most: 28 },
      priority: 0,
      cell: ({ name }) => ({ text: clean(name) }),
      sortKey: ({ name }) => name,
    },
    {
      id: 'state',
      title: 'state',
      width: 16,
      flex: { share: 1, most: 22 },
      priority: 0,
      cell: (row, look) => {
        const { glyph, word, token } = contextState(app, row, app.now());
        return { text: `${look.glyphs[glyph]} ${word}`, token };
      },
      sortKey: (row) => contextState(app, row, app.now()).word,
    },
    {
      id: 'marks',
      title: 'marks',
      width: 9,
      flex: { share: 1, most: 14 },
      priority: 1,
      cell: (row) => ({ text: contextMarks(row), token: row.prod ? 'error' : 'warn' }),
      sortKey: contextMarks,
    },
    {
      id: 'address',
      title: 'address',
      width: 18,
      flex: { share: 3, most: 60 },
      priority: 2,
      cell: ({ addresses, together }) => ({
        text: together ? 'all, side by side' : clean(addresses.map((one) => one.replace(/^https:\/\//, '')).join('  ')),
        token: 'muted',
      }),
      sortKey: ({ addresses }) => addresses[0] ?? '',
    },
  ],
  filterFields: (row) => ({
    text: `${row.name} ${row.addresses.join(' ')} ${row.identity ?? ''} ${contextMarks(row)}`.toLowerCase(),
    fields: { name: [row.name.toLowerCase()] },
  }),
  isFault: (row) => contextState(app, row, app.now()).token === 'error',
});

/** Does something with the clusters and tells what went wrong. */
const tell = (app: AppModel, work: () => Promise<void>): void =>
  app.arrive(async () => {
    try {
      await work();
    } catch (thrown) {
      app.trouble(thrown);
    }
  });

/** Shows a cluster in place of this one, in the screen that one came from. */
const switchTo = (app: AppModel, row: ContextRow): void =>
  tell(app, async () => {
    if (row.together) await app.desk?.contexts.showAll();
    else if (app.live.getState().contextName !== row.name) await app.desk?.contexts.switchTo(row.name);
    app.show(app.state.previous);
  });

/** Asks for another cluster; the row that it becomes is selected. */
export const addCluster = (app: AppModel): void =>
  tell(app, async () => {
    const name = await app.desk?.contexts.add();
    if (name === undefined) return app.notify({ token: 'muted', text: 'nothing was added' });
    app.list('contexts', contextList).select(name);
    app.notify({ token: 'ok', text: `${name} was added`, hint: 'Enter shows it' });
  });

/** Encrypts the secret of a context in the file, or the way back. */
const secretItem = (app: AppModel, { name, secret }: ContextRow): MenuItem =>
  secret === 'encrypted'
    ? {
        title: 'decrypt its secret',
        key: 'e',
        detail: 'as plain text in the configuration again',
        run: () => void app.run({ name: 'context.decrypt', input: { name } }),
      }
    : {
        title: 'encrypt its secret',
        key: 'e',
        detail: 'with age, for the identity beside the configuration',
        ...(secret === undefined && { impossible: 'has no secret in the file' }),
        run: () => void app.run({ name: 'context.encrypt', input: { name } }),
      };

const connect = (app: AppModel, { name }: ContextRow): void =>
  tell(app, async () => {
    const connected = await app.desk?.contexts.connect(name, 'ask');
    if (connected === true) app.notify({ token: 'ok', text: `${name} is connected` });
    else app.notify({ token: 'muted', text: 'nothing was changed' });
  });

const actionsOf = (
  app: AppModel,
  chosen: readonly ContextRow[],
): { readonly title: string; readonly items: readonly MenuItem[] } => {
  const [row] = chosen;
  if (row === undefined) return { title: '', items: [] };
  const inFile = row.together ? { impossible: 'is no entry of the file' } : {};
  return {
    title: row.name,
    items: [
      {
        title: 'show',
        key: 's',
        detail: 'in place of this one',
        ...(isShown(app, row) && app.live.getState().contextName === row.name ? { impossible: 'is shown' } : {}),
        run: () => switchTo(app, row),
      },
      {
        title: 'connect anew…',
        key: 'c',
        detail: 'look at its certificate, sign in again',
        ...inFile,
        run: () => connect(app, row),
      },
      secretItem(app, row),
      {
        title: 'make it the first',
        key: 'f',
        detail: 'what a start without --context shows',
        ...inFile,
        run: () => void app.run({ name: 'context.use', input: { name: row.name } }),
      },
      {
        title: 'remove',
        key: 'r',
        detail: 'from the configuration, with its credential',
        ...(isShown(app, row) ? { impossible: 'is shown: go to another one first' } : inFile),
        run: () => void app.run({ name: 'context.remove', input: { name: row.name } }),
      },
    ],
  };
};

const summary = (row: ContextRow, { app, look, now, width }: Drawing & Area): readonly (string | Line)[] => {
  const { glyph, word, token } = contextState(app, row, now);
  const label = (name: string, value: string): Line => ({
    text: `${look.paint('muted', fit(name, 9))} ${truncate(clean(value), width - 10)}`,
    copy: value,
  });
  const lines: (string | Line)[] = [look.paint(token, `${look.glyphs[glyph]} ${word}`)];
  const { connection } = app.live.getState();
  if (app.live.getState().contextName === row.name && connection.state === 'away')
    lines.push(...wrapWords(clean(connection.error.message), width));
  lines.push('');
  if (row.together) {
    const parts = app.session?.inventory.parts ?? [];
    return [
      ...lines,
      ...wrapWords('Guests and nodes of every cluster in one list; @NAME in a filter keeps one of them.', width),
      '',
      ...parts.map(({ contextName, connection: own }) => label(contextName, own.state)),
    ];
  }
  for (const [at, address] of row.addresses.entries()) lines.push(label(at === 0 ? 'address' : '', address));
  if (row.jump !== undefined) lines.push(label('through', row.jump));
  if (row.identity !== undefined) lines.push(label('signs in', row.identity));
  if (row.secret !== undefined)
    lines.push(label('secret', row.secret === 'encrypted' ? 'encrypted with age' : 'plain text in the configuration'));
  if (row.pictureAt !== undefined) lines.push(label('picture', moment(row.pictureAt, now)));
  if (row.prod)
    lines.push(
      '',
      ...wrapWords('production: the header is red, and what is done here counts', width).map((line) =>
        look.paint('error', line),
      ),
    );
  if (row.readOnly) lines.push('', look.paint('warn', 'read-only: nothing is changed there from here'));
  return lines;
};

const summaryTab: Tab<ContextRow> = { id: 'summary', title: 'summary', lines: summary };

export const contextsScreen = listScreen<ContextRow>({
  name: 'contexts',
  list: contextList,
  empty: () => 'reading the configuration',
  heading: ({ name }, { look, width }) => look.paint('heading', truncate(clean(name), width)),
  tabs: [summaryTab],
  onOpen: switchTo,
  actions: actionsOf,
  keys: (app, list) => ({
    new: () => addCluster(app),
    actions: () => app.openMenu(actionsOf(app, list.chosen())),
  }),
});
