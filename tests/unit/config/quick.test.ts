import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { cacheFolder, configFile } from '../../../src/config/paths.ts';
import { quickConfig } from '../../../src/config/quick.ts';
import { aHome } from './folder.ts';

const token = 'root@pam!main=8d1f4c1e-0000-4000-8000-000000000001';
const yaml = `current: home\ntheme: dark\ncontexts:\n  home: { url: 'https://pve1:8006', token: '${token}', prod: true }\n  work: { url: pve2 }\n`;

describe('what the first frame needs of the configuration', () => {
  it('is unknown before the first loading, and known after it', async () => {
    const env = aHome(yaml);
    expect(quickConfig(env)).toBeUndefined();
    await loadConfig(env);
    expect(quickConfig(env)).toEqual({ contextName: 'home', address: 'https://pve1:8006', prod: true });
  });

  it('holds no secret', async () => {
    const env = aHome(yaml);
    await loadConfig(env);
    expect(readFileSync(path.join(cacheFolder(env), 'start.json'), 'utf8')).not.toContain('8d1f4c1e');
  });

  it('is unknown again as soon as the file was changed by hand', async () => {
    const env = aHome(yaml);
    await loadConfig(env);
    writeFileSync(configFile(env), yaml.replace('current: home', 'current: work'));
    expect(quickConfig(env)).toBeUndefined();
    await loadConfig(env);
    expect(quickConfig(env)).toMatchObject({ contextName: 'work', address: 'pve2' });
  });

  it('is another one under other variables', async () => {
    const env = aHome(yaml);
    await loadConfig(env);
    const elsewhere = { ...env, PROXDECK_URL: 'https://pve9:8006' };
    expect(quickConfig(elsewhere)).toBeUndefined();
    await loadConfig(elsewhere);
    expect(quickConfig(elsewhere)).toMatchObject({ contextName: 'environment', address: 'https://pve9:8006' });
    expect(quickConfig({ ...env, PROXDECK_URL: 'https://pve8:8006' })).toBeUndefined();
  });

  it('is unknown, and no error, when the small file is damaged', async () => {
    const env = aHome(yaml);
    await loadConfig(env);
    writeFileSync(path.join(cacheFolder(env), 'start.json'), '{"stamp":');
    expect(quickConfig(env)).toBeUndefined();
  });
});
