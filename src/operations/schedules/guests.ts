import type { Guest } from '../../models/cluster.ts';

/** Whether a pattern of a schedule means a guest: its number, its name, `tag:prod`, `pool:dev`, `node:pve1`, or `all`. */
const means = (pattern: string, { vmid, name, tags, pool, node }: Guest): boolean => {
  const [, kind, value = ''] = /^(tag|pool|node):(.+)$/.exec(pattern) ?? [];
  if (kind === 'tag') return tags.includes(value);
  if (kind === 'pool') return pool === value;
  if (kind === 'node') return node === value;
  return pattern === 'all' || pattern === String(vmid) || pattern === name;
};

/** Returns the guests that patterns mean but exceptions do not, without templates; and the patterns that mean none. */
export const guestsOf = (
  guests: readonly Guest[],
  { guests: patterns, except }: { readonly guests: readonly string[]; readonly except: readonly string[] },
): { readonly chosen: readonly Guest[]; readonly empty: readonly string[] } => ({
  chosen: guests.filter(
    (guest) =>
      !guest.template &&
      patterns.some((pattern) => means(pattern, guest)) &&
      !except.some((pattern) => means(pattern, guest)),
  ),
  empty: patterns.filter((pattern) => !guests.some((guest) => means(pattern, guest))),
});
