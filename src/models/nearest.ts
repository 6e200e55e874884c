/** Edits needed to turn one word into the other (optimal string alignment: a swap of neighbours counts once). */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= a.length; row += 1) {
    rows[row] = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const steps = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (same ? 0 : 1)];
      if (swapped) steps.push(at(row - 2, column - 2) + 1);
      rows[row]?.push(Math.min(...steps));
    }
  }
  return at(a.length, b.length);
};

/** Longer words are not compared: nobody mistypes them by hand, and the work grows with the square. */
const longest = 64;

/** Returns the candidate that was most probably meant, or undefined when none is close (a third of the letters may differ). */
const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  const wanted = word.toLowerCase();
  if (wanted === '' || wanted.length > longest) return undefined;
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    if (candidate.length > longest) continue;
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3));
    const steps = distance(wanted, candidate.toLowerCase());
    if (steps <= limit && steps < bestDistance) [best, bestDistance] = [candidate, steps];
  }
  return best;
};

/** Returns ` Did you mean x?` for the nearest candidate, or an empty string. */
export const didYouMean = (word: string, candidates: Iterable<string>): string => {
  const found = nearest(word, candidates);
  return found === undefined ? '' : ` Did you mean ${found}?`;
};
