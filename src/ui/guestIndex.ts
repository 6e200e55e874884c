import type { Guest } from '../models/cluster.ts';
import { qualified } from '../models/qualified.ts';

const keyOf = (vmid: string, context: string | undefined): string =>
  context === undefined ? vmid : qualified(context, vmid);

/** Guests by node and by id: one pass over all of them a snapshot, whoever asks. */
export class GuestIndex {
  #of: readonly Guest[] | undefined;
  #byNode = new Map<string, Guest[]>();
  #names = new Map<string, string>();

  onNode(guests: readonly Guest[], node: string): readonly Guest[] {
    this.#renew(guests);
    return this.#byNode.get(node) ?? [];
  }

  /** Name of a guest of a context by its vmid as text; undefined for what is no guest. */
  name(guests: readonly Guest[], vmid: string, context?: string): string | undefined {
    this.#renew(guests);
    return this.#names.get(keyOf(vmid, context));
  }

  #renew(guests: readonly Guest[]): void {
    if (this.#of === guests) return;
    this.#of = guests;
    this.#byNode = Map.groupBy(guests, ({ node }) => node);
    this.#names = new Map(guests.map(({ vmid, context, name }) => [keyOf(String(vmid), context), name]));
  }
}
