import path from 'node:path';
import { startDemo } from '../cli/demo.ts';
import type { TuiOptions } from './start.ts';

/** Starts the homelab beside the screen and returns how the screen reaches it: nothing of the user's own configuration or state is touched. */
export const demoOptions = (options: TuiOptions): TuiOptions => {
  const demo = startDemo(options.env);
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
      stop: demo.stop,
    },
  };
};
