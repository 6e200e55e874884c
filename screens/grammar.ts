/** Ways to write things, which no key stands for. */
export const grammar: readonly (readonly [written: string, means: string])[] = [
  ['web prod', 'both words, anywhere in the row'],
  ['!web', 'not this word; !tag:web not this tag'],
  ['tag:web node:pve1', 'fields: tag node status type pool name id'],
  ['status:running,paused', 'either of them'],
  ['pool:', 'in no pool'],
  ['name:"my guest"', 'quotes hold blanks together'],
  ['-f rlydv', 'fuzzy: letters in order'],
  ['g5j  g42G', 'five down; row 42. Digits choose screens, so a count begins with g'],
  ['V5j', 'in a range digits are counts'],
  [':42', 'the guest of that id, or that row'],
];
