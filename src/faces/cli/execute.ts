import { loadConfig, type Config } from '../../config/config.ts';
import { stateFolder, type Environment } from '../../config/paths.ts';
import { asProxdeckError, exitCodeOf, ProxdeckError } from '../../models/error.ts';
import { operations } from '../../operations/catalog.ts';
import { IncompleteError } from '../../operations/outcome.ts';
import { perform, preview, type Handlers, type Question } from '../../operations/runner.ts';
import type { Seat } from '../../operations/seat.ts';
import { openSession, type Session } from '../../operations/session.ts';
import { workspacePlace } from '../../workspace/find.ts';
import { saveCrash } from '../crash.ts';
import type { Interrupts } from './interrupts.ts';
import { withSecret, withSecretFields, withTrust } from './interview.ts';
import { createOutput, type Output, type Sink } from './output.ts';
import type { Wanted } from './program.ts';
import { harmless, type Style } from './render.ts';
import type { Terminal } from './terminal.ts';

/** What surrounds a command: taken from the process by cli.ts, made up by tests. */
export interface Surroundings {
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Where a person can be asked. */
  readonly terminal: Terminal | undefined;
  /** Whether stdout takes colours. */
  readonly colour: boolean;
  /** Where a person sits at a terminal, for consoles. */
  readonly seat?: Seat;
  /** A screen reader reads it out: rows as sentences, not as columns. */
  readonly linear?: boolean;
  /** How one piece of work after the other is interrupted; absent where there is only one. */
  readonly interrupts?: Pick<Interrupts, 'renew' | 'rest'>;
}

const question = ({ summary, hazards, calls }: Question, style: Style): string =>
  [
    ...hazards.flatMap((hazard) => harmless(hazard, style)),
    ...calls.flatMap(({ method, path }) => harmless(`  ${method} ${path}`, style)),
    `${summary}. Go on? [y/N] `,
  ].join('\n');

const confirmation = ({ globals }: Wanted, terminal: Terminal | undefined, style: Style): Pick<Handlers, 'confirm'> => {
  if (globals.yes) return { confirm: async () => true };
  if (terminal === undefined) return {};
  return { confirm: async (asked) => /^y(es)?$/i.test(await terminal.ask(question(asked, style))) };
};

const sessionFor = (
  wanted: Wanted,
  config: Config,
  { env, signal, terminal, seat }: Surroundings,
  output: Output,
): Session => {
  const { operation, globals } = wanted;
  const name = globals.context ?? config.current;
  const context = name !== undefined && Object.hasOwn(config.contexts, name) ? config.contexts[name] : undefined;
  // What stays on this machine is not what a context's read_only protects.
  const isLocal = operations.some((entry) => entry.name === operation.name && entry.local === true);
  const session = openSession({
    config,
    ...(globals.context !== undefined && { contextName: globals.context }),
    readOnly: globals.readOnly || (!isLocal && context?.read_only === true),
    signal,
    stateFolder: stateFolder(env),
    place: workspacePlace(env, process.cwd(), globals.workspace),
    onSetAside: (path) =>
      output.event({
        type: 'warning',
        code: 'state',
        message: `The state database was corrupt; it was set aside as ${path} and a new one was made.`,
      }),
    ...(terminal !== undefined && {
      secondFactor: (kinds, refused) =>
        terminal.askSecret(`${refused ? 'That one was refused. ' : ''}Second factor (${kinds.join(', ')}): `),
      passphrase: (what, refused) =>
        terminal.askSecret(`${refused ? 'That one was refused. ' : ''}Passphrase for ${what}: `),
    }),
  });
  return seat === undefined ? session : { ...session, seat };
};

/** What was not said on the line and can be asked for. */
const completed = async (
  wanted: Wanted,
  terminal: Surroundings['terminal'],
): Promise<Readonly<Record<string, unknown>>> => {
  if (wanted.operation.name !== 'workspace.init') return withSecretFields(wanted, terminal);
  const { withWorkspacePlan } = await import('./workspacePlan.ts');
  return withWorkspacePlan(wanted, terminal);
};

/** Runs what was asked for; `connect` is a dialogue before it is an operation, `context add` first learns its secret, and once more with the certificate that a person trusts. */
const work = async (
  wanted: Wanted,
  session: Session,
  handlers: Handlers,
  { env, terminal }: Surroundings,
  style: Style,
): Promise<unknown> => {
  const { operation } = wanted;
  if (operation.name === 'connect') {
    const { withDialogue } = await import('./connecting.ts');
    const input = await withDialogue(wanted, { session, env, terminal, style, emit: handlers.emit });
    return perform(operation, input, session, handlers);
  }
  if (operation.name !== 'context.add') return perform(operation, await completed(wanted, terminal), session, handlers);
  const input = await withSecret(wanted, session.config, env, terminal);
  try {
    return await perform(operation, input, session, handlers);
  } catch (error) {
    const trusted = await withTrust(input, error, terminal);
    if (trusted === undefined) throw error;
    return perform(operation, trusted, session, handlers);
  }
};

/** Writes an error and returns its exit code. What nobody expected is kept in a file, and the hint says where. */
export const reportError = (output: Output, thrown: unknown, env: Environment): number => {
  const error = asProxdeckError(thrown);
  const unexpected = error.code === 'internal' && !(thrown instanceof ProxdeckError);
  output.error(
    unexpected ? new ProxdeckError('internal', error.message, { hint: saveCrash(thrown, env), cause: thrown }) : error,
  );
  return exitCodeOf(error);
};

/** Executes an operation, writes its events and its result or error, and returns the exit code. */
export const execute = async (wanted: Wanted, surroundings: Surroundings): Promise<number> => {
  const { operation, globals } = wanted;
  const { env, stdout, stderr, terminal } = surroundings;
  const style: Style = {
    colour: surroundings.colour && globals.color,
    ascii: globals.ascii,
    linear: surroundings.linear === true,
  };
  const isPreview = globals.dryRun && operation.risk !== 'read';
  const output = createOutput({
    format: globals.output,
    style,
    columns: operation.columns,
    work: operation.risk !== 'read' && !isPreview,
    stdout,
    stderr,
  });
  let began = false;
  const handlers: Handlers = {
    emit: (event) => {
      began ||= event.type !== 'warning';
      output.event(event);
    },
    ...confirmation(wanted, terminal, style),
  };
  let session: Session | undefined;
  try {
    session = sessionFor(wanted, await loadConfig(env), surroundings, output);
    const result = isPreview
      ? { dryRun: true, ...(await preview(operation, await completed(wanted, terminal), session)) }
      : await work(wanted, session, handlers, surroundings, style);
    await output.result(result, true);
    return 0;
  } catch (error) {
    // What is known of the work comes before the error that ended it.
    if (error instanceof IncompleteError) await output.result(error.value, false);
    else if (began) await output.result(null, false);
    return reportError(output, error, env);
  } finally {
    await session?.close();
  }
};
