import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  mkdirSync,
  lstatSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { removeContext, saveContext, useContext } from '../../../src/config/edit.ts';
import { configFile } from '../../../src/config/paths.ts';
import { aHome } from './folder.ts';

const entry = { addresses: ['https://pve1:8006'], token: 'root@pam!main=8d1f4c1e-0000-4000-8000-000000000001' };

describe('changing the configuration', () => {
  it('makes the file for its owner alone, and the first context the current one', async () => {
    const env = aHome();
    await saveContext(configFile(env), 'home', entry);
    expect(statSync(configFile(env)).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(configFile(env))).mode & 0o777).toBe(0o700);
    expect(await loadConfig(env)).toMatchObject({ current: 'home', contexts: { home: entry } });
  });

  it('keeps comments, order and what it does not touch', async () => {
    const yaml =
      '# mine\ncurrent: home # the cellar\ncontexts:\n  home: { url: pve1 } # old\n  work:\n    # by ada\n    url: pve2\ntheme: dark\n';
    const env = aHome(yaml);
    await saveContext(configFile(env), 'lab', entry);
    const text = readFileSync(configFile(env), 'utf8');
    for (const comment of ['# mine', '# the cellar', '# old', '# by ada']) expect(text).toContain(comment);
    expect((await loadConfig(env)).contexts).toHaveProperty('lab');
    await useContext(configFile(env), 'work');
    await removeContext(configFile(env), 'lab');
    expect(readFileSync(configFile(env), 'utf8')).toBe(yaml.replace('current: home', 'current: work'));
  });

  it('leaves no current context when that one is removed', async () => {
    const env = aHome('current: home\ncontexts:\n  home: { url: pve1 }\n  work: { url: pve2 }\n  lab: { url: pve3 }\n');
    await removeContext(configFile(env), 'home');
    expect((await loadConfig(env)).current).toBeUndefined();
  });

  it('never overwrites a broken file, nor leaves anything beside it', async () => {
    const env = aHome('contexts: {\n');
    await expect(saveContext(configFile(env), 'home', entry)).rejects.toMatchObject({ code: 'config' });
    expect(readFileSync(configFile(env), 'utf8')).toBe('contexts: {\n');
    expect(readdirSync(path.dirname(configFile(env)))).toEqual(['config.yaml']);
  });

  it('writes nothing that it could not read again', async () => {
    const env = aHome();
    await expect(saveContext(configFile(env), 'home', { ...entry, token: 'no token' })).rejects.toMatchObject({
      code: 'config',
    });
    expect(existsSync(configFile(env))).toBe(false);
  });

  it('writes through a link, and narrows the mode of a file that others could read', async () => {
    const env = aHome();
    const real = path.join(env.HOME, 'dotfiles.yaml');
    writeFileSync(real, 'theme: dark\n');
    chmodSync(real, 0o644);
    mkdirSync(path.dirname(configFile(env)), { recursive: true });
    symlinkSync(real, configFile(env));
    await saveContext(configFile(env), 'home', entry);
    expect(lstatSync(configFile(env)).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toContain('home:');
    expect(statSync(real).mode & 0o777).toBe(0o600);
  });
});
