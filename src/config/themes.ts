import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import { parseChecked } from './checked.ts';
import type { Environment } from './paths.ts';
import { themeCacheName, themeFile, themeFolder } from './themePlace.ts';
import { stampOfFile, writeStored } from './stored.ts';

/** Themes that a person wrote: `themes/NAME.yaml` beside the configuration. */

/** The words a theme is made of, which only the face that draws knows. */
export interface Vocabulary {
  readonly tokens: readonly string[];
  readonly colours: readonly string[];
  /** The themes that come with the program: one's own may begin as one of them. */
  readonly builtIn: Readonly<Record<string, ThemeFields>>;
}

/** How a token looks. */
interface StyleFields {
  readonly colour?: string;
  readonly background?: string;
  readonly bold?: boolean;
  readonly underline?: boolean;
  readonly reverse?: boolean;
}

/** A whole theme: every token has a style. */
export interface ThemeFields {
  readonly background?: string;
  readonly tokens: Readonly<Record<string, StyleFields>>;
}

const schemaOf = ({ tokens, colours, builtIn }: Vocabulary) => {
  const colour = z
    .string()
    .refine(
      (text) => /^#[0-9a-f]{6}$/i.test(text) || colours.includes(text),
      `a colour is '#rrggbb' in quotes, or one of: ${colours.join(', ')}`,
    );
  const style = z.union([
    colour.transform((one): StyleFields => ({ colour: one })),
    z.strictObject({
      colour: colour.exactOptional(),
      background: colour.exactOptional(),
      bold: z.boolean().exactOptional(),
      underline: z.boolean().exactOptional(),
      reverse: z.boolean().exactOptional(),
    }),
  ]);
  return z.strictObject({
    /** What is not said here is as in that theme. */
    based_on: z.enum(Object.keys(builtIn)).exactOptional(),
    background: colour.exactOptional(),
    tokens: z.strictObject(Object.fromEntries(tokens.map((token) => [token, style.exactOptional()]))).default({}),
  });
};

const styleKeys = ['colour', 'background', 'bold', 'underline', 'reverse'];

/** Reads the text of a theme. Throws `config` with file:line:column and the key for whatever is wrong in it. */
const parseTheme = (text: string, file: string, vocabulary: Vocabulary): ThemeFields => {
  const { fields } = parseChecked(text, {
    file,
    hint: 'Correct the file, or choose another theme with `proxdeck --theme NAME`.',
    schema: schemaOf(vocabulary),
    knownKeys: (place) =>
      place.length === 0 ? ['based_on', 'background', 'tokens'] : place.length === 1 ? vocabulary.tokens : styleKeys,
  });
  const base = vocabulary.builtIn[fields.based_on ?? ''];
  const background = fields.background ?? base?.background;
  const own: Readonly<Record<string, StyleFields | undefined>> = fields.tokens;
  return {
    ...(background !== undefined && { background }),
    tokens: Object.fromEntries(vocabulary.tokens.map((token) => [token, own[token] ?? base?.tokens[token] ?? {}])),
  };
};

/** Returns the names of the themes that a person wrote, sorted; none when the folder is not there. Throws `config`. */
export const themeNames = async (env: Environment): Promise<readonly string[]> => {
  try {
    const files = await readdir(themeFolder(env));
    return files.flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : [])).toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new ProxdeckError('config', `${themeFolder(env)} cannot be read.`, { cause: error });
  }
};

/** Reads a theme and leaves it for the next start. Throws `not-found` for the name, `config` for what is written in it. */
export const loadTheme = async (env: Environment, name: string, vocabulary: Vocabulary): Promise<ThemeFields> => {
  const built = vocabulary.builtIn[name];
  if (built !== undefined) return built;
  const file = themeFile(env, name);
  const names = [...Object.keys(vocabulary.builtIn), ...(await themeNames(env))];
  if (!names.includes(name)) {
    throw new ProxdeckError('not-found', `There is no theme ${name}.${didYouMean(name, names)}`, {
      hint: `There are: ${names.join(', ')}. One of your own is ${path.join(themeFolder(env), 'NAME.yaml')}.`,
    });
  }
  const stamp = stampOfFile(file);
  const theme = parseTheme(await readFile(file, 'utf8'), file, vocabulary);
  writeStored(env, themeCacheName(name), stamp, theme);
  return theme;
};
