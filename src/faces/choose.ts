import { parseArgs } from 'node:util';

/** Which face a command line and a terminal ask for. */
export type Choice =
  | { readonly face: 'cli' }
  | {
      readonly face: 'tui';
      readonly demo: boolean;
      readonly contextName?: string;
      readonly readOnly: boolean;
      readonly color: boolean;
      readonly ascii: boolean;
    };

/** What is known of the terminal: whether both ends are one, and the variables. */
export interface Place {
  readonly interactive: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The flags that the full screen knows; any other flag, and any command but `demo`, is for plain mode. */
const flags = {
  context: { type: 'string' },
  'read-only': { type: 'boolean' },
  'no-color': { type: 'boolean' },
  ascii: { type: 'boolean' },
} as const;

const isFullScreenCapable = ({ interactive, env }: Place): boolean =>
  interactive && env['TERM'] !== 'dumb' && env['INK_SCREEN_READER'] !== 'true';

/** The locale says whether the terminal takes more than ASCII (POSIX: LC_ALL before LC_CTYPE before LANG). */
const isUtf8 = (env: Place['env']): boolean =>
  /utf-?8/i.test([env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(Boolean) ?? '');

/** Chooses the face, without loading any. A command line that is wrong is plain mode's to explain. */
export const chooseFace = (args: readonly string[], place: Place): Choice => {
  if (!isFullScreenCapable(place)) return { face: 'cli' };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true });
    const demo = positionals.length === 1 && positionals[0] === 'demo';
    if (positionals.length > 0 && !demo) return { face: 'cli' };
    return {
      face: 'tui',
      demo,
      ...(values.context !== undefined && { contextName: values.context }),
      readOnly: values['read-only'] === true,
      color: values['no-color'] !== true && (place.env['NO_COLOR'] ?? '') === '',
      ascii: values.ascii === true || !isUtf8(place.env),
    };
  } catch {
    // A flag that is not the full screen's.
    return { face: 'cli' };
  }
};
