import { clean } from '../../components/text.ts';
import type { AppModel } from './app.ts';
import { keymapOf, type Keymap, type KeySettings } from './keymap.ts';
import { bytesOfKey, KeyReader, keysOfText, sequenceKeys, typedCharacter, type Handlers } from './keys.ts';
import type { Scope } from './keyScopes.ts';
import { isOwnCommand, keyLabel, type Action, type Binding, type OwnCommand } from './keyTable.ts';

/** Control characters but Esc, which begins the sequences of other keys; each is a piece by itself. */
const control = /([\u0000-\u001A\u001C-\u001F])/;

const escape = '\u001B';

/** What keys do: which scopes count now, what a key means in them, who does it. */
export class Keyboard {
  readonly #app: AppModel;
  readonly #reader = new KeyReader();
  readonly #handlers = new Map<Scope, Handlers>();
  #typed: string[] = [];
  #draining = false;
  /** Runs a command that the person configured; set by who reads the configuration. */
  onOwnCommand: (action: OwnCommand) => void = () => undefined;
  /** A letter pressed in a menu, for its items' own keys; set by the menu that is drawn. */
  onMenuKey: (key: string) => void = () => undefined;

  constructor(app: AppModel) {
    this.#app = app;
  }

  /** The keys in effect. */
  get keymap(): Keymap {
    return this.#reader.keymap;
  }

  /** Lets other keys count from now on. What is wrong with them is in the keymap's `problems`. */
  setKeys(settings: KeySettings, own: readonly Binding[] = []): void {
    this.#reader.keymap = keymapOf(settings, own);
    this.#app.changed();
  }

  setHandlers(scope: Scope, handlers: Handlers): void {
    const isNew = !this.#handlers.has(scope);
    this.#handlers.set(scope, handlers);
    // The footer tells them.
    if (isNew) this.#app.changed();
  }

  /** The number typed before the key that is being answered; undefined when there was none. */
  get count(): number | undefined {
    return this.#reader.count;
  }

  /** How the first key of an action is written; its name where it has none. */
  keyFor(scope: Scope, action: Action): string {
    const [key] = this.keymap.keysOf(scope, action);
    return key === undefined ? action : keyLabel(key);
  }

  /** Scopes whose keys count now, the narrowest first. */
  scopes(): readonly Scope[] {
    const { editing, overlay } = this.#app.state;
    if (editing !== undefined) return ['filter'];
    if (overlay?.kind === 'floating') return [overlay.floating.scope];
    if (overlay?.kind === 'card' && overlay.editor !== undefined) return ['typed'];
    if (overlay !== undefined && overlay.kind !== 'view') return [overlay.kind];
    return this.#raw() === undefined ? [...this.#app.shown.scopes(), 'global'] : this.#app.shown.scopes();
  }

  /** What takes everything that is typed, while nothing lies over it. */
  #raw(): ((text: string) => void) | undefined {
    const { editing, overlay } = this.#app.state;
    const isCovered = editing !== undefined || (overlay !== undefined && overlay.kind !== 'view');
    return isCovered ? undefined : this.#app.shown.raw?.();
  }

  /** Gives one read of the keyboard to who takes it as it comes. False when nobody does: then it is keys. */
  takeRaw(text: string): boolean {
    // What was typed before it comes first.
    if (this.#draining || this.#raw() === undefined) return false;
    for (const piece of text.split(control)) this.#takePiece(piece);
    return true;
  }

  /** A key of the view's own, or something for who takes everything; what is behind such a key may be keys again. */
  #takePiece(piece: string): void {
    const raw = this.#raw();
    const [key] = keysOfText(piece);
    if (raw === undefined)
      this.pressAll(sequenceKeys.get(piece) ?? (piece === escape ? ['escape'] : keysOfText(piece)));
    else if (control.test(piece) && key !== undefined && this.keymap.find(key, this.scopes()) !== undefined)
      this.pressAll([key]);
    else if (piece !== '') raw(piece);
  }

  /** One key. What it means is in the keymap; what it does, in the handlers of the scope that the binding stands in. */
  press(key: string): void {
    const { ui, shown, state } = this.#app;
    const scopes = this.scopes();
    const raw = this.#raw();
    // Typed ahead: it was read as keys before what it is meant for was there.
    if (raw !== undefined && this.keymap.find(key, scopes) === undefined) return raw(bytesOfKey(key));
    const binding = this.#reader.read(key, scopes, shown.list?.state.range !== undefined);
    const character = binding === undefined ? typedCharacter(key) : undefined;
    if (character !== undefined) this.#typing()?.(character);
    if (this.#reader.pending !== state.pendingKeys) ui.setState({ pendingKeys: this.#reader.pending });
    if (binding !== undefined) this.act(binding);
    else if (scopes[0] === 'menu') this.onMenuKey(key);
  }

  /** Does what a binding of the key table stands for, as if its key had been pressed. */
  act({ scope, action }: Pick<Binding, 'scope' | 'action'>): void {
    if (isOwnCommand(action)) this.onOwnCommand(action);
    else this.#handlersOf(scope)?.[action]?.();
  }

  /** Whether a binding does anything where one is now. */
  does({ scope, action }: Pick<Binding, 'scope' | 'action'>): boolean {
    return isOwnCommand(action) || this.#handlersOf(scope)?.[action] !== undefined;
  }

  #handlersOf(scope: Scope): Handlers | undefined {
    const { overlay } = this.#app.state;
    if (overlay?.kind === 'floating' && overlay.floating.scope === scope) return overlay.floating.handlers;
    return this.#app.shown.handlers[scope] ?? this.#handlers.get(scope);
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
      const { arriving } = this.#app.navigation;
      if (arriving !== undefined) {
        void arriving.then(() => this.#drain());
        return;
      }
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
    this.onAnswered();
  }

  /** Told when all keys of a read were answered: what they changed is drawn at once, whatever was drawn just before. */
  onAnswered: () => void = () => undefined;

  /** Pasted text goes into the line being typed, without its line breaks; elsewhere it is told and dropped. */
  paste(text: string): void {
    const typing = this.#typing();
    if (typing !== undefined) typing(clean(text.replaceAll(/\s+/g, ' ')));
    else this.#app.notify({ token: 'muted', text: 'pasted text is taken only while a line is typed: / begins one' });
  }

  /** What takes typed characters now: the line being typed, or what lies over the screen. */
  #typing(): ((text: string) => void) | undefined {
    const { editing, overlay } = this.#app.state;
    if (editing !== undefined) return (text) => this.#app.overlays.type(editing.text + text);
    if (overlay?.kind === 'form') return (text) => overlay.form.type(text);
    if (overlay?.kind === 'card' && overlay.editor !== undefined) return (text) => overlay.editor?.insert(text);
    return overlay?.kind === 'floating' ? overlay.floating.type : undefined;
  }
}
