import type { ScreenName } from './state.ts';

/**
 * The one table of keys. It drives what a key does, the footer, the help and the keys page of the documentation.
 * A key stands here only when what it does exists.
 */

/** Where a key counts: a screen, a kind of view, or everywhere. */
export type Scope =
  | ScreenName
  | 'global'
  | 'list'
  | 'details'
  | 'pools'
  | 'log'
  | 'console'
  | 'aside'
  | 'text'
  | 'board'
  | 'drawer'
  | 'filter'
  | 'help'
  | 'result'
  | 'menu'
  | 'card'
  | 'typed'
  | 'diff'
  | 'palette'
  | 'command'
  | 'columns'
  | 'form';

/** Scopes that count alone: what they stand for has all the keys. In most of them letters are text. */
const alone: ReadonlySet<Scope> = new Set<Scope>([
  'console',
  'filter',
  'menu',
  'card',
  'typed',
  'palette',
  'command',
  'columns',
  'drawer',
  'form',
]);
export const standsAlone = (scope: Scope): boolean => alone.has(scope);

interface Row {
  readonly action: string;
  readonly scope: Scope;
  readonly keys: readonly string[];
  readonly title: string;
  /** In the footer, in this order, under this short word. */
  readonly footer?: { readonly order: number; readonly word: string };
}

const table = [
  { action: 'screen.overview', scope: 'global', keys: ['0'], title: 'overview' },
  { action: 'screen.nodes', scope: 'global', keys: ['1'], title: 'nodes' },
  { action: 'screen.guests', scope: 'global', keys: ['2'], title: 'guests' },
  { action: 'screen.storage', scope: 'global', keys: ['4'], title: 'storage' },
  { action: 'screen.tasks', scope: 'global', keys: ['6'], title: 'tasks' },
  { action: 'screen.logs', scope: 'global', keys: ['7'], title: 'logs' },
  { action: 'screen.access', scope: 'global', keys: ['9'], title: 'access: what this login may do' },
  { action: 'screen.calls', scope: 'global', keys: ['@'], title: 'command log: each call of the API' },
  { action: 'drawer', scope: 'global', keys: ['T'], title: 'running tasks' },
  { action: 'screen.contexts', scope: 'global', keys: ['C'], title: 'contexts: go to another cluster' },
  { action: 'help', scope: 'global', keys: ['?'], title: 'help for this view', footer: { order: 90, word: 'help' } },
  { action: 'back', scope: 'global', keys: ['escape'], title: 'one step back', footer: { order: 88, word: 'back' } },
  { action: 'last', scope: 'global', keys: ['-'], title: 'the view before this one' },
  { action: 'history-back', scope: 'global', keys: ['{'], title: 'back through what was visited' },
  { action: 'history-forward', scope: 'global', keys: ['}'], title: 'forward again' },
  {
    action: 'palette',
    scope: 'global',
    keys: ['ctrl-k', 'ctrl-p'],
    title: 'find anything: guest, node, screen, action',
    footer: { order: 35, word: 'find' },
  },
  {
    action: 'command',
    scope: 'global',
    keys: [':'],
    title: 'command line',
    footer: { order: 25, word: 'command' },
  },
  { action: 'quit', scope: 'global', keys: ['q'], title: 'quit', footer: { order: 95, word: 'quit' } },
  { action: 'interrupt', scope: 'global', keys: ['ctrl-c'], title: 'stop our own work that runs; without any, quit' },
  { action: 'refresh', scope: 'global', keys: ['R'], title: 'ask the cluster now' },
  { action: 'automatic', scope: 'global', keys: ['a'], title: 'automatic refresh on and off' },
  { action: 'undo', scope: 'global', keys: ['z'], title: 'take back what was done last' },
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
  { action: 'filter', scope: 'list', keys: ['/'], title: 'filter', footer: { order: 11, word: 'filter' } },
  {
    action: 'faults',
    scope: 'list',
    keys: ['!'],
    title: 'only what is in trouble',
    footer: { order: 30, word: 'faults' },
  },
  { action: 'sort', scope: 'list', keys: ['o'], title: 'sort by the next column', footer: { order: 60, word: 'sort' } },
  { action: 'sort-reverse', scope: 'list', keys: ['O'], title: 'reverse the order' },
  { action: 'sort-by', scope: 'list', keys: ['s'], title: 'choose the column to sort by' },
  { action: 'columns', scope: 'list', keys: ['v'], title: 'choose the columns to view' },
  { action: 'wide', scope: 'list', keys: ['w'], title: 'wide: every column, none cut' },
  { action: 'scroll-left', scope: 'list', keys: ['h', 'left'], title: 'in the wide view, columns to the left' },
  { action: 'scroll-right', scope: 'list', keys: ['l', 'right'], title: 'in the wide view, columns to the right' },
  { action: 'mark', scope: 'list', keys: ['space'], title: 'mark' },
  { action: 'range', scope: 'list', keys: ['V'], title: 'mark a range: move, and V or Space ends it' },
  { action: 'mark-all', scope: 'list', keys: ['A'], title: 'mark all that the filter shows' },
  { action: 'copy-id', scope: 'list', keys: ['Y'], title: 'copy the id (OSC 52)' },
  { action: 'zoom-in', scope: 'list', keys: ['+'], title: 'the whole body for this pane' },
  { action: 'zoom-out', scope: 'list', keys: ['_'], title: 'both panes again' },

  { action: 'pane', scope: 'list', keys: ['tab'], title: 'between list and details' },
  { action: 'tab-next', scope: 'list', keys: [']'], title: 'next tab', footer: { order: 50, word: 'tabs' } },
  { action: 'tab-previous', scope: 'list', keys: ['['], title: 'previous tab' },

  { action: 'down', scope: 'details', keys: ['j', 'down'], title: 'down' },
  { action: 'up', scope: 'details', keys: ['k', 'up'], title: 'up' },
  { action: 'half-down', scope: 'details', keys: ['ctrl-d'], title: 'half a page down' },
  { action: 'half-up', scope: 'details', keys: ['ctrl-u'], title: 'half a page up' },
  { action: 'page-down', scope: 'details', keys: ['pagedown', 'ctrl-f'], title: 'a page down' },
  { action: 'page-up', scope: 'details', keys: ['pageup', 'ctrl-b'], title: 'a page up' },
  { action: 'first', scope: 'details', keys: ['g g', 'home'], title: 'first line' },
  { action: 'last-row', scope: 'details', keys: ['G', 'end'], title: 'last line' },
  {
    action: 'open',
    scope: 'details',
    keys: ['enter'],
    title: 'open what the line is about',
    footer: { order: 10, word: 'open' },
  },
  { action: 'copy-id', scope: 'details', keys: ['Y'], title: 'copy the line (OSC 52)' },
  { action: 'left', scope: 'details', keys: ['h', 'left'], title: 'in graphs, the moment before' },
  { action: 'right', scope: 'details', keys: ['l', 'right'], title: 'in graphs, the moment after' },

  { action: 'new', scope: 'contexts', keys: ['n'], title: 'add a cluster', footer: { order: 6, word: 'add' } },
  { action: 'actions', scope: 'contexts', keys: ['x'], title: 'actions', footer: { order: 5, word: 'actions' } },

  { action: 'actions', scope: 'guests', keys: ['x'], title: 'actions', footer: { order: 5, word: 'actions' } },
  {
    action: 'describe',
    scope: 'guests',
    keys: ['d'],
    title: 'all that is known of it',
    footer: { order: 12, word: 'describe' },
  },
  { action: 'edit', scope: 'guests', keys: ['e'], title: 'edit it', footer: { order: 13, word: 'edit' } },
  { action: 'edit-text', scope: 'guests', keys: ['E'], title: 'edit all of it as YAML, in your editor' },
  { action: 'yaml', scope: 'guests', keys: ['y'], title: 'its configuration as YAML' },
  { action: 'graph.longer', scope: 'guests', keys: ['.', '>'], title: 'graphs of a longer time' },
  { action: 'graph.shorter', scope: 'guests', keys: [',', '<'], title: 'graphs of a shorter time' },
  {
    action: 'new',
    scope: 'guests',
    keys: ['n'],
    title: 'new container, virtual machine or clone',
    footer: { order: 6, word: 'new' },
  },
  {
    action: 'console',
    scope: 'guests',
    keys: ['S'],
    title: 'console: go into the guest',
    footer: { order: 16, word: 'console' },
  },
  { action: 'log', scope: 'guests', keys: ['L'], title: 'log of its last task', footer: { order: 15, word: 'log' } },
  {
    action: 'console',
    scope: 'nodes',
    keys: ['S'],
    title: 'shell of the node',
    footer: { order: 16, word: 'shell' },
  },
  { action: 'actions', scope: 'nodes', keys: ['x'], title: 'actions', footer: { order: 5, word: 'actions' } },
  { action: 'new', scope: 'nodes', keys: ['n'], title: 'new guest on this node', footer: { order: 6, word: 'new' } },
  {
    action: 'describe',
    scope: 'nodes',
    keys: ['d'],
    title: 'all that is known of it',
    footer: { order: 12, word: 'describe' },
  },
  { action: 'graph.longer', scope: 'nodes', keys: ['.', '>'], title: 'graphs of a longer time' },
  { action: 'graph.shorter', scope: 'nodes', keys: [',', '<'], title: 'graphs of a shorter time' },
  { action: 'actions', scope: 'storage', keys: ['x'], title: 'actions', footer: { order: 5, word: 'actions' } },
  {
    action: 'new',
    scope: 'storage',
    keys: ['n'],
    title: 'bring something here: template, URL, file',
    footer: { order: 6, word: 'new' },
  },
  { action: 'upload', scope: 'storage', keys: ['u'], title: 'upload a file', footer: { order: 7, word: 'upload' } },
  { action: 'graph.longer', scope: 'storage', keys: ['.', '>'], title: 'trend over a longer time' },
  { action: 'graph.shorter', scope: 'storage', keys: [',', '<'], title: 'trend over a shorter time' },
  {
    action: 'describe',
    scope: 'cluster',
    keys: ['d'],
    title: 'the topic on the whole body',
    footer: { order: 12, word: 'describe' },
  },
  { action: 'log', scope: 'tasks', keys: ['L'], title: 'log', footer: { order: 15, word: 'log' } },
  { action: 'actions', scope: 'pools', keys: ['x'], title: 'actions', footer: { order: 5, word: 'actions' } },
  { action: 'new', scope: 'pools', keys: ['n'], title: 'make a pool', footer: { order: 6, word: 'new' } },
  { action: 'actions', scope: 'tasks', keys: ['x'], title: 'actions', footer: { order: 5, word: 'actions' } },
  { action: 'copy-command', scope: 'tasks', keys: ['c'], title: 'copy the command that would do the same' },
  { action: 'owner', scope: 'tasks', keys: ['g o'], title: 'go to the guest of the task' },

  { action: 'follow', scope: 'calls', keys: ['f'], title: 'follow the newest', footer: { order: 12, word: 'follow' } },
  { action: 'copy-command', scope: 'calls', keys: ['c'], title: 'copy as pvesh', footer: { order: 14, word: 'copy' } },
  {
    action: 'actions',
    scope: 'calls',
    keys: ['x'],
    title: 'copy as pvesh, curl or Proxdeck',
    footer: { order: 16, word: 'copy as' },
  },

  { action: 'down', scope: 'drawer', keys: ['j', 'down', 'tab'], title: 'down' },
  { action: 'up', scope: 'drawer', keys: ['k', 'up', 'shift-tab'], title: 'up' },
  { action: 'open', scope: 'drawer', keys: ['enter', 'L'], title: 'log', footer: { order: 10, word: 'log' } },
  { action: 'stop-task', scope: 'drawer', keys: ['x'], title: 'stop it', footer: { order: 20, word: 'stop' } },
  { action: 'screen.tasks', scope: 'drawer', keys: ['6'], title: 'all tasks', footer: { order: 25, word: 'all' } },
  {
    action: 'back',
    scope: 'drawer',
    keys: ['escape', 'q', 'T', 'ctrl-c'],
    title: 'close',
    footer: { order: 30, word: 'close' },
  },

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
  {
    action: 'log.filter',
    scope: 'log',
    keys: ['&'],
    title: 'show only some lines',
    footer: { order: 35, word: 'only' },
  },
  {
    action: 'faults',
    scope: 'log',
    keys: ['!'],
    title: 'only errors and warnings',
    footer: { order: 36, word: 'faults' },
  },
  {
    action: 'log.error',
    scope: 'log',
    keys: ['e'],
    title: 'first error, then the next',
    footer: { order: 12, word: 'error' },
  },
  {
    action: 'log.time',
    scope: 'log',
    keys: ['t'],
    title: 'time: clock, age, off',
    footer: { order: 50, word: 'time' },
  },
  { action: 'log.save', scope: 'log', keys: ['s'], title: 'save to a new file', footer: { order: 55, word: 'save' } },
  {
    action: 'full-screen',
    scope: 'log',
    keys: ['F'],
    title: 'nothing but the log',
    footer: { order: 60, word: 'full' },
  },
  { action: 'log.copy', scope: 'log', keys: ['c', 'Y'], title: 'copy the line (OSC 52)' },
  { action: 'open', scope: 'log', keys: ['enter'], title: 'log of the task that the line is about' },
  { action: 'stop-task', scope: 'log', keys: ['x'], title: 'stop the task' },

  { action: 'down', scope: 'board', keys: ['j', 'down'], title: 'down' },
  { action: 'up', scope: 'board', keys: ['k', 'up'], title: 'up' },
  { action: 'half-down', scope: 'board', keys: ['ctrl-d'], title: 'half a page down' },
  { action: 'half-up', scope: 'board', keys: ['ctrl-u'], title: 'half a page up' },
  { action: 'page-down', scope: 'board', keys: ['pagedown', 'ctrl-f'], title: 'a page down' },
  { action: 'page-up', scope: 'board', keys: ['pageup', 'ctrl-b'], title: 'a page up' },
  { action: 'first', scope: 'board', keys: ['g g', 'home'], title: 'first line' },
  { action: 'last-row', scope: 'board', keys: ['G', 'end'], title: 'last line' },
  {
    action: 'open',
    scope: 'board',
    keys: ['enter'],
    title: 'open what the line is about',
    footer: { order: 10, word: 'open' },
  },
  {
    action: 'section-next',
    scope: 'board',
    keys: ['tab', ']'],
    title: 'next section',
    footer: { order: 20, word: 'section' },
  },
  { action: 'section-previous', scope: 'board', keys: ['shift-tab', '['], title: 'previous section' },
  { action: 'copy-id', scope: 'board', keys: ['Y'], title: 'copy the line (OSC 52)' },

  {
    action: 'console.aside',
    scope: 'console',
    keys: ['ctrl-]'],
    title: 'take the keys back from the guest',
    footer: { order: 10, word: 'takes the keys back; all else goes to the guest' },
  },
  { action: 'open', scope: 'aside', keys: ['enter'], title: 'type on', footer: { order: 10, word: 'type on' } },
  { action: 'up', scope: 'aside', keys: ['k', 'up'], title: 'a line back' },
  { action: 'down', scope: 'aside', keys: ['j', 'down'], title: 'a line forward' },
  { action: 'half-up', scope: 'aside', keys: ['ctrl-u'], title: 'half a page back' },
  { action: 'half-down', scope: 'aside', keys: ['ctrl-d'], title: 'half a page forward' },
  {
    action: 'page-up',
    scope: 'aside',
    keys: ['pageup', 'ctrl-b'],
    title: 'a page back',
    footer: { order: 12, word: 'look back' },
  },
  { action: 'page-down', scope: 'aside', keys: ['pagedown', 'ctrl-f'], title: 'a page forward' },
  { action: 'first', scope: 'aside', keys: ['g g', 'home'], title: 'the oldest line that is kept' },
  { action: 'last-row', scope: 'aside', keys: ['G', 'end'], title: 'the newest lines' },
  {
    action: 'copy-id',
    scope: 'aside',
    keys: ['Y'],
    title: 'copy the text of the screen (OSC 52)',
    footer: { order: 14, word: 'copy' },
  },
  {
    action: 'full-screen',
    scope: 'aside',
    keys: ['F'],
    title: 'whole terminal',
    footer: { order: 16, word: 'whole terminal' },
  },
  { action: 'console.literal', scope: 'aside', keys: ['l'], title: 'send the leave key itself to the guest' },
  { action: 'console.leave', scope: 'aside', keys: ['ctrl-]'], title: 'leave the console; what runs there goes on' },

  { action: 'accept', scope: 'diff', keys: ['enter'], title: 'apply it', footer: { order: 5, word: 'apply' } },
  { action: 'edit', scope: 'diff', keys: ['e', 'E'], title: 'edit it again', footer: { order: 6, word: 'edit again' } },

  { action: 'down', scope: 'text', keys: ['j', 'down'], title: 'down' },
  { action: 'up', scope: 'text', keys: ['k', 'up'], title: 'up' },
  { action: 'half-down', scope: 'text', keys: ['ctrl-d'], title: 'half a page down' },
  { action: 'half-up', scope: 'text', keys: ['ctrl-u'], title: 'half a page up' },
  { action: 'page-down', scope: 'text', keys: ['pagedown', 'ctrl-f', 'space'], title: 'a page down' },
  { action: 'page-up', scope: 'text', keys: ['pageup', 'ctrl-b'], title: 'a page up' },
  { action: 'first', scope: 'text', keys: ['g g', 'home'], title: 'first line' },
  { action: 'last-row', scope: 'text', keys: ['G', 'end'], title: 'last line' },
  { action: 'text.find', scope: 'text', keys: ['/'], title: 'find', footer: { order: 10, word: 'find' } },
  { action: 'text.next', scope: 'text', keys: ['n'], title: 'next found', footer: { order: 11, word: 'next' } },
  { action: 'text.previous', scope: 'text', keys: ['N'], title: 'previous found' },
  { action: 'wrap', scope: 'text', keys: ['w'], title: 'wrap long lines', footer: { order: 20, word: 'wrap' } },
  { action: 'copy-id', scope: 'text', keys: ['Y'], title: 'copy all (OSC 52)', footer: { order: 30, word: 'copy' } },

  { action: 'accept', scope: 'filter', keys: ['enter'], title: 'keep', footer: { order: 10, word: 'keep' } },
  { action: 'cancel', scope: 'filter', keys: ['escape', 'ctrl-c'], title: 'drop', footer: { order: 20, word: 'drop' } },
  { action: 'erase', scope: 'filter', keys: ['backspace'], title: 'erase a character' },
  { action: 'erase-word', scope: 'filter', keys: ['ctrl-w'], title: 'erase a word' },
  { action: 'erase-line', scope: 'filter', keys: ['ctrl-u'], title: 'erase all', footer: { order: 30, word: 'erase' } },
  { action: 'older', scope: 'filter', keys: ['up'], title: 'what was typed before' },
  { action: 'newer', scope: 'filter', keys: ['down'], title: 'what was typed after it' },
  { action: 'down', scope: 'filter', keys: ['ctrl-n', 'tab'], title: 'down in the list below' },
  { action: 'up', scope: 'filter', keys: ['ctrl-p', 'shift-tab'], title: 'up in the list below' },

  { action: 'accept', scope: 'palette', keys: ['enter'], title: 'go there, do it', footer: { order: 10, word: 'go' } },
  { action: 'down', scope: 'palette', keys: ['down', 'ctrl-n', 'tab'], title: 'down' },
  { action: 'up', scope: 'palette', keys: ['up', 'ctrl-p', 'shift-tab'], title: 'up' },
  { action: 'page-down', scope: 'palette', keys: ['pagedown', 'ctrl-f'], title: 'a page down' },
  { action: 'page-up', scope: 'palette', keys: ['pageup', 'ctrl-b'], title: 'a page up' },
  {
    action: 'back',
    scope: 'palette',
    keys: ['escape', 'ctrl-c'],
    title: 'close',
    footer: { order: 20, word: 'close' },
  },
  { action: 'erase', scope: 'palette', keys: ['backspace'], title: 'erase a character' },
  { action: 'erase-word', scope: 'palette', keys: ['ctrl-w'], title: 'erase a word' },
  { action: 'erase-line', scope: 'palette', keys: ['ctrl-u'], title: 'erase all' },
  { action: 'left', scope: 'palette', keys: ['left'], title: 'a character to the left' },
  { action: 'right', scope: 'palette', keys: ['right'], title: 'a character to the right' },
  { action: 'line-start', scope: 'palette', keys: ['home', 'ctrl-a'], title: 'to the beginning' },
  { action: 'line-end', scope: 'palette', keys: ['end', 'ctrl-e'], title: 'to the end' },

  { action: 'accept', scope: 'command', keys: ['enter'], title: 'do it', footer: { order: 10, word: 'do it' } },
  { action: 'complete', scope: 'command', keys: ['tab'], title: 'complete', footer: { order: 20, word: 'complete' } },
  { action: 'complete-back', scope: 'command', keys: ['shift-tab'], title: 'the completion before' },
  { action: 'older', scope: 'command', keys: ['up', 'ctrl-p'], title: 'what was typed before' },
  { action: 'newer', scope: 'command', keys: ['down', 'ctrl-n'], title: 'what was typed after it' },
  {
    action: 'back',
    scope: 'command',
    keys: ['escape', 'ctrl-c'],
    title: 'close',
    footer: { order: 30, word: 'close' },
  },
  { action: 'erase', scope: 'command', keys: ['backspace'], title: 'erase a character' },
  { action: 'erase-word', scope: 'command', keys: ['ctrl-w'], title: 'erase a word' },
  { action: 'erase-line', scope: 'command', keys: ['ctrl-u'], title: 'erase all' },
  { action: 'left', scope: 'command', keys: ['left'], title: 'a character to the left' },
  {
    action: 'right',
    scope: 'command',
    keys: ['right'],
    title: 'a character to the right; at the end, take what is offered',
  },
  { action: 'line-start', scope: 'command', keys: ['home', 'ctrl-a'], title: 'to the beginning' },
  { action: 'line-end', scope: 'command', keys: ['end', 'ctrl-e'], title: 'to the end; there, take what is offered' },

  { action: 'down', scope: 'columns', keys: ['j', 'down'], title: 'down' },
  { action: 'up', scope: 'columns', keys: ['k', 'up'], title: 'up' },
  { action: 'mark', scope: 'columns', keys: ['space'], title: 'show or hide', footer: { order: 10, word: 'show' } },
  { action: 'move-up', scope: 'columns', keys: ['K', '['], title: 'further left', footer: { order: 20, word: 'left' } },
  {
    action: 'move-down',
    scope: 'columns',
    keys: ['J', ']'],
    title: 'further right',
    footer: { order: 21, word: 'right' },
  },
  { action: 'reset', scope: 'columns', keys: ['r'], title: 'the usual ones', footer: { order: 30, word: 'usual' } },
  {
    action: 'back',
    scope: 'columns',
    keys: ['enter', 'escape', 'q', 'v', 'ctrl-c'],
    title: 'done',
    footer: { order: 40, word: 'done' },
  },

  { action: 'open', scope: 'help', keys: ['enter'], title: 'do it', footer: { order: 10, word: 'do it' } },
  {
    action: 'open',
    scope: 'result',
    keys: ['enter'],
    title: 'go to what the row is about',
    footer: { order: 10, word: 'go' },
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
    action: 'form.next',
    scope: 'form',
    keys: ['tab'],
    title: 'next field, next button',
    footer: { order: 20, word: 'next' },
  },
  { action: 'form.previous', scope: 'form', keys: ['shift-tab'], title: 'the field before' },
  { action: 'form.next-page', scope: 'form', keys: ['pagedown', 'ctrl-d'], title: 'the next page' },
  { action: 'down', scope: 'form', keys: ['down', 'ctrl-n'], title: 'next choice, next field' },
  { action: 'up', scope: 'form', keys: ['up', 'ctrl-p'], title: 'the choice before, the field before' },
  { action: 'right', scope: 'form', keys: ['right'], title: 'next button; in a text, a character to the right' },
  { action: 'left', scope: 'form', keys: ['left'], title: 'the button before; in a text, a character to the left' },
  { action: 'mark', scope: 'form', keys: ['space'], title: 'on and off', footer: { order: 15, word: 'on/off' } },
  { action: 'erase', scope: 'form', keys: ['backspace'], title: 'erase a character' },
  { action: 'erase-word', scope: 'form', keys: ['ctrl-w'], title: 'erase a word' },
  { action: 'erase-line', scope: 'form', keys: ['ctrl-u'], title: 'erase all' },
  { action: 'line-start', scope: 'form', keys: ['home', 'ctrl-a'], title: 'to the beginning' },
  { action: 'line-end', scope: 'form', keys: ['end', 'ctrl-e'], title: 'to the end' },
  { action: 'accept', scope: 'form', keys: ['enter'], title: 'take it', footer: { order: 10, word: 'take it' } },
  {
    action: 'back',
    scope: 'form',
    keys: ['escape', 'ctrl-c'],
    title: 'one step back',
    footer: { order: 30, word: 'back' },
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

  {
    action: 'card.next',
    scope: 'typed',
    keys: ['tab', 'right', 'down'],
    title: 'next button',
    footer: { order: 20, word: 'next' },
  },
  { action: 'card.previous', scope: 'typed', keys: ['shift-tab', 'left', 'up'], title: 'previous button' },
  {
    action: 'accept',
    scope: 'typed',
    keys: ['enter'],
    title: 'press the button',
    footer: { order: 10, word: 'press' },
  },
  { action: 'erase', scope: 'typed', keys: ['backspace'], title: 'erase a character' },
  { action: 'erase-word', scope: 'typed', keys: ['ctrl-w'], title: 'erase a word' },
  { action: 'erase-line', scope: 'typed', keys: ['ctrl-u'], title: 'erase all' },
  {
    action: 'back',
    scope: 'typed',
    keys: ['escape', 'ctrl-c'],
    title: 'cancel',
    footer: { order: 30, word: 'cancel' },
  },
] as const satisfies readonly Row[];

/** What a key does, by name; handlers give it its meaning. */
export type Action = (typeof table)[number]['action'];

/** A command of the person's own, from the configuration: its name there is what it does. */
export type OwnCommand = `command.${string}`;

export const isOwnCommand = (action: Action | OwnCommand): action is OwnCommand => action.startsWith('command.');

export interface Binding extends Row {
  readonly action: Action | OwnCommand;
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
