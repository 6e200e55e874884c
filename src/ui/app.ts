import { createStore, type StoreApi } from 'zustand/vanilla';
import type { History, Snapshot } from '../inventory/types.ts';
import type { Guest } from '../models/cluster.ts';
import type { Look } from '../../components/look.ts';
import { asProxdeckError } from '../models/error.ts';
import type { Call } from '../operations/operation.ts';
import { GuestIndex } from './guestIndex.ts';
import type { Handlers } from './keys.ts';
import type { InputOf, OperationName, ResultOf } from '../operations/catalog.ts';
import { Answers, type Answer, type Looking } from './answers.ts';
import { clipboardSequence, longestCopy } from './clipboard.ts';
import { ContextViews } from './contextViews.ts';
import type { Desk } from './desk.ts';
import { DetailsModel } from './details.ts';
import { Keyboard } from './keyboard.ts';
import type { Keymap } from './keymap.ts';
import type { Action, Binding, Scope } from './keyTable.ts';
import { ListModel, type ListDefinition } from './list.ts';
import { Navigation, type Target } from './navigation.ts';
import type { Screen, ScreenMaker } from './screen.ts';
import type { Session } from './session.ts';
import {
  screenNames,
  type Editing,
  type LiveState,
  type MenuItem,
  type Notice,
  type Overlay,
  type ScreenName,
  type UiState,
} from './state.ts';
import { TaskLogModel } from './taskLog.ts';
import { lineHandlers } from './typing.ts';
import { ViewState } from './viewState.ts';
import { Watching } from './watching.ts';

/** Where screens come from: most are loaded when they are first shown. */
export interface ScreenSource {
  /** Undefined until it is loaded. */
  ready(name: ScreenName): ScreenMaker | undefined;
  load(name: ScreenName): Promise<ScreenMaker>;
  /** What the keys do that count everywhere. */
  global(app: AppModel): Handlers;
}

export interface AppOptions {
  readonly columns: number;
  readonly rows: number;
  readonly contextName: string;
  readonly snapshot: Snapshot;
  readonly screens: ScreenSource;
  readonly look: Look;
  /** What draws cards and menus; loaded when the first one opens, if not before. */
  readonly overlays: { readonly ready: boolean; load(): Promise<void> };
  /** How this person looks at things, from the last time; nothing is remembered without it. */
  readonly views?: ViewState;
  readonly now: () => number;
  /** Writes bytes past the frame, for OSC sequences. */
  readonly emit: (sequence: string) => void;
  /** The environment: what multiplexer lies between us and the terminal. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly quit: () => void;
  readonly redraw: () => void;
}

/** The screen that a start shows. */
const first: ScreenName = 'guests';

const noHistory: History = { cpu: [], mem: [] };

/** How long a notice stays in the footer, in milliseconds. */
const noticeMs = 6000;

/** Everything the full screen knows, apart from React: screens draw it, keys change it. */
export class AppModel {
  readonly ui: StoreApi<UiState>;
  readonly live: StoreApi<LiveState>;
  /** How everything is drawn; another theme is another look. */
  readonly appearance: StoreApi<Look>;
  readonly now: () => number;
  readonly keyboard = new Keyboard(this);
  readonly #navigation: Navigation;
  #options: AppOptions;
  #session: Session | undefined;
  #unsubscribe: (() => void) | undefined;
  #lists = new Map<string, ListModel<never>>();
  #details = new Map<string, DetailsModel>();
  /** Grows with every change that can be seen: what draws from the whole model draws again. */
  readonly revision: StoreApi<number>;
  readonly views: ViewState;
  readonly #watching = new Watching();
  readonly #answers: Answers;
  readonly #views = new ContextViews();
  #desk: Desk | undefined;
  #noticeTimer: NodeJS.Timeout | undefined;
  #running = 0;
  #closed = false;
  /** Whose history was looked at. */
  #looked = new Set<string>();
  readonly #guests = new GuestIndex();

  constructor(options: AppOptions) {
    this.#options = options;
    this.#navigation = new Navigation(this, options.screens);
    this.now = options.now;
    this.views = options.views ?? new ViewState('', () => undefined);
    this.ui = createStore<UiState>(() => ({
      columns: options.columns,
      rows: options.rows,
      screen: first,
      // The view that one left the last time is the one before this.
      previous: screenNames.find((name) => name === this.views.lastScreen && name !== first) ?? 'nodes',
      overlay: undefined,
      editing: undefined,
      zoomed: this.views.screen(first).zoomed === true ? 'list' : 'none',
      detailsOpen: false,
      notice: undefined,
      pendingKeys: '',
    }));
    this.live = createStore<LiveState>(() => ({
      contextName: options.contextName,
      prod: false,
      readOnly: false,
      snapshot: options.snapshot,
      connection: { state: 'connecting' },
      parts: undefined,
      automatic: true,
      version: 0,
      ageSeconds: ageOf(options.snapshot, options.now()),
      callsPerMinute: { poll: 0, person: 0 },
    }));
    this.appearance = createStore<Look>(() => options.look);
    this.revision = createStore<number>(() => 0);
    this.#answers = new Answers({
      session: () => this.#session,
      watching: this.#watching,
      now: options.now,
      changed: () => this.changed(),
    });
    this.ui.subscribe(() => this.changed());
    this.live.subscribe(() => this.changed());
    this.appearance.subscribe(() => this.changed());
    this.keyboard.setHandlers('global', options.screens.global(this));
    this.keyboard.setHandlers('filter', lineHandlers(this));
  }

  /** Something that can be seen is different now. */
  changed(): void {
    this.revision.setState((revision) => revision + 1, true);
  }

  /** The screen or view that fills the body. */
  get shown(): Screen {
    const { overlay } = this.state;
    return overlay?.kind === 'view' ? overlay.screen : this.screen;
  }

  /** The keys in effect. */
  get keymap(): Keymap {
    return this.keyboard.keymap;
  }

  /** The screen below whatever lies over it. */
  get screen(): Screen {
    return this.#navigation.screen;
  }

  /** What is known of the answer to a read operation. Called while drawing; it is asked as long as it is drawn. */
  look<Name extends OperationName>(name: Name, input: InputOf<Name>, looking?: Looking): Answer<ResultOf<Name>> {
    return this.#answers.look(name, input, looking);
  }

  /** Work that goes on only while what it is for is drawn: see Watching. */
  watch(key: string, dwellMs: number, start: () => () => void): void {
    this.#watching.look(key, dwellMs, start);
  }

  /** Told after each drawing of the body: what it did not look at is not asked for any more. */
  drawn(): void {
    this.#watching.drawn();
  }

  get session(): Session | undefined {
    return this.#session;
  }

  get state(): UiState {
    return this.ui.getState();
  }

  /** Operations of ours that still run: quitting asks first. */
  get running(): number {
    return this.#running;
  }

  /** The program's own settings and clusters; undefined until the face has read its configuration. */
  get desk(): Desk | undefined {
    return this.#desk;
  }

  set desk(desk: Desk | undefined) {
    this.#desk = desk;
    desk?.settings.list.subscribe(() => this.changed());
    desk?.contexts.list.subscribe(() => this.changed());
    this.changed();
  }

  /** Connects the screens to a cluster: from now on they show its inventory. */
  attach(session: Session): void {
    this.#unsubscribe?.();
    const before = this.#session?.contextName ?? session.contextName;
    if (before !== session.contextName) {
      this.closeOverlay();
      this.endEditing();
      this.openDetails(false);
      this.#views.change(before, session.contextName, this.#lists);
    }
    this.#session = session;
    // What was asked of the other cluster is asked of this one, as soon as it is drawn.
    this.#watching.close();
    this.#looked.clear();
    this.#answers.clear();
    const { inventory, facts } = session;
    const take = (): void => {
      this.live.setState((state) => ({
        contextName: session.contextName,
        prod: session.prod,
        readOnly: session.readOnly,
        snapshot: inventory.snapshot,
        connection: inventory.connection,
        parts: inventory.parts,
        automatic: inventory.automatic,
        version: state.version + 1,
        ageSeconds: this.#ageOf(inventory.snapshot),
        callsPerMinute: session.calls.perMinute(this.now()),
      }));
    };
    session.onTrouble((trouble) => this.notify({ token: 'warn', text: trouble.message }));
    const ends = [inventory.subscribe(take), facts.subscribe(take)];
    this.#unsubscribe = () => ends.forEach((end) => end());
    take();
  }

  /** Once a second: the age of the data and the calls a minute. Changes nothing when neither did. */
  tick(): void {
    const { ageSeconds, callsPerMinute, snapshot } = this.live.getState();
    const age = this.#ageOf(snapshot);
    const calls = this.#session?.calls.perMinute(this.now()) ?? callsPerMinute;
    const sameCalls = calls.poll === callsPerMinute.poll && calls.person === callsPerMinute.person;
    if (age === ageSeconds && sameCalls) return;
    this.live.setState({ ageSeconds: age, callsPerMinute: sameCalls ? callsPerMinute : calls });
  }

  /** Seconds since a picture was taken; whole minutes where nothing may tick. */
  #ageOf(snapshot: Snapshot): number | undefined {
    const seconds = ageOf(snapshot, this.now());
    return this.appearance.getState().still && seconds !== undefined ? seconds - (seconds % 60) : seconds;
  }

  /** Short history of a node or guest; empty until it is known. The first look at one asks the cluster, after `dwellMs`. */
  history(id: string, dwellMs = 0): History {
    const session = this.#session;
    if (session === undefined) return noHistory;
    if (dwellMs > 0 && !this.#looked.has(id)) {
      this.watch(`history ${id}`, dwellMs, () => {
        this.#looked.add(id);
        this.changed();
        return () => undefined;
      });
      return noHistory;
    }
    this.#looked.add(id);
    return session.inventory.history(id);
  }

  /** Guests of a node. One pass over all guests a snapshot, whoever asks. */
  guestsOfNode(node: string): readonly Guest[] {
    return this.#guests.onNode(this.live.getState().snapshot.guests, node);
  }

  /** Name of a guest by its vmid as text, and by its context where several are shown together; undefined for what is no guest. */
  guestName(vmid: string, context?: string): string | undefined {
    return this.#guests.name(this.live.getState().snapshot.guests, vmid, context);
  }

  /** The list of that name; its state outlives the screen that shows it. */
  list<Row extends object>(name: string, definition: (app: AppModel) => ListDefinition<Row>): ListModel<Row> {
    let list = this.#lists.get(name) as ListModel<Row> | undefined;
    if (list === undefined) {
      const made = new ListModel(definition(this), this.views.screen(name));
      list = made;
      made.store.subscribe((state, before) => {
        this.changed();
        const { columns, sort, wide } = state;
        if (columns !== before.columns || sort !== before.sort || wide !== before.wide)
          this.views.update(name, { columns, sort, wide });
      });
      this.#lists.set(name, list as ListModel<never>);
    }
    return list;
  }

  /** The details pane of that name; like a list, it outlives the screen that shows it. */
  details(name: string): DetailsModel {
    let details = this.#details.get(name);
    if (details === undefined) {
      details = new DetailsModel(() => this.changed(), this.views.screen(name).tab);
      this.#details.set(name, details);
    }
    return details;
  }

  /** Scopes whose keys count now, the narrowest first. */
  scopes(): readonly Scope[] {
    return this.keyboard.scopes();
  }

  /** Does what a binding of the key table stands for, as if its key had been pressed. */
  act(binding: Pick<Binding, 'scope' | 'action'>): void {
    this.keyboard.act(binding);
  }

  /** How the first key of an action is written; its name where it has none. */
  keyFor(scope: Scope, action: Action): string {
    return this.keyboard.keyFor(scope, action);
  }

  /** The number typed before the key that is being answered; undefined when there was none. */
  get count(): number | undefined {
    return this.keyboard.count;
  }

  /** One step back: what lies over the screen, then what the screen itself can go back from, then the zoom. */
  back(): void {
    const { overlay, zoomed } = this.state;
    if (overlay?.kind === 'view' && overlay.screen.back()) return;
    if (overlay !== undefined) this.closeOverlay();
    else if (!this.shown.back() && zoomed !== 'none') this.zoom('none');
  }

  /** `q`: leaves a view that lies over the screen, else the program; while work of ours runs it asks first. */
  leave(): void {
    if (this.state.overlay !== undefined) return this.closeOverlay();
    if (this.state.detailsOpen) return void this.shown.back();
    if (this.#running === 0) return this.quit();
    this.open({
      kind: 'card',
      button: 0,
      confirmation: {
        title: 'Quit while work is running?',
        hazards: ['the cluster goes on with it; Proxdeck will not tell how it ended'],
        command: 'proxdeck task list',
        verb: 'Quit',
      },
      answer: (yes) => {
        if (yes) this.quit();
      },
    });
  }

  /** Asks the cluster now: for the picture, and for everything else that is looked at. */
  async refresh(): Promise<void> {
    this.#watching.close();
    this.changed();
    await this.#session?.inventory.refresh();
  }

  toggleAutomatic(): void {
    const inventory = this.#session?.inventory;
    if (inventory === undefined) return;
    inventory.automatic = !inventory.automatic;
    this.live.setState({ automatic: inventory.automatic });
    this.notify({ token: 'info', text: inventory.automatic ? 'refreshing by itself' : 'refreshing only on R' });
  }

  /** Tells what went wrong in the footer, with what to do about it. */
  trouble(thrown: unknown): void {
    const { message, hint } = asProxdeckError(thrown);
    this.notify({ token: 'error', text: message, ...(hint === undefined ? {} : { hint }) });
  }

  /** What the list of this screen is filtered by. */
  filterText(): string {
    return this.shown.list?.state.filter ?? '';
  }

  markedCount(): number {
    return this.shown.list?.state.marked.size ?? 0;
  }

  /** Shows a screen; one that is not loaded yet comes as soon as it is, and keys typed meanwhile are meant for it. */
  show(screen: ScreenName): void {
    this.#navigation.show(screen);
  }

  /** Goes to a screen, and there to a row (a text is its id), a tab or under a filter. What hides the row is taken away. */
  goTo(screen: ScreenName, to: Target | string = {}): void {
    this.#navigation.goTo(screen, typeof to === 'string' ? { id: to } : to);
  }

  /** Back to what was visited before, or forward again: screen, row, filter and tab as they were. */
  visit(direction: 'back' | 'forward'): void {
    this.#navigation.visit(direction);
  }

  /** Loads every screen, so that all their tabs are known. */
  loadScreens(): Promise<void> {
    return this.#navigation.loadAll();
  }

  /** A screen that is loaded, shown or not; undefined for one that is not. */
  loadedScreen(name: ScreenName): Screen | undefined {
    return this.#navigation.loaded(name);
  }

  /** Shows something that must be loaded first: keys typed meanwhile are meant for it. */
  arrive(show: () => Promise<void>): void {
    this.#navigation.arrive(show);
  }

  /** What is being loaded to be shown; undefined when nothing is. */
  get arriving(): Promise<void> | undefined {
    return this.#navigation.arriving;
  }

  /** Resolves when nothing is being loaded to be shown. */
  async arrived(): Promise<void> {
    await this.#navigation.arriving;
  }

  /** Fills the body with a view until it is closed. */
  openView(screen: Screen, close?: () => void): void {
    this.open({ kind: 'view', screen, ...(close === undefined ? {} : { close }) });
  }

  open(overlay: Overlay): void {
    this.closeOverlay();
    const { overlays } = this.#options;
    // Its keys count once it is drawn.
    if ((overlay.kind === 'menu' || overlay.kind === 'card') && !overlays.ready) this.arrive(() => overlays.load());
    this.ui.setState({ overlay });
  }

  openDetails(detailsOpen: boolean): void {
    this.ui.setState({ detailsOpen });
  }

  zoom(zoomed: UiState['zoomed']): void {
    this.ui.setState({ zoomed });
    if (zoomed !== 'details') this.views.update(this.state.screen, { zoomed: zoomed === 'list' });
  }

  openMenu(menu: { readonly title: string; readonly items: readonly MenuItem[] }): void {
    if (menu.items.length > 0) this.open({ kind: 'menu', index: 0, ...menu });
  }

  /** The log of a task, not read yet, or only its last `lines`; undefined while there is no session. */
  taskLog(upid: string, lines?: number): TaskLogModel | undefined {
    const session = this.#session;
    if (session === undefined) return undefined;
    const kept = lines === undefined ? {} : { lines };
    return new TaskLogModel(session, upid, { now: this.now, changed: () => this.changed(), ...kept });
  }

  /** The same overlay in another state: nothing is closed or answered. */
  replaceOverlay(overlay: Overlay): void {
    this.ui.setState({ overlay });
  }

  closeOverlay(): void {
    const { overlay } = this.state;
    if (overlay?.kind === 'view') overlay.close?.();
    if (overlay?.kind === 'card') overlay.answer(false);
    if (overlay !== undefined) this.ui.setState({ overlay: undefined, editing: undefined });
  }

  beginEditing(editing: Editing): void {
    this.ui.setState({ editing });
  }

  /** The line being typed is another text now. */
  type(text: string): void {
    const { editing } = this.state;
    if (editing === undefined) return;
    this.ui.setState({ editing: { ...editing, text } });
    editing.change(text);
  }

  endEditing(): void {
    this.ui.setState({ editing: undefined });
  }

  notify(notice: Notice | undefined): void {
    clearTimeout(this.#noticeTimer);
    this.ui.setState({ notice });
    if (notice === undefined) return;
    this.#noticeTimer = setTimeout(() => this.ui.setState({ notice: undefined }), noticeMs);
    this.#noticeTimer.unref();
  }

  /** Runs an operation: asks on a card where its risk demands it, tells what came of it in the footer. */
  async run(call: Call): Promise<void> {
    const session = this.#session;
    if (session === undefined) return this.notify({ token: 'warn', text: 'not connected yet' });
    this.#running += 1;
    try {
      await session.run(call, {
        signal: AbortSignal.timeout(3_600_000),
        confirm: (confirmation) =>
          new Promise((answer) => this.open({ kind: 'card', confirmation, button: 0, answer })),
        emit: (event) => {
          if (event.type === 'warning') this.notify({ token: 'warn', text: event.message });
          if (event.type === 'step')
            this.notify({ token: event.state === 'failed' ? 'error' : 'info', text: event.title });
        },
      });
      this.notify({ token: 'ok', text: `${call.name} done` });
    } catch (thrown) {
      const error = asProxdeckError(thrown);
      if (error.code === 'unconfirmed') this.notify({ token: 'muted', text: 'nothing was done' });
      else
        this.notify({ token: 'error', text: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) });
    } finally {
      this.#running -= 1;
    }
  }

  /** Copies a text into the terminal's clipboard by OSC 52 (xterm control sequences), which also works through SSH. */
  copy(text: string): void {
    const sequence = clipboardSequence(text, this.#options.env ?? {});
    if (sequence === undefined)
      return this.notify({
        token: 'warn',
        text: `too long to copy: terminals take ${String(longestCopy)} bytes`,
        hint: 'save it to a file instead',
      });
    this.#options.emit(sequence);
    this.notify({ token: 'info', text: `copied ${text}` });
  }

  resize(columns: number, rows: number): void {
    if (columns !== this.state.columns || rows !== this.state.rows) this.ui.setState({ columns, rows });
  }

  redraw(): void {
    this.#options.redraw();
  }

  quit(): void {
    this.#options.quit();
  }

  /** Whether the screen is gone. */
  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    for (const [name, list] of this.#lists)
      this.views.update(name, { selected: list.state.selected, tab: this.#details.get(name)?.tab });
    this.views.close();
    this.#unsubscribe?.();
    clearTimeout(this.#noticeTimer);
    this.closeOverlay();
    this.#watching.close();
  }
}

const ageOf = (snapshot: Snapshot, now: number): number | undefined =>
  snapshot.at === 0 ? undefined : Math.max(0, Math.floor((now - snapshot.at) / 1000));
