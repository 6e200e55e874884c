import type { Look } from '../../components/look.ts';
import type { AppModel } from './app.ts';
import type { DetailsModel, Line } from './details.ts';
import type { Handlers } from './keys.ts';
import type { Layout } from './layout.ts';
import type { ListModel } from './list.ts';
import type { Scope } from './keyScopes.ts';
import type { MenuItem, ScreenName } from './state.ts';

/** What a screen is made of. All of it is data and pure functions of the model: lines out, nothing drawn by itself. */

/** Room in cells of the terminal. */
export interface Area {
  readonly width: number;
  readonly height: number;
}

/** What drawing may look at. */
export interface Drawing {
  readonly app: AppModel;
  readonly look: Look;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** One tab of the details of a row. Its lines ask for what they need by `app.look`, so a tab nobody sees costs nothing. */
export interface Tab<Row> {
  readonly id: string;
  readonly title: string;
  /** Whether a row has it; without it every row does. */
  readonly has?: (row: Row) => boolean;
  /** Lines of at most `width` columns; the pane scrolls when there are more than `height`. */
  readonly lines: (row: Row, place: Drawing & Area) => readonly (string | Line)[];
  /** Its lines are one picture: they scroll, and none of them is chosen. */
  readonly picture?: true;
  /** What left and right do while the details have the keys. */
  readonly sideways?: (app: AppModel, step: 1 | -1) => void;
}

/**
 * Something that lies over the screen and has the keys: the palette, the command line, a picker. Like a screen it is data and
 * pure functions.
 */
export interface Floating {
  /** Its own scope of the key table: no other counts while it is open. */
  readonly scope: Scope;
  readonly handlers: Handlers;
  readonly place: 'centre' | 'bottom';
  /** Takes typed or pasted characters that no key of its scope claims. */
  readonly type?: (text: string) => void;
  /** At most `area.height` lines, none wider than `area.width`. */
  lines(drawing: Drawing, area: Area): readonly string[];
}

/** A screen: what it draws and what its keys do. */
export interface Screen {
  /** Scopes of the key table that count on it, the narrowest first; `global` comes after them by itself. */
  scopes(): readonly Scope[];
  /** What the keys of those scopes do. Called once a model. */
  readonly handlers: Partial<Record<Scope, Handlers>>;
  /** Lines of the body: at most `layout.bodyHeight`, none wider than `layout.columns`. */
  body(drawing: Drawing, layout: Layout): readonly string[];
  /** What takes all that is typed, as it comes, in place of keys; undefined while keys are keys. Only keys of its own scopes count beside. */
  readonly raw?: () => ((text: string) => void) | undefined;
  /** One step back inside of it; false when there is nothing to go back from. */
  back(): boolean;
  /** Whether it has the whole terminal now, without header and footer. */
  readonly whole?: () => boolean;
  /** Its list, where it is one: what a filter line and marks belong to. */
  readonly list?: Pick<
    ListModel<object>,
    | 'state'
    | 'current'
    | 'setFilter'
    | 'moveTo'
    | 'reveal'
    | 'restore'
    | 'filterProblem'
    | 'filterNames'
    | 'filterValues'
  >;
  /** Its details pane, where it has one. */
  readonly details?: DetailsModel;
  /** The tabs that its details can have. */
  readonly tabs?: readonly { readonly id: string; readonly title: string }[];
  /** Loads what `actions` takes, where that is not there from the start. */
  readonly prepare?: () => Promise<void>;
  /** What can be done with the marked rows or the current one. */
  readonly actions?: () => { readonly title: string; readonly items: readonly MenuItem[] };
}

/** Makes the screen of a model. */
export type ScreenMaker = (app: AppModel) => Screen;

/** Where screens come from: most are loaded when they are first shown. */
export interface ScreenSource {
  /** Undefined until it is loaded. */
  ready(name: ScreenName): ScreenMaker | undefined;
  load(name: ScreenName): Promise<ScreenMaker>;
  /** What the keys do that count everywhere. */
  global(app: AppModel): Handlers;
}
