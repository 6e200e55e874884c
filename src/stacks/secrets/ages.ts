import type { StoredSecret } from './store.ts';
import type { WantedSecret } from './wanted.ts';

const day = 86_400_000;

/** Every certificate of an authority ends before it does; a leaf lives at most so many days. */
const longestLeaf = 398;

const at = (date: string): number => Date.parse(`${date}T00:00:00Z`);

/** Returns when a secret is to be made anew, in milliseconds since 1970; undefined where nobody said. */
export const dueOf = (wanted: WantedSecret, { made, expires }: StoredSecret): number | undefined => {
  // With a third of its life left, as certbot and lego do.
  if (wanted.kind === 'leaf' && expires !== undefined) return at(expires) - Math.ceil(wanted.leaf.days / 3) * day;
  if (wanted.kind === 'authority' && expires !== undefined) return at(expires) - longestLeaf * day;
  return wanted.rotateDays === undefined ? undefined : at(made) + wanted.rotateDays * day;
};

/** Returns how old a value is, in seconds. Only the day of its making is known. */
export const ageOf = ({ made }: StoredSecret, now: number): number =>
  Math.max(0, Math.floor((now - at(made)) / day)) * 86_400;
