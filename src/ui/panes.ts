import type { AppModel } from './app.ts';
import { ContextViews } from './contextViews.ts';
import { DetailsModel } from './details.ts';
import { ListModel, type ListDefinition } from './list.ts';

/** Lists and details panes by name: they outlive the screens that show them, and the next start finds them as they were left. */
export class Panes {
  readonly #app: AppModel;
  readonly #lists = new Map<string, ListModel<never>>();
  readonly #details = new Map<string, DetailsModel>();
  readonly #byContext = new ContextViews();

  constructor(app: AppModel) {
    this.#app = app;
  }

  /** The list of that name, made at the first question for it. */
  list<Row extends object>(name: string, definition: (app: AppModel) => ListDefinition<Row>): ListModel<Row> {
    let list = this.#lists.get(name) as ListModel<Row> | undefined;
    if (list === undefined) {
      const { views } = this.#app;
      list = new ListModel(definition(this.#app), views.screen(name));
      list.store.subscribe((state, before) => {
        this.#app.changed();
        const { columns, sort, wide } = state;
        if (columns !== before.columns || sort !== before.sort || wide !== before.wide)
          views.update(name, { columns, sort, wide });
      });
      this.#lists.set(name, list as ListModel<never>);
    }
    return list;
  }

  /** The details pane of that name, made at the first question for it. */
  details(name: string): DetailsModel {
    let details = this.#details.get(name);
    if (details === undefined) {
      details = new DetailsModel(() => this.#app.changed(), this.#app.views.screen(name).tab);
      this.#details.set(name, details);
    }
    return details;
  }

  /** Told before the rows of another context come: filters, selections and marks are each context's own. */
  changeContext(from: string, to: string): void {
    this.#byContext.change(from, to, this.#lists);
  }

  /** Remembers where each cursor was, for the next start. */
  close(): void {
    for (const [name, list] of this.#lists)
      this.#app.views.update(name, { selected: list.state.selected, tab: this.#details.get(name)?.tab });
  }
}
