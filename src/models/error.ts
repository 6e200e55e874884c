/** What kind of trouble it is. The code decides the exit code in plain mode and the look on a screen. */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'auth'
  | 'permission'
  | 'validation'
  | 'conflict'
  | 'not-found'
  | 'locked'
  | 'unreachable'
  | 'timeout'
  | 'certificate'
  | 'server'
  | 'task-failed'
  | 'unconfirmed'
  | 'partial'
  | 'read-only'
  | 'cancelled'
  | 'state'
  | 'internal';

export interface ErrorOptions {
  /** What to do next, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The one family of errors a person ever sees: a code, a sentence, and what to do next. */
export class ProxdeckError extends Error {
  override readonly name: string = 'ProxdeckError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** Exit codes of plain mode (README, Plain mode): 0 ok, 1 error, 3 sign-in or permission, 4 not found, 5 unreachable or timeout, 6 not confirmed, 7 partly done, 8 read-only. */
const exitCodes: Partial<Record<ErrorCode, number>> = {
  auth: 3,
  permission: 3,
  certificate: 5,
  'not-found': 4,
  unreachable: 5,
  timeout: 5,
  unconfirmed: 6,
  partial: 7,
  'read-only': 8,
  cancelled: 130,
};

/** Returns the process exit code that stands for an error. Anything that is not ours is 1. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof ProxdeckError ? (exitCodes[error.code] ?? 1) : 1;

/** A late part is loaded when it is first asked for; an update puts others in its place, under other names. */
const isReplaced = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND';

/** Turns anything thrown into one of ours. What was not expected becomes `internal` and keeps its cause. */
export const asProxdeckError = (thrown: unknown): ProxdeckError => {
  if (thrown instanceof ProxdeckError) return thrown;
  if (isReplaced(thrown))
    return new ProxdeckError(
      'state',
      'This part of Proxdeck is not there any more: the program was replaced while it ran.',
      {
        cause: thrown,
        hint: 'Leave it with q and start it again.',
      },
    );
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ProxdeckError('internal', message, {
    cause: thrown,
    hint: 'This is a defect of Proxdeck. The details are in the log that `proxdeck doctor` names.',
  });
};
