import path from 'node:path';
import { createInterface } from 'node:readline';
import { stateFolder, type Environment } from '../../config/paths.ts';
import { ProxdeckError } from '../../models/error.ts';

/** The demo's cluster, running in a process of its own so that neither slows the other. */
export interface Demo {
  readonly name: string;
  /** Tells the demo's pictures from those of any real cluster, and what one login sees from what another does. */
  readonly address: string;
  /** Resolves with the variables that lead to the cluster, once it listens. Throws `config` when it could not start. */
  readonly env: Promise<Environment>;
  readonly stateFolder: string;
  stop(): Promise<void>;
}

/** The first line that the simulator writes is where it listens. (Leaving execa's own iterator would wait for the child to end.) */
const firstLine = async (lines: AsyncIterable<string>, login: string | undefined): Promise<string> => {
  for await (const line of lines) return line;
  const said = login === undefined ? '' : ` --as '${login}'`;
  throw new ProxdeckError('config', 'The simulator of the demo did not start.', {
    hint: `Try \`proxdeck simulate --port 0${said}\` to see why.`,
  });
};

/**
 * Starts the homelab: `proxdeck simulate` as a child that ends with this process. Its state is kept apart from the user's own.
 * `login` is a token of the fixture to look at it with; without it, as root.
 */
export const startDemo = (env: Environment, login?: string): Demo => {
  const folder = path.join(stateFolder(env), 'demo');
  const as = login === undefined ? [] : ['--as', login];
  // In an object: a child process of execa is a promise of its end, and would be awaited with the module.
  const started = import('execa').then(({ execa }) => ({
    child: execa(process.execPath, [process.argv[1] ?? '', 'simulate', '--port', '0', '--output', 'json', ...as], {
      // With a channel the child notices that this process is gone, however it went.
      ipc: true,
      serialization: 'json',
      stdin: 'ignore',
      stderr: 'ignore',
      buffer: false,
      reject: false,
      env: { PROXDECK_SIMULATOR_STATE: folder },
    }),
  }));
  const variables = async (): Promise<Environment> => {
    const { child } = await started;
    // Behind the first frame, which does without zod.
    const { announcementSchema } = await import('./announcement.ts');
    const { url, fingerprint, token } = announcementSchema.parse(
      JSON.parse(await firstLine(createInterface({ input: child.stdout }), login)),
    );
    const { PROXDECK_USER: _user, PROXDECK_PASSWORD: _password, ...rest } = env;
    return { ...rest, PROXDECK_URL: url, PROXDECK_FINGERPRINT: fingerprint, PROXDECK_TOKEN: token };
  };
  return {
    name: 'homelab',
    address: login === undefined ? 'demo' : `demo as ${login}`,
    env: variables(),
    stateFolder: folder,
    stop: async () => {
      const { child } = await started;
      child.kill();
      await child;
    },
  };
};
