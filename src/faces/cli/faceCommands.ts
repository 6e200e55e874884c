import { ProxdeckError } from '../../models/error.ts';
import { completionScripts } from './completionScripts.ts';
import type { Surroundings } from './execute.ts';
import type { FaceCommand } from './program.ts';

const demo = ({ stdout }: Surroundings): FaceCommand => ({
  name: 'demo',
  summary: 'Open the full screen on a homelab that runs inside this program',
  options: [
    { flags: '--as <login>', description: 'as whom it is looked at: a token of the cluster, such as viewer@pve!demo' },
  ],
  run: async () => {
    // With a terminal main.ts has taken this road before plain mode was loaded.
    stdout.write(
      [
        'The demo is a full screen and needs a terminal: run `proxdeck demo` in one.',
        'To use its cluster here, start it and say where it is:',
        '  proxdeck simulate --port 18006 --output json',
        '  export PROXDECK_URL=… PROXDECK_FINGERPRINT=… PROXDECK_TOKEN=…   (from the line it prints)',
        '  proxdeck guest list',
        '',
      ].join('\n'),
    );
    return 0;
  },
});

const simulate = (surroundings: Surroundings): FaceCommand => ({
  name: 'simulate',
  summary: 'Run a Proxmox VE API server on this machine, for tests and training',
  options: [
    { flags: '--port <number>', description: 'where it listens; 0 for a free one (usually 8006)' },
    { flags: '--fixture <file>', description: 'the cluster, as YAML (usually the homelab of the demo)' },
    { flags: '--nodes <number>', description: 'make a cluster with so many nodes' },
    { flags: '--guests <number>', description: 'make a cluster with so many guests' },
    { flags: '--access-log <file>', description: 'write one JSON line a request into this file' },
    { flags: '--as <login>', description: 'whose token it tells: one of the fixture (usually one of root)' },
    {
      flags: '--fault <fault>',
      description: 'trouble: latency=300, status=500, node-down=pve3 …; may be repeated',
      many: true,
    },
  ],
  run: async ({ options, globals }) => (await import('./simulate.ts')).simulate(options, globals, surroundings),
});

const completion = ({ stdout }: Surroundings): FaceCommand => ({
  name: 'completion',
  summary: 'Print the completion script of a shell',
  arguments: [{ name: 'shell', description: 'bash, zsh or fish', choices: Object.keys(completionScripts) }],
  run: async ({ arguments: [shell = ''] }) => {
    const script = completionScripts[shell];
    if (script === undefined) throw new ProxdeckError('usage', `There is no completion for ${shell}.`);
    stdout.write(script);
    return 0;
  },
});

const console = (surroundings: Surroundings): FaceCommand => ({
  name: 'console',
  summary: 'Every command behind a prompt, line by line: for terminals without a full screen, and for screen readers',
  run: async ({ globals }) =>
    (await import('./console.ts')).runConsole(globals, surroundings, faceCommands(surroundings)),
});

/** The commands that belong to the command line itself. */
export const faceCommands = (surroundings: Surroundings): readonly FaceCommand[] => [
  console(surroundings),
  demo(surroundings),
  simulate(surroundings),
  completion(surroundings),
];
