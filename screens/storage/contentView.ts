import type { Volume } from '../../src/operations/storage.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { volumeOrders, type VolumeView } from './volumes.ts';

/** How what lies on storages is looked through: one filter and order for all of them, as long as the program runs. */
export class ContentView {
  readonly #app: AppModel;
  #view: VolumeView = { filter: '', order: 'owner', reversed: false };
  /** As last drawn. */
  volumes: readonly Volume[] = [];

  constructor(app: AppModel) {
    this.#app = app;
  }

  get current(): VolumeView {
    return this.#view;
  }

  /** The volume of that id among those that are shown. */
  volumeNamed(volid: string | undefined): Volume | undefined {
    return this.volumes.find((volume) => volume.volid === volid);
  }

  /** Types a filter into the line below. */
  editFilter(): void {
    this.#app.overlays.beginEditing({
      prompt: '/',
      text: this.#view.filter,
      change: (filter) => this.#set({ filter }),
      cancel: () => this.#set({ filter: '' }),
    });
  }

  /** Drops the filter; false when there is none. */
  dropFilter(): boolean {
    if (this.#view.filter === '') return false;
    this.#set({ filter: '' });
    return true;
  }

  nextOrder(): void {
    const at = volumeOrders.indexOf(this.#view.order);
    this.#set({ order: volumeOrders[(at + 1) % volumeOrders.length] ?? 'owner', reversed: false });
  }

  reverse(): void {
    this.#set({ reversed: !this.#view.reversed });
  }

  #set(change: Partial<VolumeView>): void {
    this.#view = { ...this.#view, ...change };
    this.#app.changed();
  }
}
