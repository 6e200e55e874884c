/**
 * Characters that are each exactly one column wide and never join with a neighbour: what nearly everything on these screens is made of
 * (Latin, punctuation, box drawing, blocks, shapes, braille, our own glyphs and the glass of the compositor). For a regular expression's character class.
 * Text of nothing else needs no Unicode tables, whose first use costs 20 ms.
 *
 * The claim is proved for every one of these code points and for random pairs in tests/ui/ink-shims.test.tsx.
 */
export const NARROW = String.raw` -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2015\u2018-\u201f\u2022\u2026\u2190-\u2193\u23ce\u2500-\u25fc\u26bf\u2713\u2716\u2717\u27f3\u2800-\u28ff\ue000`;

const narrowText = new RegExp(`^[${NARROW}]*$`, 'u');

/** What is known of each code unit: 0 nothing yet, 1 narrow, 2 not. */
const known = new Uint8Array(0x1_0000);
const narrow = 1;
const other = 2;

/** Narrow characters only: as many columns as characters. */
export const isNarrow = (text: string): boolean => narrowText.test(text);

/** Whether a character of one UTF-16 unit is narrow. */
export const isNarrowCode = (code: number): boolean => {
  if (known[code] === 0) known[code] = isNarrow(String.fromCharCode(code)) ? narrow : other;
  return known[code] === narrow;
};
