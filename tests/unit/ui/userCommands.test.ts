import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { keymapOf } from '../../../src/ui/keymap.ts';
import { fillCommand, ownBindings, templateFields, type CommandSettings } from '../../../src/ui/userCommands.ts';
import { aGuest } from '../../support/cluster.ts';

const command = (over: Partial<CommandSettings>): CommandSettings => ({ confirm: false, pause: false, ...over });
const fields = (name: string): Readonly<Record<string, string>> =>
  templateFields(aGuest(104, { name, tags: ['web', 'prod'] }), { context: 'homelab' });

describe('commands of the configuration', () => {
  it('become bindings on their screens, and take their key there', () => {
    const { bindings, problems } = ownBindings({
      shell: command({ key: 'ctrl-t', on: ['guests'], exec: 'ssh root@{{node}}' }),
      off: command({ key: 'x', on: ['guests'], run: 'guest shutdown {{vmid}}', title: 'off' }),
      anywhere: command({ run: 'task list' }),
    });
    expect(problems).toEqual([]);
    const keymap = keymapOf({}, bindings);
    expect(keymap.find('ctrl-t', ['guests', 'list', 'global'])?.action).toBe('command.shell');
    expect(keymap.find('x', ['guests'])?.title).toBe('off');
    expect(keymap.problems.map(({ message }) => message)).toEqual([
      'a command takes x from actions, which has no key now',
    ]);
  });

  it('are told when they are wrong, and left out', () => {
    const { bindings, problems } = ownBindings({
      both: command({ run: 'task list', exec: 'true' }),
      none: command({ key: 'X' }),
      nowhere: command({ run: 'task list', on: ['guest'] }),
      key: command({ run: 'task list', key: 'f5' }),
    });
    expect(problems.map(({ path: place }) => place.join('.'))).toEqual([
      'commands.both',
      'commands.none',
      'commands.nowhere.on',
      'commands.key.key',
    ]);
    // One without a key is still there by its name.
    expect(bindings.map(({ action }) => action)).toEqual(['command.key']);
  });
});

describe('templates', () => {
  it('are filled with the fields of the row', () => {
    const { words } = fillCommand(command({ exec: 'ssh -t root@{{node}} pct enter {{ vmid }}' }), fields('web-01'));
    expect(words).toEqual(['ssh', '-t', 'root@pve1', 'pct', 'enter', '104']);
    expect(fillCommand(command({ run: 'guests {{tags}} {{context}}' }), fields('web-01')).words).toEqual([
      'guests',
      'web,prod',
      'homelab',
    ]);
  });

  it('say which fields there are when one is missing', () => {
    expect(() => fillCommand(command({ exec: 'echo {{nmae}}' }), fields('web'))).toThrow('This row has no {{nmae}}.');
    expect(() => fillCommand(command({ exec: 'echo {{constructor}}' }), fields('web'))).toThrow('no {{constructor}}');
  });

  const hostile = [
    'x; touch {mark}',
    '$(touch {mark})',
    '`touch {mark}`',
    "x' ; touch {mark} ; '",
    'x" ; touch {mark} ; "',
    'x && touch {mark}',
    'x | touch {mark}',
    'x > {mark}',
    '{{vmid}}',
    'two words',
    '-oProxyCommand=touch {mark}',
    '*',
    '~root',
  ];
  const mark = path.join(tmpdir(), `proxdeck-injected-${String(process.pid)}`);

  it.each(hostile)('do not let %s out of its word', (template) => {
    const name = template.replaceAll('{mark}', mark);
    expect(() => fillCommand(command({ exec: 'printf %s {{name}}' }), fields(name))).toThrow(/shell|option|no \{\{/);
    // As one part of a word, whatever it is: the program gets exactly that.
    const any = fillCommand(command({ exec: 'printf %s =={{name|any}}' }), fields(name)).words;
    expect(spawnSync(any[0] ?? '', any.slice(1), { encoding: 'utf8' }).stdout).toBe(`==${name}`);
    // Quoted for a shell at the other end: what that shell reads is exactly that.
    const [, , quoted = ''] = fillCommand(command({ exec: 'printf %s {{name|sh}}' }), fields(name)).words;
    expect(spawnSync('sh', ['-c', `printf %s ${quoted}`], { encoding: 'utf8' }).stdout).toBe(name);
    expect(existsSync(mark)).toBe(false);
  });

  it('take no control characters and no options', () => {
    expect(() => fillCommand(command({ exec: 'printf {{name|any}}' }), fields('a\u001B[2Jb'))).toThrow('control');
    expect(() => fillCommand(command({ exec: 'printf {{name|any}}' }), fields('--help'))).toThrow('option');
  });
});
