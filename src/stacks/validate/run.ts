import path from 'node:path';
import { execa } from 'execa';
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

const call = async (
  { file, args }: Call,
  { cwd, env, input, signal }: { cwd: string; env: Environment; input?: string; signal: AbortSignal },
): Promise<Said> => {
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
  const { exitCode, stdout = '', stderr = '', timedOut } = ended;
  if (timedOut)
    return { code: 1, stdout, stderr: `${path.basename(file)} did not end within ${String(timeoutMs / 1_000)} s.` };
  // What could not even be started has no exit code.
  return exitCode === undefined ? { code: 1, stdout: '', stderr: ended.shortMessage ?? 'It could not be started.' } : { code: exitCode, stdout, stderr };
};

/** Returns where the tools stand, and the schemas for a version of Kubernetes: `1.36`. */
export const surroundingsOf = async (root: string, kubernetes: string, env: Environment): Promise<Surroundings> => {
  const versions = await schemaVersions(env);
  const version = versions.find((one) => one === kubernetes || one.startsWith(`${kubernetes}.`)) ?? versions[0];
  const folder = path.join(toolsFolder(env), 'schemas');
  return { root, schemas: version === undefined ? undefined : { folder, version } };
};

const programOf = async (validator: Validator, env: Environment): Promise<Call | undefined> => {
  for (const { program, args } of validator.commands) {
    const file = await findProgram(program, env);
    if (file !== undefined) return { file, args };
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
  if (run.from === undefined)
    return run.read(await call({ file: tool.file, args: [...tool.args, ...run.args] }, surrounding));
  const file = await findProgram(run.from.program, env);
  if (file === undefined) return [];
  const made = await call({ file, args: run.from.args }, surrounding);
  if (made.code !== 0) return [{ file: run.folder, severity: 'error', message: made.stderr.trim() }];
  const said = await call(
    { file: tool.file, args: [...tool.args, ...run.args] },
    { ...surrounding, input: made.stdout },
  );
  return run.read(said);
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
  const tool = await programOf(validator, env);
  const source = await missingSource(wanted, env);
  if (tool === undefined || (needsSchemas === true && where.schemas === undefined))
    return { ...row, state: 'missing', get };
  if (source !== undefined)
    return { ...row, state: 'missing', get: `It reads what ${source} makes, which is not there.` };
  const findings: Finding[] = [];
  for (const run of wanted) findings.push(...(await judge(tool, run, where, env, signal)));
  return { ...row, findings, state: findings.some(({ severity }) => severity === 'error') ? 'failed' : 'passed' };
};
