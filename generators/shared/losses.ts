import type { Loss } from '../../src/models/artifact.ts';

/** Nothing said: what `docker compose config` prints for a key that was left out. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.keys(value).length === 0);

interface Looking<Holder extends object> {
  /** Keys that are in what was made, or mean nothing any more (`extends`, once loaded). */
  readonly carried: Iterable<keyof Holder & string>;
  /** What becomes of a key, one sentence each. */
  readonly words: Readonly<Partial<Record<keyof Holder & string, string>>>;
  /** For a key that nobody wrote a sentence for. */
  readonly otherwise: string;
}

/**
 * Returns a loss for every key of a part of the Compose file that is not carried. Empty values are none, and so are extensions: `x-…`
 * keys are a person's own, and those of Proxdeck are read elsewhere.
 *
 * `keysNotIn(service, 'services.web', {carried: CARRIED, words: {shm_size: 'Kubernetes has …'}, otherwise: 'Kubernetes has no word for it.'})`
 */
export const keysNotIn = <Holder extends object>(
  holder: Holder,
  path: string,
  { carried, words, otherwise }: Looking<Holder>,
): readonly Loss[] => {
  const known = new Set<string>(carried);
  const sentences: Readonly<Record<string, string | undefined>> = words;
  return Object.entries(holder)
    .filter(([key, value]) => !known.has(key) && !key.startsWith('x-') && !isEmpty(value))
    .map(([key]) => ({ path: `${path}.${key}`, message: sentences[key] ?? otherwise }));
};
