import { parseArgs } from 'node:util';

/** Which face a command line and a terminal ask for. */
export type Choice =
  | { readonly face: 'cli' }
  | {
      readonly face: 'tui';
      readonly demo: boolean;
      /** A token of the demo's cluster, `viewer@pve!demo`, to look at it with. */
      readonly demoLogin?: string;
      readonly contextName?: string;
      /** The folder of the workspace. */
      readonly workspace?: string;
      readonly readOnly: boolean;
      /** Every cluster of the configuration at once. */
      readonly allContexts: boolean;
      readonly looks: LookFlags;
    };

/** What the command line says of how the screen looks. */
export interface LookFlags {
  readonly theme?: string;
  readonly noColor: boolean;
  readonly ascii: boolean;
  readonly reducedMotion: boolean;
}

/** What is known of the terminal: whether both ends are one, and the variables. */
export interface Place {
  readonly interactive: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The flags that the full screen knows; any other flag, and any command but `demo`, is for plain mode. */
const flags = {
  context: { type: 'string' },
  workspace: { type: 'string' },
  'read-only': { type: 'boolean' },
  'all-contexts': { type: 'boolean' },
  theme: { type: 'string' },
  'no-color': { type: 'boolean' },
  ascii: { type: 'boolean' },
  'reduced-motion': { type: 'boolean' },
  as: { type: 'string' },
} as const;

const isFullScreenCapable = ({ interactive, env }: Place): boolean =>
  interactive && env['TERM'] !== 'dumb' && env['INK_SCREEN_READER'] !== 'true';

/** Chooses the face, without loading any. A command line that is wrong is plain mode's to explain. */
export const chooseFace = (args: readonly string[], place: Place): Choice => {
  if (!isFullScreenCapable(place)) return { face: 'cli' };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true });
    const demo = positionals.length === 1 && positionals[0] === 'demo';
    if ((positionals.length > 0 || values.as !== undefined) && !demo) return { face: 'cli' };
    return {
      face: 'tui',
      demo,
      ...(values.as !== undefined && { demoLogin: values.as }),
      ...(values.context !== undefined && { contextName: values.context }),
      ...(values.workspace !== undefined && { workspace: values.workspace }),
      readOnly: values['read-only'] === true,
      allContexts: values['all-contexts'] === true,
      looks: {
        ...(values.theme !== undefined && { theme: values.theme }),
        noColor: values['no-color'] === true,
        ascii: values.ascii === true,
        reducedMotion: values['reduced-motion'] === true,
      },
    };
  } catch {
    // A flag that is not the full screen's.
    return { face: 'cli' };
  }
};
