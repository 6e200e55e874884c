import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { scripts } from '../../../../generators/scripts/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import type { Stack } from '../../../../src/models/stack.ts';
import { luciaLike } from '../../../support/lucia.ts';
import { written } from '../../../support/rendered.ts';
import { stackOf } from '../../../support/stacks.ts';
import { tool } from '../../../support/tools.ts';

const shellcheck = await tool('shellcheck');

const portOf = (server: net.Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const listening = async (server: Server | net.Server): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return portOf(server);
};

const answering = (status: number, body = 'Healthy'): Promise<number> =>
  listening(createServer((_, response) => response.writeHead(status).end(body)));

interface Ports {
  readonly web: number;
  readonly partner: number;
  readonly queue: number;
}

/** A page that people come to, a queue behind it, a migration, and a server of somebody else. */
const stackAt = ({ web, partner, queue }: Ports): Stack =>
  stackOf({
    project: {
      name: 'shop',
      services: {
        web: {
          ports: [{ target: 80, published: `${web}`, protocol: 'tcp' }],
          volumes: [{ type: 'volume', source: 'data', target: '/data' }],
        },
        queue: { ports: [{ target: 6379, published: `${queue}`, host_ip: '127.0.0.1', protocol: 'tcp' }] },
        migrate: {},
      },
      volumes: { data: { name: 'shop_data' } },
    },
    extension: {
      settings: {
        Partner__Url: {
          description: 'A server of somebody else.',
          type: 'url',
          default: `http://127.0.0.1:${partner}`,
        },
        TOKEN: { description: 'A key.', sensitive: true, required: true, minLength: 8 },
        LEVEL: { description: 'How much.', type: 'choice', values: ['debug', 'info'], default: 'info' },
        WORKERS: { description: 'How many.', type: 'integer', min: 1, max: 8 },
        NAME: { description: 'A name.', pattern: '[a-z]+(-[a-z]+)*' },
      },
      routes: [{ service: 'web', port: 80, host: 'shop.example.org', tls: { by: 'none' }, websocket: true }],
      smoke: [
        { name: 'has goods', service: 'web', check: { http: { path: '/goods', port: 80, contains: 'Healthy' } } },
      ],
    },
    services: {
      web: { health: { http: { path: '/health', port: 80 } } },
      queue: { datastore: true, health: { tcp: { port: 6379 } } },
      migrate: { once: true },
    },
  });

/** What a program of the machine would say, in a folder that is looked into first. */
const standIns = (folder: string, programs: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(path.join(bin, name), `#!/bin/bash\n${body}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  return { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
};

/** Docker as it answers `ps`, `inspect` and `config` when all is well; what differs is said by service. */
const docker = (states: Readonly<Record<string, string>> = {}): string => `
case "$*" in
  *" ps --quiet "*) echo container ;;
  inspect*) echo /data ;;
  *" config "*) exit 0 ;;
  *" migrate") echo '${states['migrate'] ?? 'exited||0'}' ;;
  *" queue") echo '${states['queue'] ?? 'running|healthy|0'}' ;;
  *" web") echo '${states['web'] ?? 'running|healthy|0'}' ;;
esac`;

const answer = z.object({
  stack: z.string(),
  way: z.string(),
  status: z.string(),
  checks: z.array(z.object({ component: z.string(), check: z.string(), status: z.string(), detail: z.string() })),
});

const ran = async (
  stack: Stack,
  script: string,
  args: readonly string[] = [],
  {
    programs = { docker: docker() },
    files = {},
  }: { programs?: Readonly<Record<string, string>>; files?: Readonly<Record<string, string>> } = {},
) => {
  const folder = written(scripts(stack, usualOptions).artifacts);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content, { mode: 0o600 });
  const env = standIns(folder, programs);
  const result = await execa(path.join(folder, script), [...args], { cwd: folder, env, reject: false });
  return { code: result.exitCode, out: result.stdout, err: result.stderr, all: `${result.stdout}\n${result.stderr}` };
};

const statuses = (out: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    answer.parse(JSON.parse(out)).checks.map(({ component, check, status }) => [`${component}: ${check}`, status]),
  );

const allWell = async (): Promise<Ports> => ({
  web: await answering(200),
  partner: await answering(404),
  queue: await listening(net.createServer()),
});

describe('health-check.sh', () => {
  it('reports every component and is 0 when all is well [S3-027, S0-141, S0-142]', async () => {
    const { code, out } = await ran(stackAt(await allWell()), 'health-check.sh', ['--json']);
    expect(statuses(out)).toEqual({
      'web: container': 'ok',
      'web: healthy': 'ok',
      'queue: container': 'ok',
      'queue: healthy': 'ok',
      'migrate: container': 'ok',
      'Partner__Url: reachable': 'ok',
    });
    expect(code).toBe(0);
  });

  it('is 1 when what it depends on is away, and 2 when people would find nothing [S3-027]', async () => {
    const ports = await allWell();
    const away = { ...ports, partner: await answering(503) };
    expect(await ran(stackAt(away), 'health-check.sh')).toMatchObject({ code: 1 });
    const sick = { ...ports, web: await answering(500) };
    const { code, out } = await ran(stackAt(sick), 'health-check.sh', ['--json']);
    expect(code).toBe(2);
    expect(answer.parse(JSON.parse(out))).toMatchObject({ stack: 'shop', way: 'compose', status: 'down' });
    expect(statuses(out)['web: healthy']).toBe('down');
  });

  it('asks the real port by a connection, not by ping [S0-143]', async () => {
    const gone = net.createServer();
    const port = await listening(gone);
    await new Promise((done) => gone.close(done));
    const { code, out } = await ran(stackAt({ ...(await allWell()), queue: port }), 'health-check.sh', ['--json']);
    expect(statuses(out)['queue: healthy']).toBe('degraded');
    expect(code).toBe(1);
  });

  it('reads the state of containers as data: unhealthy is not running, a migration that failed is not done [S0-141]', async () => {
    const stack = stackAt(await allWell());
    const programs = { docker: docker({ queue: 'running|unhealthy|0', migrate: 'exited||1' }) };
    const { code, out } = await ran(stack, 'health-check.sh', ['--json'], { programs });
    expect(statuses(out)).toMatchObject({ 'queue: container': 'degraded', 'migrate: container': 'degraded' });
    expect(code).toBe(1);
  });

  it('asks systemd and Kubernetes in their own words', async () => {
    const stack = stackAt(await allWell());
    const systemd = await ran(stack, 'health-check.sh', ['--way', 'systemd', '--json'], {
      programs: { systemctl: 'case "$*" in *queue*) echo failed; exit 3 ;; *) echo active ;; esac' },
    });
    expect(statuses(systemd.out)).toMatchObject({ 'web: unit': 'ok', 'queue: unit': 'degraded' });
    const pods = `case "$*" in *component=web*) printf 'Running|True\\nRunning|False\\n' ;; *) printf 'Running|True\\n' ;; esac`;
    const kubernetes = await ran(stack, 'health-check.sh', ['--way', 'kubernetes', '--json'], {
      programs: { kubectl: pods },
    });
    expect(statuses(kubernetes.out)).toMatchObject({ 'web: pods': 'down', 'queue: pods': 'ok' });
    expect(kubernetes.code).toBe(2);
  });

  it('says what it does not know', async () => {
    const { code, err } = await ran(luciaLike(), 'health-check.sh', ['--what']);
    expect(code).toBe(3);
    expect(err).toContain('unknown option --what');
  });
});

describe('validate-deployment.sh', () => {
  const ports = { web: 1, partner: 2, queue: 3 };
  const good = 'TOKEN=abcdefgh1234\nWORKERS=4\nLEVEL="debug"\nNAME=an-apple\n';
  const validated = (content: string, args: readonly string[] = []) =>
    ran(stackAt(ports), 'validate-deployment.sh', ['--env-file', 'settings.env', ...args], {
      files: { 'settings.env': content },
    });

  it('is content with what keeps the rules [S3-028]', async () => {
    const { code, out } = await validated(good);
    expect(out).toContain('shop: ok');
    expect(code).toBe(0);
  });

  it.each([
    ['TOKEN=', 'TOKEN', 'is required and not set'],
    ['TOKEN=changeme123', 'TOKEN', 'is still a placeholder'],
    ['TOKEN=<your token>', 'TOKEN', 'is still a placeholder'],
    ['TOKEN=short', 'TOKEN', 'is shorter than 8 characters'],
    ['Partner__Url=partner', 'Partner__Url', 'is no URL'],
    ['Partner__Url=http://partner:99999', 'Partner__Url', 'is no URL'],
    ['WORKERS=nine', 'WORKERS', 'is no whole number from 1 to 8'],
    ['WORKERS=9', 'WORKERS', 'is no whole number from 1 to 8'],
    ['LEVEL=loud', 'LEVEL', 'is none of debug info'],
    ['NAME=An Apple', 'NAME', 'does not look like'],
  ])('tells %s [S3-028]', async (line, name, message) => {
    const { code, out } = await validated(`${good}${line}\n`, ['--json']);
    const found = answer.parse(JSON.parse(out)).checks.filter(({ status }) => status !== 'ok');
    expect(found).toEqual([expect.objectContaining({ component: name, status: 'down' })]);
    expect(found[0]?.detail).toContain(message);
    expect(code).toBe(2);
  });

  it('prints no value, whatever is wrong with it', async () => {
    for (const secret of ['planted-changeme-secret', 'planted'])
      expect((await validated(`TOKEN=${secret}\nNAME=${secret}!\n`)).all).not.toContain('planted');
  });

  it('tells a file that others can read, and a Compose file that Docker refuses [S3-028]', async () => {
    const programs = { docker: 'echo "yaml: line 3: did not find expected key" >&2; exit 1' };
    const folderStack = stackAt(ports);
    const refused = await ran(folderStack, 'validate-deployment.sh', ['--env-file', 'settings.env', '--json'], {
      programs,
      files: { 'settings.env': good },
    });
    expect(statuses(refused.out)['compose.yaml: syntax']).toBe('down');
    const open = await ran(folderStack, 'validate-deployment.sh', ['--env-file', '/etc/passwd', '--json']);
    expect(statuses(open.out)['passwd: mode']).toBe('degraded');
  });
});

describe('verify.sh', () => {
  it('is 0 only when containers, volumes and smoke checks are well [S3-057, S0-174, S0-144]', async () => {
    const stack = stackAt(await allWell());
    const { code, out } = await ran(stack, 'verify.sh', ['--no-routes', '--json']);
    expect(statuses(out)).toMatchObject({
      'web: volume /data': 'ok',
      'web: has goods': 'ok',
      'migrate: container': 'ok',
    });
    expect(code).toBe(0);
  });

  it('is 2 with everything down, where the original was 0 [S3-057, S0-174]', async () => {
    const { code, out } = await ran(stackAt({ web: 1, partner: 1, queue: 1 }), 'verify.sh', ['--no-routes', '--json'], {
      programs: { docker: 'exit 1' },
    });
    expect(Object.values(statuses(out))).not.toContain('ok');
    expect(code).toBe(2);
  });

  it('finds an answer that is not the right one [S0-147]', async () => {
    const { code, out } = await ran(
      stackAt({ ...(await allWell()), web: await answering(200, 'Sold out') }),
      'verify.sh',
      ['--no-routes'],
    );
    expect(out).toContain('the answer does not hold: Healthy');
    expect(code).toBe(2);
  });

  it('asks a route by its name at the address of the proxy, and its websocket [S0-145, S0-148]', async () => {
    const folder = written(scripts(luciaLike(), usualOptions).artifacts);
    const log = path.join(folder, 'asked');
    const curl = `printf '%s\\n' "$*" >>${log}; case "$*" in *Upgrade*) printf 101 ;; *) printf 200 ;; esac`;
    const env = standIns(folder, { curl, docker: docker() });
    await execa(path.join(folder, 'verify.sh'), ['--address', '127.0.0.7', '--ca', 'ca.pem'], { env, reject: false });
    const { stdout } = await execa('cat', [log]);
    expect(stdout).toContain('--resolve lucia.example.org:443:127.0.0.7 --cacert ca.pem -- https://lucia.example.org/');
    expect(stdout).toContain('--header Upgrade: websocket');
  });
});

describe('every script', () => {
  it.runIf(shellcheck.wanted)('is one that shellcheck finds nothing in', () => {
    for (const stack of [luciaLike(), stackAt({ web: 1, partner: 2, queue: 3 })]) {
      const folder = written(scripts(stack, usualOptions).artifacts);
      const { out, code } = shellcheck.run(['--format=gcc', 'health-check.sh', 'validate-deployment.sh', 'verify.sh'], {
        cwd: folder,
      });
      expect(out).toBe('');
      expect(code).toBe(0);
    }
  });

  it('is strict, and says by itself how it is called', async () => {
    for (const { path: name, content, mode } of scripts(luciaLike(), usualOptions).artifacts) {
      expect(content).toMatch(/^#!\/usr\/bin\/env bash\n/);
      expect(content).toContain('set -euo pipefail');
      expect(mode).toBe(0o755);
      const { code, out } = await ran(luciaLike(), name, ['--help']);
      expect(code).toBe(0);
      expect(out).toContain(`${name} [--way WAY]`);
      expect(out).toContain('Exit codes: 0');
    }
  });
});
