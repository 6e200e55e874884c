import * as z from 'zod';
import { ProxdeckError } from '../../models/error.ts';
import { serveSimulator, type ServeOptions } from '../../simulator/serve.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { Surroundings } from './execute.ts';
import type { Globals } from './globals.ts';

const optionsSchema = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(8006),
  fixture: z.string().exactOptional(),
  nodes: z.coerce.number().int().min(1).max(64).exactOptional(),
  guests: z.coerce.number().int().min(0).max(100_000).exactOptional(),
  fault: z.array(z.string()).default([]),
  as: z.string().exactOptional(),
  accessLog: z.string().min(1).exactOptional(),
});

const parseOptions = (options: Readonly<Record<string, unknown>>): z.output<typeof optionsSchema> => {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ProxdeckError('usage', `--${String(issue?.path[0])}: ${issue?.message ?? 'is not valid'}.`, {
    hint: 'See `proxdeck simulate --help`.',
  });
};

/** A port that is taken, or not ours to take, is no defect. */
const listening = async (options: ServeOptions): Promise<Simulator> => {
  try {
    return await serveSimulator(options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EACCES' ? 'may not be used by you' : 'is in use';
    throw new ProxdeckError('usage', `The port ${String(options.port)} ${why}.`, {
      hint: 'Give another one with --port; 0 takes a free one.',
      cause: error,
    });
  }
};

/** Resolves when somebody wants the server to end: Ctrl-C, or the parent that started it over a channel is gone. */
const wished = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    process.once('disconnect', resolve);
    // The channel tells of the parent; it must not keep this process alive after its work.
    process.channel?.unref();
  });

/** Runs the simulator until it is stopped. Its first line says where it listens: one JSON object with `--output json`. */
export const simulate = async (
  options: Readonly<Record<string, unknown>>,
  { output }: Globals,
  { env, signal, stdout }: Surroundings,
): Promise<number> => {
  const { fault: faults, ...size } = parseOptions(options);
  const stateDir = env['PROXDECK_SIMULATOR_STATE'];
  const simulator = await listening({ ...size, faults, roles: true, ...(stateDir !== undefined && { stateDir }) });
  const { url, fingerprint, token, roleTokens: tokens } = simulator;
  const lines = [
    `Proxmox VE is simulated at ${url}; Ctrl-C ends it.`,
    `export PROXDECK_URL='${url}'`,
    `export PROXDECK_FINGERPRINT='${fingerprint}'`,
    `export PROXDECK_TOKEN='${token}'`,
  ];
  stdout.write(
    output === 'json' ? `${JSON.stringify({ url, fingerprint, token, tokens })}\n` : `${lines.join('\n')}\n`,
  );
  await wished(signal);
  await simulator.close();
  return 0;
};
