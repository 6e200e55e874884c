import path from 'node:path';
import { startDemo } from '../cli/demo.ts';
import type { TuiOptions } from './start.ts';

/**
 * Starts the homelab beside the screen and returns how the screen reaches it, as root or with a token of its own: nothing of the
 * user's own configuration or state is touched.
 */
export const demoOptions = (options: TuiOptions, login?: string): TuiOptions => {
  const demo = startDemo(options.env, login);
  const own = {
    XDG_CONFIG_HOME: path.join(demo.stateFolder, 'config'),
    XDG_CACHE_HOME: path.join(demo.stateFolder, 'cache'),
  };
  const { contextName: _contextName, known: _known, ...rest } = options;
  return {
    ...rest,
    settingsEnv: { ...options.env, ...own },
    stateFolder: demo.stateFolder,
    cluster: {
      name: demo.name,
      address: demo.address,
      env: demo.env.then((env) => ({ ...env, ...own })),
      workspace: path.join(demo.stateFolder, 'workspace'),
      stop: demo.stop,
    },
  };
};
