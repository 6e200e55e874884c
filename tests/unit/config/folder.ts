import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { configFile } from '../../../src/config/paths.ts';

/** Returns variables that point into a folder of this test's own, with a configuration if one is given. */
export const aHome = (yaml?: string) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const env = {
    HOME: folder,
    XDG_CONFIG_HOME: path.join(folder, 'config'),
    XDG_STATE_HOME: path.join(folder, 'state'),
    XDG_CACHE_HOME: path.join(folder, 'cache'),
  };
  if (yaml !== undefined) {
    mkdirSync(path.dirname(configFile(env)), { recursive: true });
    writeFileSync(configFile(env), yaml);
  }
  return env;
};
