import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { freePort } from '../support/ports.ts';

/** A rendered configuration of Traefik. */
interface TraefikFiles {
  /** Its static file. */
  readonly configuration: string;
  /** Folder of its dynamic files. */
  readonly dynamic: string;
  /** What lies in /run/secrets, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningTraefik extends AsyncDisposable {
  /** Port of an entry point on loopback. */
  readonly port: (entryPoint: string) => number;
  /** What it has logged. */
  readonly log: () => string;
}

const staticSchema = z.looseObject({
  entryPoints: z.record(z.string(), z.looseObject({ address: z.string() })),
  providers: z.looseObject({ file: z.looseObject({ directory: z.string() }) }),
});

/**
 * Starts Traefik with a rendered configuration, of which only the places are others: ports of loopback for those of the machine, a
 * folder for /etc/traefik and /run/secrets. Routes come a moment after it listens: ask for one until it answers.
 */
export const startTraefik = async (program: string, files: TraefikFiles): Promise<RunningTraefik> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-traefik-'));
  const secrets = path.join(folder, 'secrets');
  const dynamic = path.join(folder, 'dynamic');
  mkdirSync(secrets);
  for (const [name, content] of Object.entries(files.secrets))
    writeFileSync(path.join(secrets, name), content, { mode: 0o600 });
  cpSync(files.dynamic, dynamic, { recursive: true });
  for (const name of readdirSync(dynamic)) {
    const file = path.join(dynamic, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('/run/secrets/', `${secrets}/`));
  }
  const wanted = staticSchema.parse(parse(readFileSync(files.configuration, 'utf8')));
  const ports = new Map<string, number>();
  for (const [name, entryPoint] of Object.entries(wanted.entryPoints)) {
    const port = await freePort();
    ports.set(name, port);
    entryPoint.address = `127.0.0.1:${String(port)}`;
  }
  wanted.providers.file.directory = dynamic;
  writeFileSync(path.join(folder, 'traefik.yaml'), stringify(wanted));
  const child = spawn(program, [`--configFile=${path.join(folder, 'traefik.yaml')}`], {
    env: { ...process.env, ...files.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  return {
    port: (entryPoint) => {
      const port = ports.get(entryPoint);
      if (port === undefined) throw new Error(`there is no entry point ${entryPoint}`);
      return port;
    },
    log: () => log,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.kill()) await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
};
