import type { ListModel, ListState } from './list.ts';

type Lists = ReadonlyMap<string, ListModel<never>>;
type View = Pick<ListState, 'selected' | 'top' | 'filter' | 'faultsOnly' | 'marked'>;

const fresh: View = { selected: undefined, top: 0, filter: '', faultsOnly: false, marked: new Set() };

/** Lists that are not about a cluster: going to another one leaves them as they are. */
const ofProgram: ReadonlySet<string> = new Set(['contexts', 'settings']);

/** How the lists were left in each context: coming back to one finds filter, selection and marks as they were. Order and columns are the person's, not the cluster's. */
export class ContextViews {
  readonly #kept = new Map<string, ReadonlyMap<string, View>>();

  /** Told before the rows of another context come. */
  change(from: string, to: string, lists: Lists): void {
    const own = [...lists].filter(([name]) => !ofProgram.has(name));
    const views = own.map(([name, { state }]) => {
      const { selected, top, filter, faultsOnly, marked } = state;
      return [name, { selected, top, filter, faultsOnly, marked }] as const;
    });
    this.#kept.set(from, new Map(views));
    const back = this.#kept.get(to);
    for (const [name, list] of own) list.store.setState(back?.get(name) ?? fresh);
  }
}
