import { screenTitles, type ScreenName } from './state.ts';

/**
 * The one table of keys. It drives what a key does, the footer, the help and the keys page of the documentation.
 * A key stands here only when what it does exists.
 */

/** Where a key counts: a screen, a kind of view, or everywhere. */
export type Scope = ScreenName | 'global' | 'list' | 'details' | 'log' | 'filter' | 'help' | 'menu' | 'card';

interface Row {
  readonly action: string;
  readonly scope: Scope;
  readonly keys: readonly string[];
  readonly title: string;
  /** In the footer, in this order, under this short word. */
  readonly footer?: { readonly order: number; readonly word: string };
}

const table = [
  { action: 'screen.nodes', scope: 'global', keys: ['1'], title: 'nodes' },
  { action: 'screen.guests', scope: 'global', keys: ['2'], title: 'guests' },
  { action: 'screen.tasks', scope: 'global', keys: ['6'], title: 'tasks' },
  { action: 'help', scope: 'global', keys: ['?'], title: 'help for this view', footer: { order: 90, word: 'help' } },
  { action: 'back', scope: 'global', keys: ['escape'], title: 'one step back' },
  { action: 'last', scope: 'global', keys: ['-'], title: 'the view before this one' },
  { action: 'quit', scope: 'global', keys: ['q', 'ctrl-c'], title: 'quit', footer: { order: 95, word: 'quit' } },
  { action: 'refresh', scope: 'global', keys: ['R'], title: 'ask the cluster now' },
  { action: 'automatic', scope: 'global', keys: ['a'], title: 'automatic refresh on and off' },
  { action: 'redraw', scope: 'global', keys: ['ctrl-l'], title: 'draw the screen again' },

  { action: 'down', scope: 'list', keys: ['j', 'down'], title: 'down' },
  { action: 'up', scope: 'list', keys: ['k', 'up'], title: 'up' },
  { action: 'half-down', scope: 'list', keys: ['ctrl-d'], title: 'half a page down' },
  { action: 'half-up', scope: 'list', keys: ['ctrl-u'], title: 'half a page up' },
  { action: 'page-down', scope: 'list', keys: ['pagedown', 'ctrl-f'], title: 'a page down' },
  { action: 'page-up', scope: 'list', keys: ['pageup', 'ctrl-b'], title: 'a page up' },
  { action: 'first', scope: 'list', keys: ['g g', 'home'], title: 'first row' },
  { action: 'last-row', scope: 'list', keys: ['G', 'end'], title: 'last row' },
  { action: 'open', scope: 'list', keys: ['enter'], title: 'open', footer: { order: 10, word: 'open' } },
  { action: 'filter', scope: 'list', keys: ['/'], title: 'filter', footer: { order: 20, word: 'filter' } },
  {
    action: 'faults',
    scope: 'list',
    keys: ['!'],
    title: 'only what is in trouble',
    footer: { order: 30, word: 'faults' },
  },
  { action: 'sort', scope: 'list', keys: ['o'], title: 'sort by the next column', footer: { order: 40, word: 'sort' } },
  { action: 'sort-reverse', scope: 'list', keys: ['O'], title: 'reverse the order' },
  { action: 'mark', scope: 'list', keys: ['space'], title: 'mark' },
  { action: 'mark-all', scope: 'list', keys: ['A'], title: 'mark all that the filter shows' },
  { action: 'copy-id', scope: 'list', keys: ['Y'], title: 'copy the id (OSC 52)' },
  { action: 'zoom-in', scope: 'list', keys: ['+'], title: 'more room for the list' },
  { action: 'zoom-out', scope: 'list', keys: ['_'], title: 'both panes again' },

  { action: 'pane', scope: 'list', keys: ['tab'], title: 'between list and details' },
  { action: 'tab-next', scope: 'list', keys: [']'], title: 'next tab', footer: { order: 50, word: 'tab' } },
  { action: 'tab-previous', scope: 'list', keys: ['['], title: 'previous tab' },

  { action: 'down', scope: 'details', keys: ['j', 'down'], title: 'down' },
  { action: 'up', scope: 'details', keys: ['k', 'up'], title: 'up' },
  { action: 'half-down', scope: 'details', keys: ['ctrl-d'], title: 'half a page down' },
  { action: 'half-up', scope: 'details', keys: ['ctrl-u'], title: 'half a page up' },
  { action: 'page-down', scope: 'details', keys: ['pagedown', 'ctrl-f'], title: 'a page down' },
  { action: 'page-up', scope: 'details', keys: ['pageup', 'ctrl-b'], title: 'a page up' },
  { action: 'first', scope: 'details', keys: ['g g', 'home'], title: 'first line' },
  { action: 'last-row', scope: 'details', keys: ['G', 'end'], title: 'last line' },
  { action: 'open', scope: 'details', keys: ['enter'], title: 'open what the line is about' },
  { action: 'copy-id', scope: 'details', keys: ['Y'], title: 'copy the line (OSC 52)' },

  { action: 'actions', scope: 'guests', keys: ['x'], title: 'actions', footer: { order: 5, word: 'actions' } },
  { action: 'log', scope: 'guests', keys: ['L'], title: 'log of its last task', footer: { order: 15, word: 'log' } },
  { action: 'log', scope: 'tasks', keys: ['L'], title: 'log', footer: { order: 15, word: 'log' } },
  { action: 'stop-task', scope: 'tasks', keys: ['x'], title: 'stop the task', footer: { order: 16, word: 'stop' } },

  { action: 'down', scope: 'log', keys: ['j', 'down'], title: 'down' },
  { action: 'up', scope: 'log', keys: ['k', 'up'], title: 'up' },
  { action: 'half-down', scope: 'log', keys: ['ctrl-d'], title: 'half a page down' },
  { action: 'half-up', scope: 'log', keys: ['ctrl-u'], title: 'half a page up' },
  { action: 'page-down', scope: 'log', keys: ['pagedown', 'ctrl-f'], title: 'a page down' },
  { action: 'page-up', scope: 'log', keys: ['pageup', 'ctrl-b'], title: 'a page up' },
  { action: 'first', scope: 'log', keys: ['g g', 'home'], title: 'first line' },
  { action: 'last-row', scope: 'log', keys: ['G', 'end'], title: 'last line' },
  { action: 'follow', scope: 'log', keys: ['f'], title: 'follow', footer: { order: 10, word: 'follow' } },
  { action: 'wrap', scope: 'log', keys: ['w'], title: 'wrap long lines', footer: { order: 20, word: 'wrap' } },
  { action: 'log.find', scope: 'log', keys: ['/'], title: 'find', footer: { order: 30, word: 'find' } },
  { action: 'log.next', scope: 'log', keys: ['n'], title: 'next found', footer: { order: 31, word: 'next' } },
  { action: 'log.previous', scope: 'log', keys: ['N'], title: 'previous found' },

  { action: 'accept', scope: 'filter', keys: ['enter'], title: 'keep', footer: { order: 10, word: 'keep' } },
  { action: 'cancel', scope: 'filter', keys: ['escape', 'ctrl-c'], title: 'drop', footer: { order: 20, word: 'drop' } },
  { action: 'erase', scope: 'filter', keys: ['backspace'], title: 'erase a character' },
  { action: 'erase-word', scope: 'filter', keys: ['ctrl-w'], title: 'erase a word' },
  { action: 'erase-line', scope: 'filter', keys: ['ctrl-u'], title: 'erase all', footer: { order: 30, word: 'erase' } },
  { action: 'down', scope: 'filter', keys: ['down'], title: 'down' },
  { action: 'up', scope: 'filter', keys: ['up'], title: 'up' },

  { action: 'down', scope: 'help', keys: ['j', 'down'], title: 'down' },
  { action: 'up', scope: 'help', keys: ['k', 'up'], title: 'up' },
  { action: 'page-down', scope: 'help', keys: ['pagedown', 'ctrl-d'], title: 'a page down' },
  { action: 'page-up', scope: 'help', keys: ['pageup', 'ctrl-u'], title: 'a page up' },
  {
    action: 'back',
    scope: 'help',
    keys: ['escape', 'q', '?', 'ctrl-c'],
    title: 'close',
    footer: { order: 10, word: 'close' },
  },

  { action: 'down', scope: 'menu', keys: ['j', 'down', 'tab'], title: 'down' },
  { action: 'up', scope: 'menu', keys: ['k', 'up', 'shift-tab'], title: 'up' },
  { action: 'accept', scope: 'menu', keys: ['enter'], title: 'do it', footer: { order: 10, word: 'do it' } },
  {
    action: 'back',
    scope: 'menu',
    keys: ['escape', 'q', 'ctrl-c'],
    title: 'close',
    footer: { order: 20, word: 'close' },
  },

  {
    action: 'card.next',
    scope: 'card',
    keys: ['tab', 'right', 'l', 'down', 'j'],
    title: 'next button',
    footer: { order: 20, word: 'next' },
  },
  { action: 'card.previous', scope: 'card', keys: ['shift-tab', 'left', 'h', 'up', 'k'], title: 'previous button' },
  { action: 'accept', scope: 'card', keys: ['enter'], title: 'press the button', footer: { order: 10, word: 'press' } },
  {
    action: 'back',
    scope: 'card',
    keys: ['escape', 'q', 'ctrl-c'],
    title: 'cancel',
    footer: { order: 30, word: 'cancel' },
  },
] as const satisfies readonly Row[];

/** What a key does, by name; handlers give it its meaning. */
export type Action = (typeof table)[number]['action'];

export interface Binding extends Row {
  readonly action: Action;
}

export const keyTable: readonly Binding[] = table;

/** How a key is written for a person: `ctrl-d`, `gg`, `Esc`. */
export const keyLabel = (key: string): string => {
  const names: Record<string, string> = {
    escape: 'esc',
    enter: 'enter',
    pagedown: 'pgdn',
    pageup: 'pgup',
    down: '↓',
    up: '↑',
    left: '←',
    right: '→',
  };
  return names[key] ?? key.replaceAll(' ', '');
};

/** Returns two bindings that claim the same key in scopes that are active together, as sentences; empty when all is well. */
export const keyClashes = (table: readonly Binding[]): readonly string[] => {
  const together: readonly (readonly Scope[])[] = [
    ...(Object.keys(screenTitles) as ScreenName[]).map((screen): readonly Scope[] => [screen, 'list', 'global']),
    ['details', 'global'],
    ['log', 'global'],
    ['filter'],
    ['help'],
    ['menu'],
    ['card'],
  ];
  const clashes = new Set<string>();
  for (const scopes of together) {
    const owners = new Map<string, Binding>();
    for (const binding of table.filter(({ scope }) => scopes.includes(scope))) {
      for (const key of binding.keys) {
        const owner = owners.get(key);
        if (owner !== undefined)
          clashes.add(`${key}: ${owner.action} (${owner.scope}) and ${binding.action} (${binding.scope})`);
        owners.set(key, binding);
      }
    }
  }
  return [...clashes];
};
