import type { KeyRow } from './keyScopes.ts';
import { overlayKeys } from './overlayKeys.ts';
import { screenKeys } from './screenKeys.ts';

/**
 * The one table of keys. It drives what a key does, the footer, the help and the keys page of the documentation.
 * A key stands here only when what it does exists.
 */
const table = [...screenKeys, ...overlayKeys];

/** What a key does, by name; handlers give it its meaning. */
export type Action = (typeof table)[number]['action'];

/** A command of the person's own, from the configuration: its name there is what it does. */
export type OwnCommand = `command.${string}`;

export const isOwnCommand = (action: Action | OwnCommand): action is OwnCommand => action.startsWith('command.');

export interface Binding extends KeyRow {
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
