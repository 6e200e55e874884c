import type { z } from 'zod';
import type { RoleInForce } from '../config/access.ts';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import { isLocal, loadOperation, type InputOf, type OperationName, type ResultOf } from './catalog.ts';
import type { AuditEntry } from '../state/audit.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { maskedInput } from './mask.ts';
import type { Call, Operation, PlannedCall, PlannedFile, Privilege, Risk } from './operation.ts';
import { missingPrivileges } from './privileges.ts';
import { refusalOf, requireWithin } from './roles/enforce.ts';

/** What a person is asked before something that cannot be taken back. */
export interface Question {
  readonly operation: string;
  readonly summary: string;
  readonly risk: Risk;
  /** What will be lost or is in the way. */
  readonly hazards: readonly string[];
  readonly calls: readonly PlannedCall[];
  /** Of this machine, where it is about files. */
  readonly files?: readonly PlannedFile[];
  /** What has to be typed to say that it is meant. */
  readonly nameToType?: string;
}

export interface Handlers {
  /** A sink: it must not block. */
  emit(event: Event): void;
  /** Asks a person; absent where nobody can be asked. */
  confirm?(question: Question): Promise<boolean>;
}

interface Audited {
  readonly name: string;
  /** Secrets are masked. */
  readonly input: unknown;
}

interface Prepared {
  readonly input: z.output<z.ZodObject>;
  readonly resolved: unknown;
  readonly question: Question;
}

const parseInput = (operation: Operation, raw: unknown): z.output<z.ZodObject> => {
  const parsed = operation.input.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path[0] === undefined ? '' : `${String(issue.path[0])}: `;
  throw new ProxdeckError('usage', `${operation.name}: ${where}${issue?.message ?? parsed.error.message}`, {
    hint: `See \`proxdeck ${operation.name.replace('.', ' ')} --help\`.`,
  });
};

/** A write asks what the login may do where that is not known yet; a read leaves it to the server. Throws `permission`. */
const requirePrivileges = async (
  operation: Operation,
  context: Context,
  needs: readonly Privilege[] = [],
): Promise<void> => {
  if (needs.length === 0) return;
  const known = context.permissions?.() ?? (operation.risk === 'read' ? undefined : await context.learnPermissions?.());
  if (known === undefined) return;
  const [missing] = missingPrivileges(known, needs);
  if (missing === undefined) return;
  throw new ProxdeckError(
    'permission',
    `${operation.name} needs ${missing.privilege.replaceAll('|', ' or ')} on ${missing.path}.`,
    {
      hint: 'Ask for the role, or use a context whose token has it; a token with privilege separation needs its own ACL.',
    },
  );
};

/** What stays on this machine is its owner's; all else is held against the role, where there are roles. Throws `permission`. */
const requireRole = async ({ name, risk }: Operation, context: Context): Promise<RoleInForce | undefined> => {
  const role = isLocal(name) ? undefined : await context.role?.();
  const refusal = role === undefined ? undefined : refusalOf(role, name, risk);
  if (refusal !== undefined) throw refusal;
  return role;
};

/** Everything before the work: what the input means, and whether it may be done at all. Changes nothing. */
const prepare = async (operation: Operation, raw: unknown, context: Context): Promise<Prepared> => {
  const input = parseInput(operation, raw);
  if (operation.risk !== 'read' && context.readOnly) {
    throw new ProxdeckError('read-only', `${operation.name} changes something, and this session is read-only.`, {
      hint: 'Leave out --read-only, or take read_only from the context.',
    });
  }
  const role = await requireRole(operation, context);
  const first = operation.needsFirst?.(input) ?? [];
  await requirePrivileges(operation, context, first);
  const resolved: unknown = await operation.resolve?.(context, input);
  const needs = operation.needs?.(resolved, input) ?? [];
  await requirePrivileges(operation, context, needs);
  if (role !== undefined && operation.risk !== 'read')
    await requireWithin(role, context, {
      needs: [...first, ...needs],
      claims: operation.claims?.(resolved, input) ?? [],
    });
  const nameToType = operation.nameToType?.(resolved, input);
  const files = operation.files?.(resolved, input);
  const question: Question = {
    operation: operation.name,
    summary: operation.summary,
    risk: operation.risk,
    hazards: operation.hazards?.(context, resolved, input) ?? [],
    calls: operation.preview?.(resolved, input) ?? [],
    ...(files !== undefined && { files }),
    ...(nameToType !== undefined && { nameToType }),
  };
  return { input, resolved, question };
};

/** `destroy` always needs a yes; a `change` with hazards asks where somebody can be asked, and warns where nobody can. */
const confirmRisk = async (question: Question, { emit, confirm }: Handlers): Promise<void> => {
  const { risk, hazards } = question;
  if (risk === 'read' || (risk === 'change' && hazards.length === 0)) return;
  if (confirm === undefined) {
    if (risk === 'destroy') {
      throw new ProxdeckError('unconfirmed', `${question.operation} cannot be undone and nobody could be asked.`, {
        hint: 'Say --yes when you mean it.',
      });
    }
    for (const hazard of hazards) emit({ type: 'warning', code: 'hazard', message: hazard });
    return;
  }
  if (!(await confirm(question))) throw new ProxdeckError('unconfirmed', 'Nothing was done: it was not confirmed.');
};

/** Iterates to the end. Only the signal ends work early: leaving the loop would skip an operation's undo. */
const drive = async (work: AsyncGenerator<Event, unknown, void>, emit: (event: Event) => void): Promise<unknown> => {
  for (;;) {
    const next = await work.next();
    if (next.done === true) return next.value;
    emit(next.value);
  }
};

type Outcome = Pick<AuditEntry, 'result' | 'message'>;

const outcomeOf = (thrown: unknown): Outcome => {
  const { code, message } = asProxdeckError(thrown);
  return { result: code, message };
};

/**
 * Writes a line of the audit trail: one before the work, so that a killed program leaves a trace, and one with its outcome.
 * A database that cannot be written must not keep anybody from stopping a guest: that is a warning.
 */
const record = async (
  context: Context,
  { name, input }: Audited,
  at: number,
  outcome: Outcome,
  emit: Handlers['emit'],
): Promise<void> => {
  const { now, who, contextName } = context;
  try {
    const { audit } = await context.state();
    await audit.append({ at, who, context: contextName, operation: name, input, durationMs: now() - at, ...outcome });
  } catch (failure) {
    const { message, hint } = asProxdeckError(failure);
    const warning = {
      type: 'warning',
      code: 'audit',
      message: `The audit trail could not be written: ${message}`,
    } as const;
    emit(hint === undefined ? warning : { ...warning, hint });
  }
};

/** What an operation came to, and the call that takes it back, where there is one. */
export interface Performed {
  readonly result: unknown;
  readonly undo?: Call;
}

/**
 * Runs an operation: input, read-only, role, privileges, resolve, limits, hazards, confirmation, work, audit. Returns its result and the way back.
 * Throws ProxdeckError: `usage`, `read-only`, `permission`, `unconfirmed`, and what the operation throws.
 */
export const performed = async (
  operation: Operation,
  raw: unknown,
  context: Context,
  handlers: Handlers,
): Promise<Performed> => {
  const prepared = await prepare(operation, raw, context);
  await confirmRisk(prepared.question, handlers);
  const work = operation.run(context, prepared.resolved, prepared.input);
  if (operation.risk === 'read') return { result: await drive(work, handlers.emit) };
  const at = context.now();
  const audited = { name: operation.name, input: maskedInput(operation.input, prepared.input) };
  const { emit } = handlers;
  await record(context, audited, at, { result: 'started' }, emit);
  try {
    const result = await drive(work, emit);
    await record(context, audited, at, { result: 'ok' }, emit);
    const undo = operation.undo?.(prepared.resolved, result, prepared.input);
    return { result, ...(undo !== undefined && { undo }) };
  } catch (error) {
    await record(context, audited, at, outcomeOf(error), emit);
    throw error;
  }
};

/** Like `performed`, for who only wants the result. */
export const perform = async (...work: Parameters<typeof performed>): Promise<unknown> =>
  (await performed(...work)).result;

/** Returns what an operation would do, for `--dry-run`; changes nothing and asks nobody. */
export const preview = async (operation: Operation, raw: unknown, context: Context): Promise<Question> =>
  (await prepare(operation, raw, context)).question;

/** Runs a call by name with the types of its operation. */
export const run = async <Name extends OperationName>(
  call: { readonly name: Name; readonly input: InputOf<Name> },
  context: Context,
  handlers: Handlers,
): Promise<ResultOf<Name>> =>
  (await perform(await loadOperation(call.name), call.input, context, handlers)) as ResultOf<Name>;
