import type { Guest } from '../../src/models/cluster.ts';
import { addressIn } from '../../src/ui/addressIn.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { ListModel } from '../../src/ui/list.ts';
import { tagPainter, type TagPainter } from './tags.ts';

/** The datacenter's style of tags is asked again this often, in milliseconds. */
const styleEveryMs = 600_000;
const aboutBackups = /(?:^|[\s!])backup:/;
/** What a filter needs to be asked for is asked for once it has stood still for so long, in milliseconds. */
const searchDwellMs = 400;

/** What the list of guests knows beside the poll: how tags look, and the search for an address. */
export class GuestsModel {
  #app: AppModel;
  #painter: TagPainter = tagPainter(undefined);
  #style: unknown;
  #styles = 0;

  constructor(app: AppModel) {
    this.#app = app;
  }

  get tags(): TagPainter {
    return this.#painter;
  }

  /** What the texts of rows depend on beside the rows; ages in them are of a minute. */
  revision(): string {
    const minute = Math.floor(this.#app.now() / 60_000);
    return `${String(this.#app.session?.facts.version ?? 0)} ${String(this.#styles)} ${String(minute)}`;
  }

  /** Called while the list is drawn: asks for what it shows. */
  drawing(list: ListModel<Guest>): void {
    const style = this.#app.look('cluster.options', {}, { everyMs: styleEveryMs }).value?.['tag-style'];
    if (style !== this.#style) {
      this.#style = style;
      this.#painter = tagPainter(style);
      this.#styles += 1;
    }
    if (aboutBackups.test(list.state.filter) || list.state.sort?.column === 'backup') this.#askForBackups();
    const wanted = addressIn(list.state.filter);
    if (wanted !== undefined && !this.#isFound(list, wanted)) this.#searching(list, wanted);
  }

  /** Whoever looks for guests by their backups does not wait until the slow crawl comes to them. */
  #askForBackups(): void {
    const facts = this.#app.session?.facts;
    if (facts !== undefined) this.#app.watch('backups of guests', searchDwellMs, () => facts.look());
  }

  /** A part of an address is found by whoever has it in one, a whole one only by who has just that. */
  #isFound(list: ListModel<Guest>, wanted: string): boolean {
    const isWhole = wanted.split('.').length === 4 || wanted.includes(':');
    if (!isWhole) return list.rows().length > 0;
    return list.rows().some((guest) => addressesOf(this.#app, guest).includes(wanted));
  }

  #searching(list: ListModel<Guest>, wanted: string): void {
    const app = this.#app;
    if (app.session === undefined) return;
    app.watch(`address search ${wanted}`, searchDwellMs, () => {
      const stop = new AbortController();
      import('./search.ts')
        .then(({ searchAddress }) => searchAddress(app, wanted, () => this.#isFound(list, wanted), stop.signal))
        .catch((thrown: unknown) => app.trouble(thrown));
      return () => stop.abort();
    });
  }
}

/** Addresses of a guest as far as they are known, without prefix length. */
export const addressesOf = (app: AppModel, guest: Guest): readonly string[] =>
  app.session?.facts.addressesOf(guest)?.value ?? [];

const models = new WeakMap<AppModel, GuestsModel>();

/** The one model of the list of guests of a program. */
export const guestsModel = (app: AppModel): GuestsModel => {
  let model = models.get(app);
  if (model === undefined) {
    model = new GuestsModel(app);
    models.set(app, model);
  }
  return model;
};
