import { clean } from '../../components/text.ts';
import { asProxdeckError } from '../models/error.ts';
import type { AppModel } from './app.ts';
import type { Screen, ScreenSource } from './screen.ts';
import { screenNames, type ScreenName, type UiState } from './state.ts';
import { Visits, type Place } from './visits.ts';

/** What to go to on a screen. */
export interface Target {
  readonly id?: string;
  readonly tab?: string;
  readonly filter?: string;
}

/** Between loading two screens that nobody asked to see yet, in milliseconds. */
const betweenScreensMs = 30;

/** Going from screen to screen: each is loaded and made when it is first wanted, and every place can be gone back to. */
export class Navigation {
  readonly #app: AppModel;
  readonly #source: ScreenSource;
  readonly #screens = new Map<ScreenName, Screen>();
  readonly #visits = new Visits();
  #arriving: Promise<void> | undefined;

  constructor(app: AppModel, source: ScreenSource) {
    this.#app = app;
    this.#source = source;
  }

  /** What is being loaded to be shown; keys typed meanwhile are meant for it. */
  get arriving(): Promise<void> | undefined {
    return this.#arriving;
  }

  /** The screen below whatever lies over it. */
  get screen(): Screen {
    return this.#made(this.#app.state.screen);
  }

  /** A screen that is loaded, shown or not; undefined for one that is not. */
  loaded(name: ScreenName): Screen | undefined {
    return this.#source.ready(name) === undefined ? undefined : this.#made(name);
  }

  /** Loads every screen, so that all their tabs are known. */
  async loadAll(): Promise<void> {
    for (const name of screenNames) {
      if (this.#source.ready(name) !== undefined) continue;
      // Whoever types meanwhile is answered between two of them.
      await new Promise((resolve) => setTimeout(resolve, betweenScreensMs));
      if (this.#app.closed) return;
      await this.#source.load(name);
    }
    this.#app.changed();
  }

  /** Shows a screen; one that is not loaded yet comes as soon as it is. */
  show(screen: ScreenName): void {
    this.#whenReady(screen, () => {
      if (screen !== this.#app.state.screen) this.#visits.leave(this.#place());
      this.#enter(screen);
    });
  }

  /** Goes to a screen, and there to a row, a tab or under a filter. What hides the row is taken away. */
  goTo(screen: ScreenName, { id, tab, filter }: Target): void {
    this.#whenReady(screen, () => {
      this.#visits.leave(this.#place());
      this.#enter(screen);
      const { list, details } = this.screen;
      if (id !== undefined && list?.reveal(id) === false)
        this.#app.notify({ token: 'muted', text: `${clean(id)} is not there any more` });
      if (tab !== undefined) details?.choose(tab);
      if (filter !== undefined) list?.setFilter(filter);
    });
  }

  /** Back to what was visited before, or forward again: screen, row, filter and tab as they were. */
  visit(direction: 'back' | 'forward'): void {
    const place = this.#visits[direction](this.#place());
    if (place === undefined) {
      const text = direction === 'back' ? 'nothing was visited before' : 'nothing ahead';
      return this.#app.notify({ token: 'muted', text });
    }
    this.#whenReady(place.screen, () => {
      this.#enter(place.screen);
      const { list, details } = this.screen;
      if (place.list !== undefined) list?.restore(place.list);
      if (place.tab !== undefined) details?.choose(place.tab);
      details?.focus(place.focused);
      this.#app.openDetails(place.detailsOpen);
    });
  }

  /** One step back: what lies over the screen, then what the screen itself can go back from, then the zoom. */
  back(): void {
    const { overlay, zoomed } = this.#app.state;
    if (overlay?.kind === 'view' && overlay.screen.back()) return;
    if (overlay !== undefined) this.#app.closeOverlay();
    else if (!this.#app.shown.back() && zoomed !== 'none') this.zoom('none');
  }

  /** Gives the whole body to the list or to the details; a list that has it has it at the next start too. */
  zoom(zoomed: UiState['zoomed']): void {
    const { ui, views, state } = this.#app;
    ui.setState({ zoomed });
    if (zoomed !== 'details') views.update(state.screen, { zoomed: zoomed === 'list' });
  }

  /** Shows something that must be loaded first. */
  arrive(show: () => Promise<void>): void {
    const arriving = show()
      .catch((thrown: unknown) => this.#app.notify({ token: 'error', text: asProxdeckError(thrown).message }))
      .finally(() => {
        if (this.#arriving === arriving) this.#arriving = undefined;
      });
    this.#arriving = arriving;
  }

  #made(name: ScreenName): Screen {
    let screen = this.#screens.get(name);
    if (screen === undefined) {
      const maker = this.#source.ready(name);
      if (maker === undefined) throw new Error(`the screen ${name} is shown before it is loaded`);
      screen = maker(this.#app);
      this.#screens.set(name, screen);
    }
    return screen;
  }

  #whenReady(screen: ScreenName, go: () => void): void {
    if (this.#source.ready(screen) !== undefined) return go();
    this.arrive(async () => {
      await this.#source.load(screen);
      go();
    });
  }

  #enter(screen: ScreenName): void {
    const { ui, state, views } = this.#app;
    this.#app.closeOverlay();
    const zoomed = views.screen(screen).zoomed === true ? 'list' : 'none';
    const previous = screen === state.screen ? state.previous : state.screen;
    // One begins in the list of a screen, not in the details that were gone into there another time.
    this.#made(screen).details?.focus(false);
    ui.setState({ screen, previous, detailsOpen: false, zoomed });
    views.showed(screen);
  }

  #place(): Place {
    const { screen, detailsOpen } = this.#app.state;
    const { list, details } = this.screen;
    const { selected, filter, faultsOnly } = list?.state ?? { selected: undefined, filter: '', faultsOnly: false };
    return {
      screen,
      list: list === undefined ? undefined : { selected, filter, faultsOnly },
      tab: details?.tab,
      detailsOpen,
      focused: details?.focused ?? false,
    };
  }
}
