import type { Address } from './address.ts';
import type { WritableCallLog } from './calls.ts';
import { ProxmoxError } from './errors.ts';
import type { Attempt } from './errors.ts';
import { Failure, sshAdvice } from './failure.ts';
import { nodeOfPath } from './limits.ts';
import type { RawAnswer, Transport, WireCall } from './transport.ts';

/** A call that can be sent, and how it is shown in the log. */
export interface LineCall extends WireCall {
  readonly origin: 'poll' | 'person';
  /** Masked. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The way to a cluster: whichever of its addresses answers. */
export interface Line {
  /** The address that answered last; the first one before any did. */
  readonly address: Address;
  /** Sends a call and returns the answer of whatever status. Rejects with ProxmoxError when no address answered. */
  send(call: LineCall): Promise<RawAnswer>;
}

const unknownOutcome = ({ method, path }: LineCall, address: string, failure: Failure): ProxmoxError =>
  new ProxmoxError(
    failure.late ? 'timeout' : 'unreachable',
    `${address} took ${method} ${path}, but its answer did not come: ${failure.message}. Whether it was done is not known.`,
    {
      method,
      path,
      cause: failure,
      attempts: [{ address, stage: failure.stage, reason: failure.message }],
      hint: 'It is not sent again by itself. Look at the task list or at the object before you repeat it.',
    },
  );

const describe = ({ address, stage, reason }: Attempt): string => `${address} (${stage}: ${reason})`;

/** What to look at first, by how far the last try came. */
const advice: Readonly<Record<Attempt['stage'], string>> = {
  SSH: sshAdvice,
  'name resolution': 'Check the name in the context, and that this machine can resolve it; an IP address works too.',
  TCP: 'Check that the node is on, that the port is right (Proxmox VE listens on 8006), and that no firewall is in between.',
  TLS: 'Something listens there, but it ends the TLS handshake: check the port, and ALLOW_FROM in /etc/default/pveproxy.',
  answer: 'The connection broke while the answer was awaited: check the service pveproxy on the node.',
};

const noAnswer = ({ method, path }: LineCall, attempts: readonly Attempt[], failure: Failure): ProxmoxError => {
  const tried = attempts.map(describe).join('; ');
  const details = { method, path, attempts, cause: failure };
  return failure.late
    ? new ProxmoxError('timeout', `${method} ${path} was given up. Tried ${tried}.`, {
        ...details,
        hint: 'The node may be busy, or wait for a storage that hangs. Try again later, or give it more time.',
      })
    : new ProxmoxError('unreachable', `The cluster does not answer. Tried ${tried}.`, {
        ...details,
        hint: advice[failure.stage],
      });
};

/** Whether a call that reached a server may have changed something there. A login that is not answered leaves nothing behind. */
const mayHaveEffect = ({ method, path }: LineCall): boolean => method !== 'GET' && path !== '/access/ticket';

/** Whether the next address may be asked: not when the call may have been done, nor when every address waits for the same node. */
const mayGoOn = (call: LineCall, failure: Failure): boolean =>
  failure.stage !== 'answer' || (!mayHaveEffect(call) && !(failure.late && nodeOfPath(call.path) !== undefined));

/**
 * Joins addresses to one line. An address that is away is followed by the next, and the one that answered is remembered.
 * A GET is repeated once when its connection was reset; nothing else is ever repeated.
 */
export const createLine = (
  addresses: readonly [Address, ...Address[]],
  transport: Transport,
  log: WritableCallLog,
): Line => {
  let current = addresses[0];

  const sendLogged = async (address: Address, call: LineCall): Promise<RawAnswer> => {
    const { method, path, parameters, origin } = call;
    const end = log.begin({ method, path, parameters, origin, address: address.text });
    try {
      const answer = await transport.send(address, call);
      end({ status: answer.status });
      return answer;
    } catch (error) {
      end({ error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };

  const sendTo = async (address: Address, call: LineCall): Promise<RawAnswer> => {
    try {
      return await sendLogged(address, call);
    } catch (error) {
      if (call.method === 'GET' && error instanceof Failure && error.reset) return sendLogged(address, call);
      throw error;
    }
  };

  const sendFrom = async (address: Address, call: LineCall, attempts: readonly Attempt[]): Promise<RawAnswer> => {
    try {
      const answer = await sendTo(address, call);
      current = address;
      return answer;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const tried = [...attempts, { address: address.text, stage: error.stage, reason: error.message }];
      const next = addresses.find(({ text }) => tried.every((attempt) => attempt.address !== text));
      if (next !== undefined && mayGoOn(call, error)) return sendFrom(next, call, tried);
      throw error.stage === 'answer' && mayHaveEffect(call)
        ? unknownOutcome(call, address.text, error)
        : noAnswer(call, tried, error);
    }
  };

  return {
    get address() {
      return current;
    },
    send: (call) => sendFrom(current, call, []),
  };
};
