import type { Token } from '../../components/look.ts';
import type { ClusterPart, Connection, Snapshot } from '../inventory/types.ts';
import type { Confirmation } from './session.ts';
import type { FormModel } from './formModel.ts';
import type { Floating, Screen } from './screen.ts';
import type { LineEditor } from './typing.ts';
import type { ViewState } from './viewState.ts';

/** What the full screen's stores hold; app.ts changes it, screens select from it. */

/** Every screen there is; `screens/registry.ts` has one for each name. */
export const screenTitles = {
  overview: 'Overview',
  nodes: 'Nodes',
  cluster: 'Cluster',
  guests: 'Guests',
  stacks: 'Stacks',
  storage: 'Storage',
  tasks: 'Tasks',
  logs: 'Logs',
  access: 'Access',
  calls: 'Command log',
  contexts: 'Contexts',
  settings: 'Settings',
  doctor: 'Doctor',
} as const;

export type ScreenName = keyof typeof screenTitles;
export const screenNames = Object.keys(screenTitles) as readonly ScreenName[];

export interface MenuItem {
  readonly title: string;
  readonly detail: string;
  readonly key?: string;
  /** Why it cannot be done now; such an item is shown dimmed. */
  readonly impossible?: string;
  readonly run: () => void;
}

/** What lies over the screen and has the keys. */
export type Overlay =
  /** Something that fills the body: a log, the help, a text. */
  | { readonly kind: 'view'; readonly screen: Screen; readonly close?: () => void }
  /** Drawn by itself over the picture: the palette, the command line, a picker. */
  | { readonly kind: 'floating'; readonly floating: Floating }
  | {
      readonly kind: 'menu';
      readonly title: string;
      readonly items: readonly MenuItem[];
      readonly index: number;
      /** The same items as they are now, for those that tell what the cluster is being asked. Called while drawing. */
      readonly fresh?: () => readonly MenuItem[];
    }
  | {
      readonly kind: 'card';
      readonly confirmation: Confirmation;
      /** 0 is Cancel. */
      readonly button: number;
      /** Where the name is typed that says that it is meant. */
      readonly editor?: LineEditor;
      readonly answer: (yes: boolean) => void;
    }
  | { readonly kind: 'form'; readonly form: FormModel };

/** A line that is being typed. Each change is told at once; Esc tells that it was dropped. */
export interface Editing {
  /** What stands before it: `/`. */
  readonly prompt: string;
  readonly text: string;
  readonly change: (text: string) => void;
  readonly cancel: () => void;
}

export interface Notice {
  readonly token: Token;
  readonly text: string;
  readonly hint?: string;
}

export interface UiState {
  readonly columns: number;
  readonly rows: number;
  readonly screen: ScreenName;
  readonly previous: ScreenName;
  readonly overlay: Overlay | undefined;
  readonly editing: Editing | undefined;
  readonly zoomed: 'none' | 'list' | 'details';
  /** The details fill the body, where there is no room for both panes. */
  readonly detailsOpen: boolean;
  readonly notice: Notice | undefined;
  readonly pendingKeys: string;
}

/** The screen that a start shows. */
const first: ScreenName = 'guests';

/** What a start shows: the view that one left the last time is the one before it. */
export const startState = (columns: number, rows: number, views: ViewState): UiState => ({
  columns,
  rows,
  screen: first,
  previous: screenNames.find((name) => name === views.lastScreen && name !== first) ?? 'nodes',
  overlay: undefined,
  editing: undefined,
  zoomed: views.screen(first).zoomed === true ? 'list' : 'none',
  detailsOpen: false,
  notice: undefined,
  pendingKeys: '',
});

/** The cluster as last heard of. */
export interface LiveState {
  readonly contextName: string;
  readonly prod: boolean;
  readonly readOnly: boolean;
  readonly snapshot: Snapshot;
  readonly connection: Connection;
  /** The clusters that are shown together; undefined for one alone. */
  readonly parts: readonly ClusterPart[] | undefined;
  readonly automatic: boolean;
  /** Grows with every notification of the inventory: history and rates are read anew then. */
  readonly version: number;
  /** Seconds since the picture was taken; undefined before the first one. */
  readonly ageSeconds: number | undefined;
  readonly callsPerMinute: { readonly poll: number; readonly person: number };
}
