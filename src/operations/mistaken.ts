import type { Guest } from '../models/cluster.ts';

/** The tag of guests that must not be mistaken for others. */
const tag = 'prod';

/** What a person types before guests lose something: the name of the one that is tagged prod, or that tag for several. */
export const nameOfProd = (guests: readonly Guest[]): string | undefined => {
  const [first, other] = guests.filter(({ tags }) => tags.includes(tag));
  if (first === undefined) return undefined;
  return other === undefined ? first.name || String(first.vmid) : tag;
};
