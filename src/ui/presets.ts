import { keyTable } from './keyTable.ts';

/**
 * Keys of programs that people come from, as differences from the table. Only keys whose meaning there is the same here; a key
 * that a preset gives away is taken from what had it. Nothing destructive ever comes onto a Ctrl key.
 */

/** Screens behind `g`, so that digits can be counts as in vim. */
const screensBehindG = Object.fromEntries(
  keyTable
    .filter(({ action, keys }) => action.startsWith('screen.') && /^\d$/.test(keys[0] ?? ''))
    .map(({ action, keys }): [string, readonly string[]] => [action, [`g ${keys[0] ?? ''}`]]),
);

export const presets = {
  proxdeck: {},
  k9s: {
    log: ['l', 'L'],
    faults: ['ctrl-z', '!'],
    wide: ['ctrl-w', 'w'],
    refresh: ['ctrl-r', 'R'],
    'history-back': ['['],
    'history-forward': [']'],
    'tab-previous': ['{'],
    'tab-next': ['}'],
    'scroll-left': ['left'],
    'scroll-right': ['right'],
  },
  lazygit: {
    range: ['v'],
    columns: ['V'],
    'list/first': ['<', 'home', 'g g'],
    'list/last-row': ['>', 'end', 'G'],
    palette: ['ctrl-p', 'ctrl-k'],
  },
  vim: {
    ...screensBehindG,
    'tab-next': ['g t', ']'],
    'tab-previous': ['g T', '['],
    'history-back': ['ctrl-o', '{'],
    pane: ['ctrl-w w', 'tab'],
    quit: ['Z Z', 'q'],
  },
  pvetui: {
    'guests/actions': ['m', 'x'],
    refresh: ['ctrl-r', 'R'],
    palette: ['ctrl-g', 'ctrl-k', 'ctrl-p'],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export const presetNames: readonly string[] = Object.keys(presets);
