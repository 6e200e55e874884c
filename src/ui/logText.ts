import { clean } from '../../components/text.ts';

/** Longer lines are cut: a program that writes megabytes without a line break must not fill the memory. In characters. */
const longestLine = 16_384;
/** `clean` takes so much at once; in characters. */
const piece = 1024;

/** Makes a line of a foreign log harmless, whole up to 16,384 characters. The text returned holds nothing else in memory. */
export const cleanLine = (line: string): string => {
  if (line.length <= piece) return clean(line);
  let text = '';
  for (let at = 0; at < Math.min(line.length, longestLine); at += piece) text += clean(line.slice(at, at + piece));
  return line.length > longestLine ? `${text}…` : text;
};
