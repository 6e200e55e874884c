import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInThemes } from '../../../components/themes.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { configFile } from '../../../src/config/paths.ts';
import { themeFile } from '../../../src/config/themePlace.ts';
import { loadTheme, themeNames } from '../../../src/config/themes.ts';
import {
  asTheme,
  depthOf,
  lookFor,
  startLook,
  themeAtOnce,
  themeNameOf,
  vocabulary,
} from '../../../src/faces/tui/appearance.ts';
import { aHome } from '../config/folder.ts';

const flags = { noColor: false, ascii: false, reducedMotion: false };
const utf8 = { TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'en_US.UTF-8' };

/** Writes a theme of a person's own. */
const write = (env: ReturnType<typeof aHome>, name: string, yaml: string): string => {
  const file = themeFile(env, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, yaml);
  return file;
};

describe('what a terminal can show', () => {
  it.each([
    [{ COLORTERM: 'truecolor', TERM: 'xterm' }, 'any'],
    [{ COLORTERM: '24bit', TERM: 'tmux-256color' }, 'any'],
    [{ TERM: 'xterm-direct' }, 'any'],
    [{ TERM: 'screen-256color' }, 256],
    [{ TERM: 'xterm-kitty' }, 256],
    [{ TERM: 'linux' }, 16],
    [{}, 16],
  ] as const)('is told by %j', (env, depth) => {
    expect(depthOf(env)).toBe(depth);
  });

  it('has symbols as the locale, the file and the flag say, the flag last', () => {
    const running = (env: Record<string, string>, looks = {}, own = flags): string =>
      lookFor(env, own, looks, undefined).glyphs.running;
    expect(running(utf8)).toBe('●');
    expect(running({ ...utf8, LC_ALL: 'C' })).toBe('*');
    expect(running({ ...utf8, LC_ALL: 'C' }, { symbols: 'unicode' })).toBe('●');
    expect(running(utf8, { symbols: 'ascii' })).toBe('*');
    expect(running(utf8, { symbols: 'unicode' }, { ...flags, ascii: true })).toBe('*');
  });

  it('has no colour with NO_COLOR of any value that is not empty, or the flag', () => {
    expect(lookFor(utf8, flags, {}, undefined).colourful).toBe(true);
    expect(lookFor({ ...utf8, NO_COLOR: '' }, flags, {}, undefined).colourful).toBe(true);
    expect(lookFor({ ...utf8, NO_COLOR: '0' }, flags, {}, undefined).colourful).toBe(false);
    expect(lookFor(utf8, { ...flags, noColor: true }, {}, undefined).colourful).toBe(false);
  });

  it('stands still by flag or by file', () => {
    expect(lookFor(utf8, flags, {}, undefined).still).toBe(false);
    expect(lookFor(utf8, flags, { reduced_motion: true }, undefined).still).toBe(true);
    expect(lookFor(utf8, { ...flags, reducedMotion: true }, {}, undefined).still).toBe(true);
  });
});

describe('the theme', () => {
  it('is the flag’s before the file’s before the usual one', () => {
    expect(themeNameOf(flags, {})).toBe('terminal');
    expect(themeNameOf(flags, { theme: 'light' })).toBe('light');
    expect(themeNameOf({ ...flags, theme: 'dark' }, { theme: 'light' })).toBe('dark');
  });

  it('of the configuration is there in the first frame, once the file was read', async () => {
    const env = { ...aHome('theme: dark\nreduced_motion: true\n'), ...utf8 };
    expect(startLook(env, flags, env).page('x', 2)).toBe('x');
    await loadConfig(env);
    expect(startLook(env, flags, env).page('x', 2)).toContain('48;2;22;25;31');
    expect(startLook(env, flags, env).still).toBe(true);
    writeFileSync(configFile(env), 'theme: light # now\n');
    expect(startLook(env, flags, env).page('x', 2)).toBe('x');
  });

  it('of a person’s own begins as another one, and is there at once from its second use on', async () => {
    const env = aHome();
    write(
      env,
      'ocean',
      "based_on: dark\nbackground: '#002b36'\ntokens:\n  accent: cyan\n  ok: { colour: '#859900', bold: true }\n",
    );
    expect(themeAtOnce(env, 'ocean')).toBeUndefined();
    const theme = asTheme(await loadTheme(env, 'ocean', vocabulary));
    expect(theme).toEqual({
      background: '#002b36',
      tokens: {
        ...builtInThemes['dark']?.tokens,
        accent: { colour: 'cyan' },
        ok: { colour: '#859900', bold: true },
      },
    });
    expect(themeAtOnce(env, 'ocean')).toEqual(theme);
    expect(await themeNames(env)).toEqual(['ocean']);
    write(env, 'ocean', 'based_on: light\n');
    expect(themeAtOnce(env, 'ocean')).toBeUndefined();
  });

  it.each([
    ['tokens:\n  acccent: red\n', ':2:3: tokens.acccent: there is no such key. Did you mean accent?'],
    ['tokens:\n  accent: pink\n', ":2:3: tokens.accent: a colour is '#rrggbb' in quotes, or one of: black"],
    ['tokens:\n  ok: { colour: red, blink: true }\n', ':2:22: tokens.ok.blink: there is no such key.'],
    ['based_on: drak\n', ':1:1: based_on:'],
    ['background: #fff\ntokens: {\n', 'this is not YAML'],
  ])('that is wrong is told with its place: %j', async (yaml, message) => {
    const env = aHome();
    const file = write(env, 'mine', yaml);
    const failure = loadTheme(env, 'mine', vocabulary);
    await expect(failure).rejects.toMatchObject({ code: 'config' });
    await expect(failure).rejects.toThrow(file);
    await expect(failure).rejects.toThrow(message);
  });

  it('that the documentation shows is one', async () => {
    const page = readFileSync(new URL('../../../docs/looks.md', import.meta.url), 'utf8');
    const [, yaml = ''] = /```yaml\n(based_on[\s\S]*?)```/.exec(page) ?? [];
    const [, listed = ''] = /^Tokens: (.*?)\./m.exec(page) ?? [];
    const env = aHome();
    write(env, 'page', yaml);
    expect((await loadTheme(env, 'page', vocabulary)).tokens['ok']).toEqual({ colour: '#859900' });
    expect(listed.split(', ')).toEqual([...vocabulary.tokens]);
  });

  it('that is not there says what is, and never leaves its folder', async () => {
    const env = aHome();
    await expect(loadTheme(env, 'drak', vocabulary)).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no theme drak. Did you mean dark?',
    });
    expect(themeFile(env, '../../etc/passwd')).toBe(path.join(path.dirname(configFile(env)), 'themes', 'passwd.yaml'));
  });
});
