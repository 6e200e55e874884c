import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Home } from '../support/home.ts';
import { launcherFile } from '../support/simulator.ts';

describe('the first start of all', () => {
  test('finds its code compiled by the build', () => {
    using home = new Home();
    const { NODE_COMPILE_CACHE: _place, NODE_DISABLE_COMPILE_CACHE: _none, ...inherited } = process.env;
    const env = { ...inherited, ...home.env, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
    const { status, stdout, stderr } = spawnSync(launcherFile, ['version'], { env, encoding: 'utf8' });
    expect(status).toBe(0);
    const told = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('V8 code cache for'));
    const compiledNow = told.filter((line) => !line.includes('was accepted') && !line.includes('/dist/proxdeck-'));
    expect(compiledNow).toEqual([]);
    expect(told.length).toBeGreaterThan(20);
  });
});
