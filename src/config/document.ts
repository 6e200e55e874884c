import type { z } from 'zod';
import { didYouMean } from '../models/nearest.ts';
import { parseChecked, type Checked } from './checked.ts';
import { commandFields, configFields, contextFields, keysFields } from './schema.ts';

type ConfigFields = z.output<typeof configFields>;

const hint = 'Correct the file by hand; Proxdeck does not write to a file that it cannot read.';

/** What can stand in each part of the file. */
const placed: Readonly<Record<string, z.ZodObject>> = {
  contexts: contextFields,
  keys: keysFields,
  commands: commandFields,
};

/** Reads the text of a configuration. Throws `config` with file:line:column and the key for whatever is wrong in it. */
export const parseConfig = (text: string, file: string): Checked<ConfigFields> => {
  const checked = parseChecked(text, {
    file,
    hint,
    schema: configFields,
    knownKeys: (path) => Object.keys((placed[String(path[0])] ?? configFields).shape),
  });
  const { current, contexts } = checked.fields;
  if (current !== undefined && !Object.hasOwn(contexts, current)) {
    const known = Object.keys(contexts);
    return checked.fail(['current'], `there is no context ${current}.${didYouMean(current, known)}`);
  }
  return checked;
};
