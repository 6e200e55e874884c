import type { Token } from '../components/look.ts';
import { clean, fit, wrapWords } from '../components/text.ts';
import type { Area, Drawing } from '../src/ui/screen.ts';

interface Place extends Pick<Drawing & Area, 'look' | 'width'> {
  /** Columns of the names, with the gap behind them. */
  readonly label: number;
  /** Colour of the value. */
  readonly token?: Token;
}

/** Narrower than this a value is not folded any further. */
const narrowest = 8;

/** Returns a name and its value, which goes on below itself when it is long. */
export const labelled = (
  name: string,
  value: string,
  { look, width, label, token = 'text' }: Place,
): readonly string[] =>
  wrapWords(clean(value), Math.max(narrowest, width - label)).map(
    (part, at) => look.paint('muted', fit(at === 0 ? clean(name) : '', label)) + look.paint(token, part),
  );
