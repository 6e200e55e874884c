import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { grammar } from '../screens/grammar.ts';
import { standsAlone, type Scope } from '../src/ui/keyScopes.ts';
import { keyLabel, keyTable, type Binding } from '../src/ui/keyTable.ts';
import { keymapOf } from '../src/ui/keymap.ts';
import { presetNames } from '../src/ui/presets.ts';
import { screenTitles } from '../src/ui/state.ts';

/** Writes docs/keys.md from the table of keys: `node scripts/keys.ts --write`; without it, tells whether the page agrees. */

const page = path.join(import.meta.dirname, '../docs/keys.md');

const titles: Partial<Record<Scope, string>> = {
  global: 'Everywhere',
  list: 'In every list',
  details: 'In the details of a row',
  filter: 'While a filter, or something to find, is typed',
  palette: 'In the palette',
  command: 'In the command line',
  columns: 'In the picker of columns',
  menu: 'In a menu',
  card: 'On a card that asks',
  help: 'In the help',
  result: 'In an answer',
  log: 'In a log',
  console: 'In a console, while what is typed goes to the guest',
  aside: 'In a console, with the keys taken back',
  pools: 'In the pools of the screen Access',
};

const titleOf = (scope: Scope): string => {
  const screen: string | undefined = Object.entries(screenTitles).find(([name]) => name === scope)?.[1];
  return titles[scope] ?? (screen === undefined ? `In ${scope}` : `On the screen ${screen}`);
};

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

const row = ({ keys, title, action }: Binding): string =>
  `| ${keys.map((key) => code(keyLabel(key))).join(' ')} | ${title} | ${code(action)} |`;

/** Everywhere and lists first, screens next, then what lies over them. */
const order = (scope: Scope): number =>
  scope === 'global'
    ? 0
    : scope === 'list'
      ? 1
      : scope === 'details'
        ? 2
        : scope in screenTitles
          ? 3
          : standsAlone(scope)
            ? 5
            : 4;

const table = (scope: Scope): readonly string[] => [
  `## ${titleOf(scope)}`,
  '',
  `Place: ${code(scope)}`,
  '',
  '| keys | what it does | action |',
  '|---|---|---|',
  ...keyTable.filter((binding) => binding.scope === scope).map(row),
  '',
];

const presetRows = (preset: string): readonly string[] => {
  const usual = new Map(keyTable.map((binding) => [`${binding.scope}/${binding.action}`, binding.keys.join('  ')]));
  const changed = keymapOf({ preset }).bindings.filter(
    ({ scope, action, keys }) => usual.get(`${scope}/${action}`) !== keys.join('  '),
  );
  return changed.map(
    ({ scope, action, keys, title }) =>
      `| ${keys.length === 0 ? 'none' : keys.map((key) => code(keyLabel(key))).join(' ')} | ${title} | ${code(`${scope}/${action}`)} |`,
  );
};

const presetSections = presetNames
  .filter((preset) => preset !== 'proxdeck')
  .flatMap((preset) => [
    `### ${preset}`,
    '',
    '| keys | what it does | action |',
    '|---|---|---|',
    ...presetRows(preset),
    '',
  ]);

/** Returns the page. */
export const keysPage = (): string =>
  [
    '# Keys',
    '',
    'This page is written by `node scripts/keys.ts --write` from the table that the program itself works by. `?` shows the same for',
    'the view one is in, with the keys in effect; there `/` searches and Enter does what was found.',
    '',
    'Nothing needs Alt, a function key or the mouse, and nothing that destroys lies on a Ctrl key. In a field that is being',
    'typed, letters are text: only the keys of that field count.',
    '',
    '## How to write things',
    '',
    '| written | means |',
    '|---|---|',
    ...grammar.map(([written, means]) => `| ${code(written)} | ${means} |`),
    '',
    'Digits choose screens, so a count cannot stand before a movement as in vim. It stands behind `g`, or in a range behind',
    '`V`. With the preset `vim`, screens lie behind `g` and digits are counts.',
    '',
    ...[...new Set(keyTable.map(({ scope }) => scope))].toSorted((a, b) => order(a) - order(b)).flatMap(table),
    '## Keys of one’s own',
    '',
    'In `config.yaml`:',
    '',
    '```yaml',
    'keys:',
    `  preset: vim            # ${presetNames.join(', ')}`,
    '  bindings:',
    '    refresh: r           # an action, everywhere it is',
    '    list/wide: [W, ctrl-w]',
    '    automatic: []        # no key',
    '```',
    '',
    'A key is a character, `ctrl-x`, one of `esc enter tab shift-tab space backspace up down left right home end pgup pgdn`, or',
    'several of them one after the other: `g g`, or `gg` for short. A key that is given away is taken from what had it; what is',
    'left without one, what claims the same and what is called otherwise is told at the start and in `:settings`, with its line',
    'in the file. An action is named as in the last column; `place/action` means it in that place alone.',
    '',
    '## Commands of one’s own',
    '',
    '```yaml',
    'commands:',
    '  shell:                          # also :shell, and in the palette',
    '    key: ctrl-t',
    '    title: a shell in the container',
    '    on: guests                    # screens on which the key counts; everywhere without it',
    '    exec: ssh -t root@{{node}} pct enter {{vmid}}',
    '  off:',
    '    key: X',
    '    on: [guests]',
    '    run: guest shutdown {{vmid}}  # a command line of Proxdeck',
    '    confirm: true                 # asks before',
    '```',
    '',
    '`exec` runs a program with the whole terminal; how one comes back stands there before it starts, and `pause: true` waits',
    'for Enter when it has ended. `run` is a line as behind `:`. Fields of the selected row stand in `{{ }}`: `vmid`, `name`,',
    '`node`, `type`, `status`, `tags`, `storage`, `upid` …, and `context`.',
    '',
    'No shell reads such a line: it is split at blanks before anything is filled in, so a value stays one part of one word. A value',
    'that holds more than letters, digits and `_ @ % + = : , . / -` is refused, because a program such as ssh may hand it to a shell at',
    'the other end: write `{{name|sh}}` there, which quotes it, or `{{name|any}}` where no shell follows.',
    '',
    '## Presets',
    '',
    'What differs from the table above.',
    '',
    ...presetSections,
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--write')) writeFileSync(page, keysPage());
  else if (readFileSync(page, 'utf8') !== keysPage()) {
    process.stderr.write('docs/keys.md does not agree with the table of keys: node scripts/keys.ts --write\n');
    process.exitCode = 1;
  }
}
