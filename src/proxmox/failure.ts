import type { Stage } from './errors.ts';

/** Why one try at one address brought no answer. Never leaves the room: the client turns it into a ProxmoxError. */
export class Failure extends Error {
  readonly stage: Stage;
  /** The connection broke while it was in use: an idle one that the server closed at that moment looks the same. */
  readonly reset: boolean;
  /** The time of the call was over before the answer was whole. */
  readonly late: boolean;

  constructor(stage: Stage, reason: string, options: { cause?: unknown; reset?: boolean; late?: boolean } = {}) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.stage = stage;
    this.reset = options.reset ?? false;
    this.late = options.late ?? false;
  }
}

/** What to look at first when the way through a jump host does not lead on. */
export const sshAdvice =
  'Sign in to the jump host yourself with `ssh` once: Proxdeck asks for no passphrase and accepts no new host key; an agent ' +
  '(ssh-add) and ~/.ssh/config count. A ControlMaster there makes it quick.';

/** Texts of errno codes for a person; the code itself stands behind them. */
const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed by the other side',
  EPIPE: 'the connection was closed by the other side',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  EPROTO: 'the other side does not speak TLS on this port',
};

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whether a request died because its connection was closed under it. */
export const isReset = (error: Error): boolean => {
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE' || error.message === 'socket hang up';
};

/** Says in words why a socket failed; several addresses of one name give one text. */
export const reasonOf = (error: Error): string => {
  const code = codeOf(error);
  const known = code === undefined ? undefined : words[code];
  if (known !== undefined) return `${known} (${code})`;
  return error.message || (code ?? 'unknown error');
};
