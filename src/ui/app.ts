import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Look } from '../../components/look.ts';
import type { Snapshot } from '../inventory/types.ts';
import { ProxdeckError } from '../models/error.ts';
import type { InputOf, OperationName, ResultOf } from '../operations/catalog.ts';
import type { Call } from '../operations/operation.ts';
import { Answers, type Answer, type Looking } from './answers.ts';
import { clipboardSequence, tooLongToCopy } from './clipboard.ts';
import type { Desk } from './desk.ts';
import type { DetailsModel } from './details.ts';
import type { FormDefinition, FormProblem } from './form.ts';
import type { Job } from './job.ts';
import { Keyboard } from './keyboard.ts';
import type { ListDefinition, ListModel } from './list.ts';
import { LiveCluster } from './liveCluster.ts';
import { Navigation, type Target } from './navigation.ts';
import { Overlays, type OverlayDrawing } from './overlays.ts';
import { Panes } from './panes.ts';
import type { Screen, ScreenSource } from './screen.ts';
import type { Confirmation, Plan, Session } from './session.ts';
import { startState, type LiveState, type Notice, type Overlay, type ScreenName, type UiState } from './state.ts';
import { LineEditor, lineHandlers } from './typing.ts';
import { ViewState } from './viewState.ts';
import { Watching } from './watching.ts';
import { quitWhileRunning, stopping, Work, type Ended, type RunOptions } from './work.ts';

export interface AppOptions {
  readonly columns: number;
  readonly rows: number;
  readonly contextName: string;
  readonly snapshot: Snapshot;
  readonly screens: ScreenSource;
  readonly look: Look;
  readonly overlays: OverlayDrawing;
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

const notConnected: Notice = { token: 'warn', text: 'not connected yet' };

/** Everything the full screen knows: one whole for the screens. What a part of it does stands with the part. */
export class AppModel {
  readonly ui: StoreApi<UiState>;
  /** The cluster as last heard of. */
  readonly live: StoreApi<LiveState>;
  /** How everything is drawn; another theme is another look. */
  readonly appearance: StoreApi<Look>;
  /** Grows with every change that can be seen: what draws from the whole model draws again. */
  readonly revision: StoreApi<number>;
  readonly views: ViewState;
  readonly now: () => number;
  readonly keyboard = new Keyboard(this);
  readonly cluster: LiveCluster;
  readonly navigation: Navigation;
  readonly overlays: Overlays;
  readonly #options: AppOptions;
  readonly #panes = new Panes(this);
  readonly #watching = new Watching();
  readonly #answers: Answers;
  readonly #work: Work;
  #desk: Desk | undefined;
  #closed = false;

  constructor(options: AppOptions) {
    const { columns, rows, contextName, snapshot, screens, look, now } = options;
    const changed = (): void => this.changed();
    const watching = this.#watching;
    this.#options = options;
    this.now = now;
    this.views = options.views ?? new ViewState('', () => undefined);
    this.ui = createStore<UiState>(() => startState(columns, rows, this.views));
    this.appearance = createStore<Look>(() => look);
    this.revision = createStore<number>(() => 0);
    const still = (): boolean => this.appearance.getState().still;
    this.cluster = new LiveCluster({ contextName, snapshot, watching, now, still, changed });
    this.live = this.cluster.store;
    this.#answers = new Answers({ session: () => this.session, watching, now, changed });
    this.navigation = new Navigation(this, screens);
    this.overlays = new Overlays(this.ui, options.overlays, (show) => this.arrive(show));
    this.#work = new Work({
      show: (notice) => this.ui.setState({ notice }),
      now,
      changed,
      confirm: (confirmation) => this.confirm(confirmation),
    });
    for (const store of [this.ui, this.live, this.appearance]) store.subscribe(changed);
    this.keyboard.setHandlers('global', screens.global(this));
    this.keyboard.setHandlers('filter', lineHandlers(this));
  }

  /** Something that can be seen is different now. */
  changed(): void {
    this.revision.setState((revision) => revision + 1, true);
  }

  get state(): UiState {
    return this.ui.getState();
  }

  // The cluster, and what is asked of it.

  /** Undefined until a cluster is connected. */
  get session(): Session | undefined {
    return this.cluster.session;
  }

  /** Connects the screens to a cluster: from now on they show its inventory. */
  attach(session: Session): void {
    const before = this.session?.contextName ?? session.contextName;
    if (before !== session.contextName) {
      this.closeOverlay();
      this.overlays.endEditing();
      this.openDetails(false);
      this.#panes.changeContext(before, session.contextName);
      this.#work.forget();
    }
    // What was asked of the other cluster is asked of this one, as soon as it is drawn.
    this.#watching.close();
    this.#answers.clear();
    session.onTrouble((trouble) => this.notify({ token: 'warn', text: trouble.message }));
    this.cluster.attach(session);
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

  /** Asks the cluster now: for the picture, and for everything else that is looked at. */
  async refresh(): Promise<void> {
    this.#watching.close();
    this.changed();
    await this.cluster.refresh();
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

  // What is shown.

  /** The screen or view that fills the body. */
  get shown(): Screen {
    const { overlay } = this.state;
    return overlay?.kind === 'view' ? overlay.screen : this.screen;
  }

  /** The screen below whatever lies over it. */
  get screen(): Screen {
    return this.navigation.screen;
  }

  /** The list of that name; its state outlives the screen that shows it. */
  list<Row extends object>(name: string, definition: (app: AppModel) => ListDefinition<Row>): ListModel<Row> {
    return this.#panes.list(name, definition);
  }

  /** The details pane of that name; like a list, it outlives the screen that shows it. */
  details(name: string): DetailsModel {
    return this.#panes.details(name);
  }

  /** Shows a screen; one that is not loaded yet comes as soon as it is, and keys typed meanwhile are meant for it. */
  show(screen: ScreenName): void {
    this.navigation.show(screen);
  }

  /** Goes to a screen, and there to a row (a text is its id), a tab or under a filter. What hides the row is taken away. */
  goTo(screen: ScreenName, to: Target | string = {}): void {
    this.navigation.goTo(screen, typeof to === 'string' ? { id: to } : to);
  }

  /** Shows something that must be loaded first: keys typed meanwhile are meant for it. */
  arrive(show: () => Promise<void>): void {
    this.navigation.arrive(show);
  }

  openDetails(detailsOpen: boolean): void {
    this.ui.setState({ detailsOpen });
  }

  /** `q`: leaves a view that lies over the screen, else the program; while work of ours runs it asks first. */
  leave(): void {
    if (this.state.overlay !== undefined) return this.closeOverlay();
    if (this.state.detailsOpen) return void this.shown.back();
    const quit = (yes: boolean): void => (yes ? this.#options.quit() : undefined);
    if (this.#work.running === 0) return quit(true);
    this.open({ kind: 'card', button: 0, confirmation: quitWhileRunning, answer: quit });
  }

  // What lies over it.

  open(overlay: Overlay): void {
    this.overlays.open(overlay);
  }

  /** Fills the body with a view until it is closed. */
  openView(screen: Screen, close?: () => void): void {
    this.open({ kind: 'view', screen, ...(close === undefined ? {} : { close }) });
  }

  /** Asks for what an operation needs, and shows what it would do before it is done; `problem` is what is wrong already. */
  openForm(definition: FormDefinition, problem?: FormProblem): void {
    // Loaded with the first form: before the first frame there is none.
    this.arrive(async () => {
      const { FormModel } = await import('./formModel.ts');
      const form = new FormModel(this, definition);
      form.problem = problem;
      this.open({ kind: 'form', form });
    });
  }

  /** A menu without items does not open. */
  openMenu(menu: Pick<Extract<Overlay, { kind: 'menu' }>, 'title' | 'items' | 'fresh'>): void {
    const possible = menu.items.findIndex(({ impossible }) => impossible === undefined);
    if (menu.items.length > 0) this.open({ kind: 'menu', index: Math.max(0, possible), ...menu });
  }

  closeOverlay(): void {
    this.overlays.close();
  }

  // What a person does.

  /** Tells something in the footer for a while; undefined takes away what is told. */
  notify(notice: Notice | undefined): void {
    this.#work.notify(notice);
  }

  /** Tells what went wrong in the footer, with what to do about it. */
  trouble(thrown: unknown): void {
    this.#work.trouble(thrown);
  }

  /** Operations of ours that go on, the last begun last. */
  get jobs(): readonly Job[] {
    return this.#work.jobs;
  }

  /** Asks a person on a card; false is no. */
  confirm(confirmation: Confirmation): Promise<boolean> {
    const editor = confirmation.nameToType === undefined ? undefined : new LineEditor(() => this.changed());
    return new Promise((answer) =>
      this.open({ kind: 'card', confirmation, button: 0, answer, ...(editor !== undefined && { editor }) }),
    );
  }

  /** Runs an operation: asks on a card where its risk demands it, tells what came of it in the footer. */
  async run(call: Call, options?: RunOptions): Promise<Ended> {
    const { session } = this;
    if (session === undefined) {
      this.notify(notConnected);
      return { error: new ProxdeckError('unreachable', 'No cluster is connected yet.') };
    }
    const ended = await this.#work.run(session, call, options);
    options?.onEnd?.(ended);
    // What is looked at may be different now.
    void this.refresh();
    return ended;
  }

  /** Ends work of ours early, after asking: a task of the cluster by stopping it, what we send by giving it up. */
  async stopJob(job: Job): Promise<void> {
    const [task, ...others] = job.tasks;
    if (others.length > 0)
      return this.notify({ token: 'muted', text: 'it is several tasks: each is stopped by itself' });
    if (task !== undefined) return void (await this.run({ name: 'task.stop', input: { upid: task } }));
    if (await this.confirm(stopping(job))) job.stop();
  }

  /** Ctrl-C: ends our own work that runs, else leaves. */
  interrupt(): void {
    const job = this.jobs.at(-1);
    if (job === undefined || this.state.overlay !== undefined) this.leave();
    else void this.stopJob(job);
  }

  /** What an operation would do. Rejects with a ProxdeckError: it cannot be done, or there is no cluster yet. */
  async plan(call: Call, signal: AbortSignal): Promise<Plan> {
    const { session } = this;
    if (session === undefined) throw new ProxdeckError('unreachable', 'No cluster is connected yet.');
    return session.plan(call, signal);
  }

  /** Takes back what was done last, after asking. */
  async undo(): Promise<void> {
    const { session } = this;
    if (session === undefined) return this.notify(notConnected);
    await this.#work.undo(session);
    void this.refresh();
  }

  /** Copies a text into the terminal's clipboard, and says so. */
  copy(text: string): void {
    const sequence = clipboardSequence(text, this.#options.env ?? {});
    if (sequence === undefined) return this.notify(tooLongToCopy);
    this.#options.emit(sequence);
    this.notify({ token: 'info', text: `copied ${text}` });
  }

  // The terminal.

  resize(columns: number, rows: number): void {
    if (columns !== this.state.columns || rows !== this.state.rows) this.ui.setState({ columns, rows });
  }

  /** Draws everything anew, whatever is thought to be on the terminal. */
  redraw(): void {
    this.#options.redraw();
  }

  /** Whether the screen is gone. */
  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    this.#panes.close();
    this.views.close();
    this.cluster.close();
    this.#work.close();
    this.closeOverlay();
    this.#watching.close();
  }
}
