/** Runs of digits, and what is between them. */
const pieces = (name: string): readonly string[] => name.match(/\d+|\D+/g) ?? [];

const isNumber = (piece: string): boolean => /^\d/.test(piece);

const order = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/**
 * Compares two names as people count: `pve9` before `pve10`, `net2` before `net10`. Names of nodes and keys of the API are ASCII, so
 * this needs no collator, which takes 9 ms to make: a tenth of the start.
 */
export const naturalOrder = (left: string, right: string): number => {
  const theirs = pieces(right);
  for (const [at, mine] of pieces(left).entries()) {
    const other = theirs[at];
    if (other === undefined) return 1;
    const numbers = isNumber(mine) && isNumber(other) ? Number(mine) - Number(other) : 0;
    const compared = numbers === 0 ? order(mine, other) : numbers;
    if (compared !== 0) return compared;
  }
  return order(left, right);
};
