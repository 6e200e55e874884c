import path from 'node:path';
import { builtInThemes, usualTheme } from '../../../components/themes.ts';
import type { Config } from '../../config/config.ts';
import type { Environment } from '../../config/paths.ts';
import type { Choice, Setting } from '../../ui/desk.ts';
import { presetNames } from '../../ui/presets.ts';
import type { LookFlags } from '../choose.ts';
import { depthOf, forbidsColour, isUtf8 } from './appearance.ts';

/** What is in effect and where it comes from, as rows. Pure: configuration, variables and flags in, rows out. */

export interface Sources {
  readonly flags: LookFlags;
  readonly env: Environment;
  readonly config: Config;
  /** Themes that the person wrote. */
  readonly ownThemes: readonly string[];
  /** What is wrong with the keys and commands of the file, each with its place. */
  readonly keyProblems: readonly string[];
  /** A context named on the command line. */
  readonly contextName?: string;
}

const usual = 'usual';

const themeAbout: Readonly<Record<string, string>> = {
  terminal: "the terminal's own sixteen colours",
  dark: 'light text on a dark ground',
  light: 'dark text on a light ground',
  'high-contrast': 'white and yellow on black, nothing faint',
};

const presetAbout: Readonly<Record<string, string>> = {
  proxdeck: 'the keys of this program',
  k9s: 'l logs, Ctrl-w wide, Ctrl-z faults, [ ] history',
  lazygit: 'v range, < and > ends',
  vim: 'digits are counts, screens behind g, gt and gT tabs',
  pvetui: 'm actions, Ctrl-g everything, Ctrl-r refresh',
};

type Key = 'theme' | 'symbols' | 'reduced_motion' | 'refresh' | 'keys.preset' | 'current';

/** `config.yaml:3`, or that nothing is said of it. */
const originOf = ({ config }: Sources, key: Key): string => {
  const line = config.lines?.[key];
  return line === undefined ? usual : `${path.basename(config.file)}:${String(line)}`;
};

/** A flag goes before the file: what is chosen there counts only at a start without it. */
const byFlag = (flag: string): Pick<Setting, 'origin' | 'overruled'> => ({
  origin: flag,
  overruled: `${flag} goes before the file; the choice counts at the next start without it`,
});

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

const colours = ({ flags, env }: Sources): Setting => {
  const depth = depthOf(env);
  const many = depth === 'any' ? '24 bits' : `${String(depth)} colours`;
  const where = /^(truecolor|24bit)$/i.test(env['COLORTERM'] ?? '') ? 'COLORTERM' : 'TERM';
  const forbidden = flags.noColor ? '--no-color' : forbidsColour(env) ? 'NO_COLOR' : undefined;
  return {
    key: 'colours',
    title: 'colours',
    about:
      'How many colours the terminal shows. Themes of 24 bits come down to 256; with 16 the theme is the terminal’s own.',
    value: forbidden === undefined ? many : 'none',
    origin: forbidden ?? where,
    choices: [],
  };
};

const themes = (sources: Sources): readonly Choice[] => [
  ...Object.keys(builtInThemes).map((value) => ({ value, about: themeAbout[value] ?? '' })),
  ...sources.ownThemes.map((value) => ({ value, about: 'your own' })),
];

/** Returns every setting with what is in effect now. */
export const settingRows = (sources: Sources): readonly Setting[] => {
  const { flags, env, config, contextName } = sources;
  const locale = isUtf8(env) ? 'unicode' : 'ascii';
  const names = Object.keys(config.contexts);
  return [
    {
      key: 'theme',
      title: 'theme',
      about: 'How everything is coloured. Your own themes lie beside the configuration, in themes/NAME.yaml.',
      value: flags.theme ?? config.theme ?? usualTheme,
      ...(flags.theme === undefined ? { origin: originOf(sources, 'theme') } : byFlag('--theme')),
      choices: themes(sources),
    },
    colours(sources),
    {
      key: 'symbols',
      title: 'symbols',
      about: 'Which characters stand for states, bars and lines.',
      value: flags.ascii ? 'ascii' : (config.symbols ?? 'auto'),
      ...(flags.ascii ? byFlag('--ascii') : { origin: originOf(sources, 'symbols') }),
      choices: [
        { value: 'auto', about: `what the locale says: ${locale} here` },
        { value: 'unicode', about: '● ○ ▲ ▁▂▃' },
        { value: 'ascii', about: '* o ! _.-' },
      ],
    },
    {
      key: 'reduced_motion',
      title: 'reduced motion',
      about: 'Nothing moves that tells nothing new: no spinner, no age that ticks every second.',
      value: yesNo(flags.reducedMotion || config.reduced_motion === true),
      ...(flags.reducedMotion ? byFlag('--reduced-motion') : { origin: originOf(sources, 'reduced_motion') }),
      choices: [
        { value: 'no', about: 'the age ticks' },
        { value: 'yes', about: 'drawn only when something is new' },
      ],
    },
    {
      key: 'refresh',
      title: 'refresh',
      about: 'Whether the cluster is asked again by itself. a switches it until the program ends.',
      value: config.refresh ?? 'automatic',
      origin: originOf(sources, 'refresh'),
      choices: [
        { value: 'automatic', about: 'every 10 s, less often in large clusters' },
        { value: 'manual', about: 'only on R' },
      ],
    },
    {
      key: 'keys.preset',
      title: 'keys',
      about: [
        'Which program’s keys count. keys.bindings in the file changes single ones.',
        ...sources.keyProblems,
      ].join(' '),
      value: config.keys?.preset ?? 'proxdeck',
      origin: originOf(sources, 'keys.preset'),
      choices: presetNames.map((value) => ({ value, about: presetAbout[value] ?? '' })),
    },
    {
      key: 'current',
      title: 'first context',
      about: 'The cluster that a start without --context shows.',
      value: contextName ?? config.current ?? '–',
      ...(contextName === undefined ? { origin: originOf(sources, 'current') } : byFlag('--context')),
      choices: names.map((value) => ({ value, about: config.contexts[value]?.addresses[0] ?? '' })),
    },
  ];
};
