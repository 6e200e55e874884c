import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { keysPage } from '../../../scripts/keys.ts';
import { keyTable, type Binding } from '../../../src/ui/keyTable.ts';
import { keyClashes, keymapOf, parseKey, type Keymap } from '../../../src/ui/keymap.ts';
import { KeyReader } from '../../../src/ui/keys.ts';
import { presetNames, presets } from '../../../src/ui/presets.ts';

const keysOf = (keymap: Keymap, scope: Binding['scope'], action: Binding['action']): readonly string[] =>
  keymap.bindings.find((binding) => binding.scope === scope && binding.action === action)?.keys ?? [];

describe('parseKey', () => {
  it.each([
    ['j', 'j'],
    ['G', 'G'],
    ['gg', 'g g'],
    ['g g', 'g g'],
    ['ctrl-d', 'ctrl-d'],
    ['C-D', 'ctrl-d'],
    ['<c-w> w', 'ctrl-w w'],
    ['esc', 'escape'],
    ['Return', 'enter'],
    ['PgUp', 'pageup'],
    ['space', 'space'],
    [' ', 'space'],
    ['é', 'é'],
    ['f5', undefined],
    ['alt-x', undefined],
    ['ctrl-f5', undefined],
    ['word', undefined],
    ['', undefined],
  ])('%j is %j', (text, key) => {
    expect(parseKey(text)).toBe(key);
  });
});

describe('the table', () => {
  it('needs no Alt, no function key and no mouse for any action', () => {
    for (const { action, scope, keys } of keyTable) {
      expect(keys.length, `${scope}/${action}`).toBeGreaterThan(0);
      for (const key of keys) expect(parseKey(key), `${scope}/${action} ${key}`).toBe(key);
    }
  });

  it('agrees with its page in the documentation', () => {
    const page = path.join(import.meta.dirname, '../../../docs/keys.md');
    expect(readFileSync(page, 'utf8'), 'run: node scripts/keys.ts --write').toBe(keysPage());
  });

  it('finds a chord that hides behind its own beginning', () => {
    const planted: Binding = { action: 'redraw', scope: 'global', keys: ['g'], title: 'planted' };
    expect(keyClashes([...keyTable, planted])).toContain('g g: first (list) and redraw (global)');
  });
});

describe('presets', () => {
  it.each(presetNames)('%s leaves no action without a key and nothing that clashes', (preset) => {
    const keymap = keymapOf({ preset });
    expect(keymap.problems).toEqual([]);
    for (const { scope, action, keys } of keymap.bindings) expect(keys, `${scope}/${action}`).not.toEqual([]);
    expect(keyClashes(keymap.bindings)).toEqual([]);
  });

  it('name only actions that there are', () => {
    const known = new Set(keyTable.flatMap(({ scope, action }) => [action, `${scope}/${action}`]));
    for (const [name, keys] of Object.entries(presets))
      for (const action of Object.keys(keys)) expect(known, `${name}: ${action}`).toContain(action);
  });
});

describe('keys of the configuration', () => {
  it('give an action other keys, and take them from what had them', () => {
    const keymap = keymapOf({ bindings: { refresh: ['r', 'gr'], 'list/sort': ['R'] } });
    expect(keysOf(keymap, 'global', 'refresh')).toEqual(['r', 'g r']);
    expect(keysOf(keymap, 'list', 'sort')).toEqual(['R']);
    expect(keymap.find('o', ['list', 'global'])).toBeUndefined();
    expect(keymap.problems).toEqual([]);
  });

  it('are told when they are wrong, each with its place, and the rest counts', () => {
    const keymap = keymapOf({
      preset: 'emacs',
      bindings: { refesh: ['r'], quit: ['f10'], help: ['H'], redraw: ['H'], automatic: ['o'] },
    });
    expect(keymap.problems.map(({ path: place, message }) => `${place.join('.')}: ${message}`)).toEqual([
      expect.stringContaining('keys.preset: there is no preset emacs'),
      'keys.bindings.refesh: there is no action refesh. Did you mean refresh?',
      'keys.bindings.quit: f10 is no key that every terminal sends',
      'keys.bindings.redraw: H is already given to help; that keeps it',
      'keys.bindings.automatic: takes o from sort, which has no key now',
    ]);
    expect(keysOf(keymap, 'global', 'help')).toEqual(['H']);
    // What could not be read changes nothing.
    expect(keysOf(keymap, 'global', 'quit')).toEqual(['q']);
  });

  it('do not reach into a line that is typed, unless they name it', () => {
    const keymap = keymapOf({ bindings: { down: ['n'] } });
    expect(keysOf(keymap, 'list', 'down')).toEqual(['n']);
    expect(keysOf(keymap, 'palette', 'down')).toContain('down');
    expect(keymap.find('n', ['palette'])).toBeUndefined();
  });

  it('may take all keys away', () => {
    expect(keysOf(keymapOf({ bindings: { automatic: [] } }), 'global', 'automatic')).toEqual([]);
  });
});

describe('counts', () => {
  const read = (reader: KeyReader, keys: string): readonly (string | number | undefined)[] => {
    let found;
    for (const key of keys) found = reader.read(key, ['list', 'global']);
    return [found?.action, reader.count];
  };

  it('begin behind g, since digits choose screens', () => {
    expect(read(new KeyReader(), 'g12j')).toEqual(['down', 12]);
    expect(read(new KeyReader(), 'g42G')).toEqual(['last-row', 42]);
    expect(read(new KeyReader(), 'g42gg')).toEqual(['first', 42]);
    expect(read(new KeyReader(), '1')).toEqual(['screen.nodes', undefined]);
    expect(read(new KeyReader(), 'gg')).toEqual(['first', undefined]);
  });

  it('stand by themselves where digits choose nothing', () => {
    const reader = new KeyReader();
    reader.keymap = keymapOf({ preset: 'vim' });
    expect(read(reader, '12j')).toEqual(['down', 12]);
    expect(read(reader, 'g1')).toEqual(['screen.nodes', undefined]);
  });

  it('are dropped by Esc, which then does nothing else', () => {
    const reader = new KeyReader();
    read(reader, 'g12');
    expect(reader.pending).toBe('12');
    expect(reader.read('escape', ['list', 'global'])).toBeUndefined();
    expect(reader.pending).toBe('');
    expect(reader.read('escape', ['list', 'global'])?.action).toBe('back');
  });

  it('never grow beyond what a list can have', () => {
    expect(read(new KeyReader(), `g${'9'.repeat(40)}j`)).toEqual(['down', 999_999]);
  });
});
