import type { ScreenName } from './state.ts';

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
  | 'file'
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

/** One row of the table of keys. */
export interface KeyRow {
  readonly action: string;
  readonly scope: Scope;
  readonly keys: readonly string[];
  readonly title: string;
  /** In the footer, in this order, under this short word. */
  readonly footer?: { readonly order: number; readonly word: string };
}
