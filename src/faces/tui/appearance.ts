import type { Depth } from '../../../components/colours.ts';
import { createLook, type Look } from '../../../components/look.ts';
import { builtInThemes, colourNames, tokens, usualTheme, type Theme } from '../../../components/themes.ts';
import { quickLooks, type Looks } from '../../config/looks.ts';
import type { Environment } from '../../config/paths.ts';
import { quickTheme } from '../../config/themePlace.ts';
import type { ThemeFields, Vocabulary } from '../../config/themes.ts';
import type { LookFlags } from '../choose.ts';

/** How the screen looks on this terminal: what the command line says, then the variables, then the file, then what is usual. */

/** The words that themes are written in. */
export const vocabulary: Vocabulary = { tokens, colours: colourNames, builtIn: builtInThemes };

/** The locale says whether the terminal takes more than ASCII (POSIX: LC_ALL before LC_CTYPE before LANG). */
export const isUtf8 = (env: Environment): boolean =>
  /utf-?8/i.test([env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(Boolean) ?? '');

/** NO_COLOR (no-color.org): any value that is not empty. */
export const forbidsColour = (env: Environment): boolean => (env['NO_COLOR'] ?? '') !== '';

/** How many colours the terminal says it has: COLORTERM for 24 bits, else the name in TERM. */
export const depthOf = (env: Environment): Depth => {
  const { COLORTERM: colours = '', TERM: name = '' } = env;
  if (/^(truecolor|24bit)$/i.test(colours) || name.endsWith('-direct')) return 'any';
  return /256color|kitty|alacritty|ghostty|foot/.test(name) ? 256 : 16;
};

/** The name of the theme that counts. */
export const themeNameOf = (flags: LookFlags, looks: Looks): string => flags.theme ?? looks.theme ?? usualTheme;

/** A theme as it was read, when it has every token: a cache may be of another version of the program. */
export const asTheme = (fields: ThemeFields | undefined): Theme | undefined =>
  fields !== undefined && tokens.every((token) => fields.tokens[token] !== undefined) ? (fields as Theme) : undefined;

/** Returns a theme without reading YAML: one of ours, or one of a person's own that was read before. */
export const themeAtOnce = (env: Environment, name: string): Theme | undefined =>
  builtInThemes[name] ?? asTheme(quickTheme(env, name));

/** Makes the look; without a theme, the terminal's own colours. */
export const lookFor = (env: Environment, flags: LookFlags, looks: Looks, theme: Theme | undefined): Look =>
  createLook({
    colour: !flags.noColor && !forbidsColour(env),
    unicode: !flags.ascii && (looks.symbols === 'unicode' || (looks.symbols !== 'ascii' && isUtf8(env))),
    depth: depthOf(env),
    ...(theme !== undefined && { theme }),
    still: flags.reducedMotion || looks.reduced_motion === true,
  });

/** Returns the first look: what is known without reading YAML. */
export const startLook = (env: Environment, flags: LookFlags, settingsEnv: Environment): Look => {
  const looks = { ...quickLooks(env), ...quickLooks(settingsEnv) };
  return lookFor(env, flags, looks, themeAtOnce(env, themeNameOf(flags, looks)));
};
