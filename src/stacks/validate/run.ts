import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { RenderOptions } from '../../models/artifact.ts';
import { ProxdeckError } from '../../models/error.ts';
import type { Finding, Said } from './finding.ts';
import { findProgram, schemaVersions, toolsFolder } from './programs.ts';
import type { RenderedFile, Run, Surroundings, Validator } from './table.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What one tool made of the files it looks at. */
export interface Judged {
  readonly validator: string;
  readonly title: string;
  /** How many files it looked at, or would. */
  readonly files: number;
  readonly state: 'passed' | 'failed' | 'missing' | 'nothing';
  readonly findings: readonly Finding[];
  /** How to get what is missing. */
  readonly get?: string;
}

/** A tool that has not ended by then hangs. */
const timeoutMs = 120_000;

interface Call {
  readonly file: string;
  readonly args: readonly string[];
}

interface Surrounding {
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly input?: string;
}

const call = async ({ file, args }: Call, { cwd, env, input, signal }: Surrounding): Promise<Said> => {
  if (signal.aborted) throw new ProxdeckError('cancelled', 'Validating was stopped.');
  const ended = await execa(file, [...args], {
    cwd,
    env: { ...env, NO_COLOR: '1', TERM: 'dumb' },
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    reject: false,
    timeout: timeoutMs,
    cancelSignal: signal,
    stripFinalNewline: false,
  });
  if (ended.isCanceled) throw new ProxdeckError('cancelled', 'Validating was stopped.');
  const [stdout, stderr] = [String(ended.stdout ?? ''), String(ended.stderr ?? '')];
  if (ended.timedOut)
    return { code: 1, stdout, stderr: `${path.basename(file)} did not end within ${String(timeoutMs / 1_000)} s.` };
  // What could not even be started has no exit code.
  const { exitCode } = ended;
  if (exitCode === undefined) return { code: 1, stdout: '', stderr: ended.shortMessage ?? 'It could not be started.' };
  return { code: exitCode, stdout, stderr };
};

/** For a program that opens /dev/stderr by its name: it writes into files, since what Node gives it is a socket, which has none. */
const callIntoFiles = async ({ file, args }: Call, surrounding: Surrounding): Promise<Said> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'proxdeck-validate-'));
  const [out, err] = [path.join(folder, 'stdout'), path.join(folder, 'stderr')];
  const shell = { file: '/bin/sh', args: ['-c', 'exec "$@" >"$VALIDATE_OUT" 2>"$VALIDATE_ERR"', 'sh', file, ...args] };
  try {
    const env = { ...surrounding.env, VALIDATE_OUT: out, VALIDATE_ERR: err };
    const { code, stderr } = await call(shell, { ...surrounding, env });
    const [told, failed] = await Promise.all([out, err].map((name) => readFile(name, 'utf8').catch(() => '')));
    return { code, stdout: told ?? '', stderr: failed || stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Returns the version of the systemd that judges here; undefined where there is none. */
const systemdHere = async (env: Environment, signal: AbortSignal): Promise<number | undefined> => {
  const file = await findProgram('systemd-analyze', env);
  if (file === undefined) return undefined;
  const { stdout } = await call({ file, args: ['--version'] }, { cwd: os.tmpdir(), env, signal });
  const [, version] = /^systemd (\d+)/.exec(stdout) ?? [];
  return version === undefined ? undefined : Number(version);
};

/** Returns where the tools stand, for what was rendered for a version of Kubernetes (`1.36`) and one of systemd. */
export const surroundingsOf = async (
  root: string,
  { kubernetes, systemd }: RenderOptions,
  env: Environment,
  signal: AbortSignal,
): Promise<Surroundings> => {
  const versions = await schemaVersions(env);
  const version = versions.find((one) => one === kubernetes || one.startsWith(`${kubernetes}.`)) ?? versions[0];
  const folder = path.join(toolsFolder(env), 'schemas');
  return {
    root,
    schemas: version === undefined ? undefined : { folder, version },
    systemd: { here: (await systemdHere(env, signal)) ?? systemd, there: systemd },
  };
};

const programOf = async (validator: Validator, env: Environment, signal: AbortSignal): Promise<Call | undefined> => {
  for (const { program, args, probe } of validator.commands) {
    const file = await findProgram(program, env);
    if (file === undefined) continue;
    const asked = probe === undefined ? undefined : await call({ file, args: probe }, { cwd: '/', env, signal });
    if (asked === undefined || asked.code === 0) return { file, args };
  }
  return undefined;
};

/** One call of a tool, after the one whose output it reads. */
const judge = async (
  tool: Call,
  run: Run,
  where: Surroundings,
  env: Environment,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const cwd = path.join(where.root, run.folder);
  const surrounding = { cwd, env: { ...env, ...run.env }, signal };
  const whole = { file: tool.file, args: [...tool.args, ...run.args] };
  if (run.from === undefined)
    return run.read(await (run.intoFiles === true ? callIntoFiles : call)(whole, surrounding));
  const file = await findProgram(run.from.program, env);
  if (file === undefined) return [];
  const made = await call({ file, args: run.from.args }, surrounding);
  if (made.code !== 0) return [{ file: run.folder, severity: 'error', message: made.stderr.trim() }];
  return run.read(await call(whole, { ...surrounding, input: made.stdout }));
};

/** Whether every program that a run begins with is there. */
const missingSource = async (runs: readonly Run[], env: Environment): Promise<string | undefined> => {
  for (const { from } of runs)
    if (from !== undefined && (await findProgram(from.program, env)) === undefined) return from.program;
  return undefined;
};

/** Lets one tool look at the files. Throws `cancelled`. */
export const judgedBy = async (
  validator: Validator,
  files: readonly RenderedFile[],
  where: Surroundings,
  env: Environment,
  signal: AbortSignal,
): Promise<Judged> => {
  const { name, title, get, needsSchemas } = validator;
  // Without schemas it would have no runs, and nobody would know that something was not looked at.
  const wanted = validator.runs(files, { ...where, schemas: where.schemas ?? { folder: '', version: '0' } });
  const count = new Set(wanted.flatMap((run) => run.files)).size;
  const row = { validator: name, title, files: count, findings: [] };
  if (wanted.length === 0) return { ...row, state: 'nothing' };
  const tool = await programOf(validator, env, signal);
  const source = await missingSource(wanted, env);
  if (tool === undefined || (needsSchemas === true && where.schemas === undefined))
    return { ...row, state: 'missing', get };
  if (source !== undefined)
    return { ...row, state: 'missing', get: `It reads what ${source} makes, which is not there.` };
  const findings: Finding[] = [];
  for (const run of wanted) findings.push(...(await judge(tool, run, where, env, signal)));
  return { ...row, findings, state: findings.some(({ severity }) => severity === 'error') ? 'failed' : 'passed' };
};
