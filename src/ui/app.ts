import { createStore, type StoreApi } from 'zustand/vanilla';
import type { History, Snapshot } from '../inventory/types.ts';
import type { Guest } from '../models/cluster.ts';
import { clean } from '../../components/text.ts';
import { asProxdeckError } from '../models/error.ts';
import type { Call } from '../operations/operation.ts';
import { GuestIndex } from './guestIndex.ts';
import { KeyReader, typedCharacter, type Handlers } from './keys.ts';
import type { Scope } from './keyTable.ts';
import { ListModel, type ListDefinition } from './list.ts';
import type { Session } from './session.ts';
import type { LiveState, MenuItem, Notice, Overlay, ScreenName, UiState } from './state.ts';
import { TaskLogModel } from './taskLog.ts';

export interface AppOptions {
  readonly columns: number;
  readonly rows: number;
  readonly contextName: string;
  readonly snapshot: Snapshot;
  readonly now: () => number;
  /** Writes bytes past the frame, for OSC sequences. */
  readonly emit: (sequence: string) => void;
  readonly quit: () => void;
  readonly redraw: () => void;
}

const noHistory: History = { cpu: [], mem: [] };

/** How long a notice stays in the footer, in milliseconds. */
const noticeMs = 6000;

/** Everything the full screen knows, apart from React: screens draw it, keys change it. */
export class AppModel {
  readonly ui: StoreApi<UiState>;
  readonly live: StoreApi<LiveState>;
  readonly now: () => number;
  readonly keys = new KeyReader();
  #options: AppOptions;
  #session: Session | undefined;
  #unsubscribe: (() => void) | undefined;
  #lists = new Map<string, ListModel<never>>();
  #handlers = new Map<Scope, Handlers>();
  #noticeTimer: NodeJS.Timeout | undefined;
  #running = 0;
  #closed = false;
  /** Whose history was looked at. */
  #looked = new Set<string>();
  #typed: string[] = [];
  #draining = false;
  /** A letter pressed in a menu, for its items' own keys; set by the menu that is drawn. */
  onMenuKey: (key: string) => void = () => undefined;
  readonly #guests = new GuestIndex();

  constructor(options: AppOptions) {
    this.#options = options;
    this.now = options.now;
    this.ui = createStore<UiState>(() => ({
      columns: options.columns,
      rows: options.rows,
      screen: 'guests',
      previous: 'nodes',
      overlay: undefined,
      editing: undefined,
      zoomed: 'none',
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
      automatic: true,
      version: 0,
      ageSeconds: ageOf(options.snapshot, options.now()),
      callsPerMinute: { poll: 0, person: 0 },
    }));
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

  /** Connects the screens to a cluster: from now on they show its inventory. */
  attach(session: Session): void {
    this.#unsubscribe?.();
    this.#session = session;
    this.#looked.clear();
    const { inventory } = session;
    const take = (): void => {
      this.live.setState((state) => ({
        contextName: session.contextName,
        prod: session.prod,
        readOnly: session.readOnly,
        snapshot: inventory.snapshot,
        connection: inventory.connection,
        automatic: inventory.automatic,
        version: state.version + 1,
        ageSeconds: ageOf(inventory.snapshot, this.now()),
        callsPerMinute: session.calls.perMinute(this.now()),
      }));
    };
    session.onTrouble((trouble) => this.notify({ token: 'warn', text: trouble.message }));
    this.#unsubscribe = inventory.subscribe(take);
    take();
  }

  /** Once a second: the age of the data and the calls a minute. Changes nothing when neither did. */
  tick(): void {
    const { ageSeconds, callsPerMinute, snapshot } = this.live.getState();
    const age = ageOf(snapshot, this.now());
    const calls = this.#session?.calls.perMinute(this.now()) ?? callsPerMinute;
    const sameCalls = calls.poll === callsPerMinute.poll && calls.person === callsPerMinute.person;
    if (age === ageSeconds && sameCalls) return;
    this.live.setState({ ageSeconds: age, callsPerMinute: sameCalls ? callsPerMinute : calls });
  }

  /** Short history of a node or guest; empty until it is known. The first look at one asks the cluster: only `rested` ones may. */
  history(id: string, rested = true): History {
    if (this.#session === undefined || (!rested && !this.#looked.has(id))) return noHistory;
    this.#looked.add(id);
    return this.#session.inventory.history(id);
  }

  /** Guests of a node. One pass over all guests a snapshot, whoever asks. */
  guestsOfNode(node: string): readonly Guest[] {
    return this.#guests.onNode(this.live.getState().snapshot.guests, node);
  }

  /** Name of a guest by its vmid as text; undefined for what is no guest. */
  guestName(vmid: string): string | undefined {
    return this.#guests.name(this.live.getState().snapshot.guests, vmid);
  }

  /** The list of that name; its state outlives the screen that shows it. */
  list<Row extends object>(name: string, definition: (app: AppModel) => ListDefinition<Row>): ListModel<Row> {
    let list = this.#lists.get(name) as ListModel<Row> | undefined;
    if (list === undefined) {
      list = new ListModel(definition(this));
      this.#lists.set(name, list as ListModel<never>);
    }
    return list;
  }

  setHandlers(scope: Scope, handlers: Handlers): void {
    this.#handlers.set(scope, handlers);
  }

  /** Scopes whose keys count now, the narrowest first. */
  scopes(): readonly Scope[] {
    const { editing, overlay, screen } = this.state;
    if (editing !== undefined) return ['filter'];
    if (overlay === undefined) return [screen, 'list', 'global'];
    return overlay.kind === 'log' ? ['log', 'global'] : [overlay.kind];
  }

  /** One key. What it means is in the key table; what it does, in the handlers of the scope that the binding stands in. */
  press(key: string): void {
    const scopes = this.scopes();
    const binding = this.keys.read(key, scopes);
    const { editing } = this.state;
    if (binding === undefined && editing !== undefined) {
      const character = typedCharacter(key);
      if (character !== undefined) this.edit(editing.text + character);
    }
    if (this.keys.pending !== this.state.pendingKeys) this.ui.setState({ pendingKeys: this.keys.pending });
    if (binding !== undefined) this.#handlers.get(binding.scope)?.[binding.action]?.();
    else if (scopes[0] === 'menu') this.onMenuKey(key);
  }

  /**
   * The keys of one read, in order. What a key opened takes the keys after it only once it is drawn, because its own keys are
   * registered then: typing ahead loses nothing.
   */
  pressAll(keys: readonly string[]): void {
    this.#typed.push(...keys);
    if (this.#draining) return;
    this.#draining = true;
    this.#drain();
  }

  #drain(): void {
    for (;;) {
      const key = this.#typed.shift();
      if (key === undefined) break;
      const before = this.scopes().join();
      this.press(key);
      if (this.#typed.length > 0 && this.scopes().join() !== before) {
        setImmediate(() => this.#drain());
        return;
      }
    }
    this.#draining = false;
  }

  /** Pasted text goes into the line being typed, without its line breaks; elsewhere it is told and dropped. */
  paste(text: string): void {
    const { editing } = this.state;
    if (editing !== undefined) this.edit(editing.text + clean(text.replaceAll(/\s+/g, ' ')));
    else this.notify({ token: 'muted', text: 'pasted text is taken only while a line is typed: / begins one' });
  }

  /** One step back: what lies over the screen, then the opened details, the filter, the faults, the marks, the zoom. */
  back(): void {
    const { overlay, detailsOpen, zoomed, screen } = this.state;
    const list = this.#lists.get(screen);
    if (overlay !== undefined) this.closeOverlay();
    else if (detailsOpen) this.openDetails(false);
    else if (list !== undefined && list.state.filter !== '') list.setFilter('');
    else if (list?.state.faultsOnly === true) list.toggleFaults();
    else if (list !== undefined && list.state.marked.size > 0) list.clearMarks();
    else if (zoomed !== 'none') this.zoom('none');
  }

  /** `q`: leaves a view that lies over the screen, else the program; while work of ours runs it asks first. */
  leave(): void {
    if (this.state.overlay !== undefined) return this.closeOverlay();
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

  async refresh(): Promise<void> {
    await this.#session?.inventory.refresh();
  }

  toggleAutomatic(): void {
    const inventory = this.#session?.inventory;
    if (inventory === undefined) return;
    inventory.automatic = !inventory.automatic;
    this.live.setState({ automatic: inventory.automatic });
    this.notify({ token: 'info', text: inventory.automatic ? 'refreshing by itself' : 'refreshing only on R' });
  }

  /** What the list of this screen is filtered by. */
  filterText(): string {
    const { editing, screen, overlay } = this.state;
    if (overlay !== undefined) return '';
    return editing?.kind === 'filter' ? editing.text : (this.#lists.get(screen)?.state.filter ?? '');
  }

  markedCount(): number {
    return this.#lists.get(this.state.screen)?.state.marked.size ?? 0;
  }

  show(screen: ScreenName): void {
    const { screen: now, previous } = this.state;
    this.closeOverlay();
    this.ui.setState({ screen, previous: screen === now ? previous : now, detailsOpen: false });
  }

  open(overlay: Overlay): void {
    this.closeOverlay();
    this.ui.setState({ overlay });
  }

  openDetails(detailsOpen: boolean): void {
    this.ui.setState({ detailsOpen });
  }

  zoom(zoomed: UiState['zoomed']): void {
    this.ui.setState({ zoomed });
  }

  openMenu(menu: { readonly title: string; readonly items: readonly MenuItem[] }): void {
    if (menu.items.length > 0) this.open({ kind: 'menu', index: 0, ...menu });
  }

  openLog(upid: string): void {
    const session = this.#session;
    if (session === undefined) return this.notify({ token: 'warn', text: 'not connected yet' });
    const log = new TaskLogModel(session, upid);
    this.open({ kind: 'log', log });
    void log.follow();
  }

  /** The same overlay in another state: nothing is closed or answered. */
  replaceOverlay(overlay: Overlay): void {
    this.ui.setState({ overlay });
  }

  closeOverlay(): void {
    const { overlay } = this.state;
    if (overlay?.kind === 'log') overlay.log.close();
    if (overlay?.kind === 'card') overlay.answer(false);
    if (overlay !== undefined) this.ui.setState({ overlay: undefined, editing: undefined });
  }

  beginEditing(kind: 'filter' | 'find', text: string): void {
    this.ui.setState({ editing: { kind, text } });
  }

  edit(text: string): void {
    const { editing, overlay, screen } = this.state;
    if (editing === undefined) return;
    this.ui.setState({ editing: { ...editing, text } });
    if (overlay?.kind === 'log') overlay.log.setFind(text);
    else this.#lists.get(screen)?.setFilter(text);
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
    this.#options.emit(`\u001B]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`);
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
    this.#unsubscribe?.();
    clearTimeout(this.#noticeTimer);
    this.closeOverlay();
  }
}

const ageOf = (snapshot: Snapshot, now: number): number | undefined =>
  snapshot.at === 0 ? undefined : Math.max(0, Math.floor((now - snapshot.at) / 1000));
