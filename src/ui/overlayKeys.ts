import type { KeyRow, Scope } from './keyScopes.ts';

/** The keys of what lies over a screen: lines that are typed, the palette, menus, cards, forms. */

/** What takes characters away wherever a line is typed. */
const erasing = <S extends Scope>(scope: S) =>
  [
    { action: 'erase', scope, keys: ['backspace'], title: 'erase a character' },
    { action: 'erase-word', scope, keys: ['ctrl-w'], title: 'erase a word' },
    { action: 'erase-line', scope, keys: ['ctrl-u'], title: 'erase all' },
  ] as const;

/** To both ends of a line that is typed. */
const ends = <S extends Scope>(scope: S) =>
  [
    { action: 'line-start', scope, keys: ['home', 'ctrl-a'], title: 'to the beginning' },
    { action: 'line-end', scope, keys: ['end', 'ctrl-e'], title: 'to the end' },
  ] as const;

export const overlayKeys = [
  { action: 'accept', scope: 'filter', keys: ['enter'], title: 'keep', footer: { order: 10, word: 'keep' } },
  { action: 'cancel', scope: 'filter', keys: ['escape', 'ctrl-c'], title: 'drop', footer: { order: 20, word: 'drop' } },
  ...erasing('filter'),
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
  ...erasing('palette'),
  { action: 'left', scope: 'palette', keys: ['left'], title: 'a character to the left' },
  { action: 'right', scope: 'palette', keys: ['right'], title: 'a character to the right' },
  ...ends('palette'),

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
  ...erasing('command'),
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
  ...erasing('form'),
  ...ends('form'),
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
  ...erasing('typed'),
  {
    action: 'back',
    scope: 'typed',
    keys: ['escape', 'ctrl-c'],
    title: 'cancel',
    footer: { order: 30, word: 'cancel' },
  },
] as const satisfies readonly KeyRow[];
