import { clean } from '../components/text.ts';
import { isRecord } from '../src/models/record.ts';
import type { Line } from '../src/ui/details.ts';
import type { Area, Drawing } from '../src/ui/screen.ts';
import { labelled } from './labelled.ts';

/** A thing as names and values, as far as they are known. */

const textOf = (value: unknown): string => {
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (isRecord(value))
    return Object.entries(value)
      .map(([key, one]) => `${key}=${textOf(one)}`)
      .join(', ');
  return String(value);
};

/** Returns a line a field, `name  value`, long values wrapped; fields that are not known or empty are left out. */
export const factLines = (
  facts: Readonly<Record<string, unknown>>,
  { look, width }: Pick<Drawing & Area, 'look' | 'width'>,
): readonly Line[] => {
  const known = Object.entries(facts).flatMap(([name, value]) => {
    const text =
      value === undefined || value === null
        ? ''
        : clean(
            textOf(value)
              .replaceAll(/\s*\n\s*/g, ' ')
              .trim(),
          );
    return text === '' ? [] : [{ name: clean(name), text }];
  });
  const room = Math.min(22, Math.max(4, ...known.map(({ name }) => name.length)));
  return known.flatMap(({ name, text }) =>
    labelled(name, text, { look, width, label: room + 2 }).map((line) => ({ text: line, copy: text })),
  );
};
