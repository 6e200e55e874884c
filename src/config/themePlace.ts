import path from 'node:path';
import { configFile, type Environment } from './paths.ts';
import { readStored, stampOfFile } from './stored.ts';
import type { ThemeFields } from './themes.ts';

/** Where a person's own themes lie, and what is left of them for the first frame; no YAML and no zod here. */

/** The folder of a person's own themes: `themes` beside the configuration. */
export const themeFolder = (env: Environment): string => path.join(path.dirname(configFile(env)), 'themes');

/** A name is one part of a path, whatever is written on the command line. */
export const themeFile = (env: Environment, name: string): string =>
  path.join(themeFolder(env), `${path.basename(name)}.yaml`);

export const themeCacheName = (name: string): string => `theme-${path.basename(name)}.json`;

/** Returns a theme of a person's own as the last start read it; undefined when its file has changed since. */
export const quickTheme = (env: Environment, name: string): ThemeFields | undefined =>
  readStored<ThemeFields>(env, themeCacheName(name), stampOfFile(themeFile(env, name)));
