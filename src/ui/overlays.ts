import type { StoreApi } from 'zustand/vanilla';
import type { Editing, Overlay, UiState } from './state.ts';

/** What draws cards and menus: loaded when the first of them opens, if not before. */
export interface OverlayDrawing {
  readonly ready: boolean;
  load(): Promise<void>;
}

/** What lies over the screen, and the line that is being typed. One of each at a time. */
export class Overlays {
  readonly #ui: StoreApi<UiState>;
  readonly #drawing: OverlayDrawing;
  readonly #arrive: (show: () => Promise<void>) => void;

  /** `arrive` keeps keys back until what they are meant for is loaded. */
  constructor(ui: StoreApi<UiState>, drawing: OverlayDrawing, arrive: (show: () => Promise<void>) => void) {
    this.#ui = ui;
    this.#drawing = drawing;
    this.#arrive = arrive;
  }

  /** In place of whatever lies there. */
  open(overlay: Overlay): void {
    this.close();
    const byInk = overlay.kind === 'menu' || overlay.kind === 'card' || overlay.kind === 'form';
    if (byInk && !this.#drawing.ready) this.#arrive(() => this.#drawing.load());
    this.#ui.setState({ overlay });
  }

  /** The same overlay in another state: nothing is closed or answered. */
  replace(overlay: Overlay): void {
    this.#ui.setState({ overlay });
  }

  /** A card that is closed is answered with no. */
  close(): void {
    const { overlay } = this.#ui.getState();
    if (overlay?.kind === 'view') overlay.close?.();
    if (overlay?.kind === 'card') overlay.answer(false);
    if (overlay?.kind === 'form') overlay.form.close();
    if (overlay !== undefined) this.#ui.setState({ overlay: undefined, editing: undefined });
  }

  beginEditing(editing: Editing): void {
    this.#ui.setState({ editing });
  }

  /** The line being typed is another text now. */
  type(text: string): void {
    const { editing } = this.#ui.getState();
    if (editing === undefined) return;
    this.#ui.setState({ editing: { ...editing, text } });
    editing.change(text);
  }

  endEditing(): void {
    this.#ui.setState({ editing: undefined });
  }
}
