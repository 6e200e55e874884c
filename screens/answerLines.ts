import { clean, wrapWords } from '../components/text.ts';
import { duration } from '../components/units.ts';
import type { Answer } from '../src/ui/answers.ts';
import type { Area, Drawing } from '../src/ui/screen.ts';

/**
 * What is to be said of an answer beside its value: that it is being read, or what went wrong and what to do about it. With a
 * value of before, its age. Empty when all is well.
 */
export const answerLines = (
  { value, error, at }: Answer<unknown>,
  { look, now, width }: Pick<Drawing & Area, 'look' | 'now' | 'width'>,
): readonly string[] => {
  if (error === undefined) return value === undefined ? [look.paint('muted', 'reading')] : [];
  const text = wrapWords(`${look.glyphs.warning} ${clean(error.message)}`, width);
  const hint = error.hint === undefined ? [] : wrapWords(clean(error.hint), width);
  const age = at === undefined ? [] : wrapWords(`this is from ${duration((now - at) / 1000)} ago`, width);
  return [
    ...text.map((line) => look.paint('warn', line)),
    ...[...hint, ...age].map((line) => look.paint('muted', line)),
  ];
};
