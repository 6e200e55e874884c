import { storageId, type ClusterNode, type Guest } from '../models/cluster.ts';
import { operations } from '../operations/catalog.ts';
import type { AppModel } from './app.ts';
import { storageDetail } from './commandLine.ts';
import type { Binding } from './keyTable.ts';
import type { Entry } from './palette.ts';
import { screenNames, screenTitles, type ScreenName } from './state.ts';

/** Keys that only move or type: nobody looks for them by name. */
const silent =
  /^(?:down|up|half-|page-|first|last-row|tab-|scroll-|card\.|screen\.|palette$|back$|open$|close$|pane$|history-)/;

/** Everything that can be found now. The same array as long as the cluster and the screens are the same. */
export const paletteEntries = (app: AppModel, beginCommand: (text: string) => void): { all(): readonly Entry[] } => {
  let of: { readonly snapshot: object; readonly screens: number } | undefined;
  let entries: readonly Entry[] = [];
  const guests = new WeakMap<Guest, Entry>();
  return {
    all() {
      const { snapshot } = app.live.getState();
      const screens = screenNames.filter((name) => app.navigation.loaded(name) !== undefined).length;
      if (of?.snapshot === snapshot && of.screens === screens) return entries;
      of = { snapshot, screens };
      entries = [
        ...screenEntries(app),
        ...rowActions(app),
        ...keyActions(app),
        ...tabEntries(app),
        ...snapshot.nodes.map((node) => nodeEntry(app, node)),
        ...storageEntries(app),
        ...snapshot.guests.map((guest) => {
          const known = guests.get(guest) ?? guestEntry(app, guest);
          guests.set(guest, known);
          return known;
        }),
        ...commandEntries(beginCommand),
      ];
      return entries;
    },
  };
};

const guestEntry = (app: AppModel, { id, vmid, name, node, status, tags, pool, type }: Guest): Entry => ({
  id: `guest ${id}`,
  kind: type === 'lxc' ? 'ct' : 'vm',
  title: `${String(vmid)} ${name}`,
  detail: `${status} on ${node}${tags.length === 0 ? '' : `  ${tags.join(' ')}`}`,
  names: [name.toLowerCase(), String(vmid)],
  about: `${node} ${status} ${tags.join(' ')} ${pool ?? ''}`.toLowerCase(),
  run: () => app.goTo('guests', { id }),
});

const nodeEntry = (app: AppModel, { id, node, status }: ClusterNode): Entry => ({
  id,
  kind: 'node',
  title: node,
  detail: status,
  names: [node.toLowerCase()],
  about: `node ${status}`,
  run: () => app.goTo('nodes', { id }),
});

/** One entry a storage, however many nodes see it. */
const storageEntries = (app: AppModel): readonly Entry[] =>
  [...Map.groupBy(app.live.getState().snapshot.storages, storageId)].flatMap(([id, [row]]) => {
    if (row === undefined) return [];
    const { storage, node, status, plugintype } = row;
    return {
      id,
      kind: 'storage',
      title: storage,
      detail: `${storageDetail(row)}  ${status}`,
      names: [storage.toLowerCase()],
      about: `storage ${node} ${plugintype}`.toLowerCase(),
      run: () => app.goTo('storage', { id }),
    };
  });

const keyOf = (app: AppModel, action: string): { readonly key: string } | Record<string, never> => {
  const key = app.keyboard.keymap.bindings.find((binding) => binding.action === action)?.keys[0];
  return key === undefined ? {} : { key };
};

const screenEntries = (app: AppModel): readonly Entry[] =>
  screenNames.map((screen): Entry => {
    const title = screenTitles[screen];
    return {
      id: `screen ${screen}`,
      kind: 'screen',
      title,
      detail: '',
      names: [title.toLowerCase()],
      about: 'screen',
      ...keyOf(app, `screen.${screen}`),
      run: () => app.show(screen),
    };
  });

const tabEntries = (app: AppModel): readonly Entry[] =>
  screenNames.flatMap((screen) => (app.navigation.loaded(screen)?.tabs ?? []).map((tab) => tabEntry(app, screen, tab)));

const tabEntry = (app: AppModel, screen: ScreenName, { id, title }: { id: string; title: string }): Entry => ({
  id: `tab ${screen} ${id}`,
  kind: 'tab',
  title: `${screenTitles[screen]}: ${title}`,
  detail: '',
  names: [title.toLowerCase(), `${screenTitles[screen]} ${title}`.toLowerCase()],
  about: 'tab',
  run: () => app.goTo(screen, { tab: id }),
});

/** What can be done with the current row, every no with its reason. */
const rowActions = (app: AppModel): readonly Entry[] => {
  const menu = app.screen.actions?.();
  return (menu?.items ?? []).map(({ title, detail, impossible, run }) => ({
    id: `do ${title}`,
    kind: 'action',
    title: `${title} ${menu?.title ?? ''}`,
    detail,
    names: [title.toLowerCase(), `${title} ${menu?.title ?? ''}`.toLowerCase()],
    about: 'action',
    ...(impossible === undefined ? {} : { impossible }),
    run,
  }));
};

const keyActions = (app: AppModel): readonly Entry[] => {
  const scopes = [...app.screen.scopes(), 'global'];
  return app.keyboard.keymap.bindings
    .filter((binding) => scopes.includes(binding.scope) && !silent.test(binding.action) && app.keyboard.does(binding))
    .map((binding: Binding) => ({
      id: `action ${binding.scope} ${binding.action}`,
      kind: 'action',
      title: binding.title,
      detail: '',
      names: [binding.title.toLowerCase(), binding.action.toLowerCase()],
      about: binding.scope,
      ...(binding.keys[0] === undefined ? {} : { key: binding.keys[0] }),
      run: () => app.keyboard.act(binding),
    }));
};

/** Operations of the catalogue: choosing one begins its command line. */
const commandEntries = (beginCommand: (text: string) => void): readonly Entry[] =>
  operations.map(({ name, summary }) => {
    const words = name.replace('.', ' ');
    return {
      id: `command ${name}`,
      kind: 'command',
      title: `:${words}`,
      detail: summary,
      names: [words, summary.toLowerCase()],
      about: 'command',
      run: () => beginCommand(`${words} `),
    };
  });
