import { isSingleGraphemes } from './narrow.ts';

type Segments = Iterable<Intl.SegmentData> & Pick<Intl.Segments, 'containing'>;

/** One grapheme a character: what segmenting finds in text that has nothing to join. */
function eachCharacter(input: string): Segments {
  const dataAt = (index: number): Intl.SegmentData => ({ segment: input.charAt(index), index, input });
  return {
    containing: (index = 0) => (index < input.length ? dataAt(index) : undefined),
    *[Symbol.iterator]() {
      for (let index = 0; index < input.length; index += 1) yield dataAt(index);
    },
  };
}

/**
 * Stands for `Intl.Segmenter` in Ink and the packages under it, which make one as soon as they are loaded.
 *
 * The first real one reads the tables of ICU (16 ms). Here it is made when a text comes that needs it; what a screen of
 * Latin and box drawing consists of never does, and is segmented without an object of ICU for each character.
 */
export class LateSegmenter {
  readonly #make: () => Intl.Segmenter;
  #real: Intl.Segmenter | undefined;

  constructor(locales?: Intl.LocalesArgument, options?: Intl.SegmenterOptions) {
    this.#make = () => new Intl.Segmenter(locales, options);
  }

  segment(input: string): Segments {
    if (isSingleGraphemes(input)) return eachCharacter(input);
    this.#real ??= this.#make();
    return this.#real.segment(input);
  }
}

/** Stands for an expression over the emoji of Unicode, which takes 20 ms to make: it is made when it is first tested. */
export class LateExpression {
  readonly #make: () => RegExp;
  #real: RegExp | undefined;

  constructor(make: () => RegExp) {
    this.#make = make;
  }

  test(text: string): boolean {
    this.#real ??= this.#make();
    return this.#real.test(text);
  }
}
