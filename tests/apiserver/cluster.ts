import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { toolsFolder } from '../../src/stacks/validate/programs.ts';
import { freePort } from '../support/ports.ts';
import { tool } from '../support/tools.ts';
import { undoing } from '../support/undoing.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Environment in which kubectl and helm talk to the API server; what they keep goes with it. */
    readonly cluster: Readonly<Record<string, string>>;
  }
}

interface Program {
  readonly name: string;
  readonly child: ChildProcess;
  readonly log: string;
}

/** A folder that goes when `started` is disposed. */
const temporaryFolder = (started: AsyncDisposableStack): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-apiserver-'));
  // What was just killed may write a last time.
  started.defer(undoing(() => rmSync(folder, { recursive: true, maxRetries: 5 })));
  return folder;
};

/** Starts a tool that ends when `started` is disposed: at once, since nothing that it holds is kept. */
const startTool = async (
  started: AsyncDisposableStack,
  folder: string,
  name: string,
  args: readonly string[],
): Promise<Program> => {
  const program = (await tool(name)).path;
  if (program === undefined) throw new Error(`${name} is missing: tests/validators/install ${name} brings it`);
  const log = path.join(folder, `${name}.log`);
  const file = openSync(log, 'w');
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', file, file] });
  closeSync(file);
  await once(child, 'spawn');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const kill = undoing(() => child.kill('SIGKILL'));
  started.defer(async () => {
    kill();
    await ended;
  });
  return { name, child, log };
};

/** Asks until the answer is yes; throws when a program that it depends on has ended, with the last that this one said. */
const until = async (isSo: () => boolean, programs: readonly Program[]): Promise<void> => {
  const limit = AbortSignal.timeout(120_000);
  while (!isSo()) {
    limit.throwIfAborted();
    await pass(100);
    const ended = programs.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
    if (ended !== undefined)
      throw new Error(`${ended.name} has ended:\n${readFileSync(ended.log, 'utf8').slice(-4000)}`);
  }
};

const startEtcd = async (started: AsyncDisposableStack, folder: string) => {
  const url = `http://127.0.0.1:${String(await freePort())}`;
  const peers = `http://127.0.0.1:${String(await freePort())}`;
  const program = await startTool(started, folder, 'etcd', [
    `--data-dir=${path.join(folder, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
  ]);
  return { program, url };
};

const startApiserver = async (started: AsyncDisposableStack, folder: string, etcd: string) => {
  const port = String(await freePort());
  const token = randomBytes(32).toString('hex');
  const tokens = path.join(folder, 'tokens.csv');
  const accounts = path.join(folder, 'accounts.pem');
  const certificates = path.join(folder, 'certificates');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(tokens, `${token},tester,1,system:masters\n`, { mode: 0o600 });
  writeFileSync(accounts, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  const program = await startTool(started, folder, 'kube-apiserver', [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${certificates}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${accounts}`,
    `--service-account-signing-key-file=${accounts}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--endpoint-reconciler-type=none',
    '--allow-privileged=true',
  ]);
  // It makes its certificate itself, before it listens.
  const authority = path.join(certificates, 'apiserver.crt');
  const name = 'test';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': authority } }],
    users: [{ name, user: { token } }],
  };
  return { program, config };
};

/** Starts etcd and kube-apiserver of the tools, with the kinds of the Gateway API. No controller runs: what is accepted stays as it is. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using started = new AsyncDisposableStack();
  const folder = temporaryFolder(started);
  const etcd = await startEtcd(started, folder);
  const apiserver = await startApiserver(started, folder, etcd.url);

  const home = path.join(folder, 'home');
  mkdirSync(home);
  const env = {
    PATH: [path.join(toolsFolder(process.env), 'bin'), process.env['PATH']].join(path.delimiter),
    HOME: home,
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    KUBECONFIG: path.join(folder, 'kubeconfig'),
  };
  writeFileSync(env.KUBECONFIG, JSON.stringify(apiserver.config), { mode: 0o600 });

  const kubectl = await tool('kubectl');
  const ask = (...args: readonly string[]) => kubectl.run(args, { env });
  const programs = [etcd.program, apiserver.program];
  await until(() => ask('get', '--raw=/readyz').code === 0, programs);
  const definitions = path.join(toolsFolder(process.env), 'gateway-api');
  for (const args of [
    ['apply', '--server-side', `--filename=${definitions}`],
    ['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s'],
  ]) {
    const { code, err } = ask(...args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${err}`);
  }
  // They are known before they are served.
  await until(() => ask('get', 'httproutes.gateway.networking.k8s.io', '--all-namespaces').code === 0, programs);

  project.provide('cluster', env);
  const running = started.move();
  return () => running.disposeAsync();
}
