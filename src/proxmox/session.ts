import * as z from 'zod';
import { ProxmoxError } from './errors.ts';
import type { CallOptions, Credential, Method, Parameters } from './types.ts';

/** Headers that authorise one call. */
export type Pass = Readonly<Record<string, string>>;

export interface Session {
  /** The headers for a call of this method. Signs in first when that is needed; concurrent calls share one login. Rejects with `auth`. */
  pass(method: Method, origin: Origin): Promise<Pass>;
  /** After a 401: whether a new pass may do better than the one that was refused. Signs in again unless another call just did. */
  renew(refused: Pass, origin: Origin): Promise<boolean>;
}

type Origin = NonNullable<CallOptions['origin']>;

/** Sends `POST /access/ticket` without a pass. */
export type LoginCall = (parameters: Parameters, origin: Origin) => Promise<Login>;

type PasswordCredential = Extract<Credential, { kind: 'password' }>;

/** A ticket is valid for 2 h and is exchanged for a new one while it is (contract §3.3). */
const renewAfterMs = 60 * 60 * 1000;
const validMs = 2 * 60 * 60 * 1000 - 60_000;

/** What `POST /access/ticket` answers, with a whole ticket or with a half one that asks for a second factor. */
export const loginSchema = z.object({ ticket: z.string(), CSRFPreventionToken: z.string() });
type Login = z.infer<typeof loginSchema>;

interface Held {
  readonly ticket: string;
  readonly csrf: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A flag or a list of keys; what is false or empty cannot be used. */
const challengeSchema = z.record(z.string(), z.unknown()).transform((kinds) =>
  Object.entries(kinds)
    .filter(([, value]) => Boolean(value) && !(Array.isArray(value) && value.length === 0))
    .map(([kind]) => kind),
);

/** The kinds of second factor that a half-ticket asks for (contract §3.4). */
const challengeKinds = (ticket: string): readonly string[] => {
  try {
    const [, marked = ''] = ticket.split(':');
    return challengeSchema.parse(JSON.parse(decodeURIComponent(marked.slice('!tfa!'.length))));
  } catch (error) {
    throw new ProxmoxError('auth', 'The server asks for a second factor in a form that this program does not know.', {
      cause: error,
      hint: 'Use an API token: it needs no second factor.',
    });
  }
};

const refusedFactor = (username: string, cause: ProxmoxError): ProxmoxError =>
  new ProxmoxError('auth', `The second factor of ${username} was refused ${String(factorTries)} times.`, {
    cause,
    status: 401,
    hint:
      'A TOTP code is good for 30 s: compare the clocks of the node and of the phone. A recovery key works once. Too many wrong ' +
      `codes lock it; on a node \`pveum user tfa unlock ${username}\` takes that back.`,
  });

const cookieOf = (ticket: string) => ({ Cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}` });

/** A wrong code is asked for again: so often may somebody try before the login is given up. */
const factorTries = 3;

/** What a person typed, with its kind in front: digits are a TOTP code, anything else a recovery key. */
const factorOf = (typed: string): string => {
  const text = typed.trim();
  if (/^(?:totp|recovery|yubico):/.test(text)) return text;
  return /^\d{6,8}$/.test(text) ? `totp:${text}` : `recovery:${text}`;
};

/** A session that sends an API token: nothing to sign in, nothing to renew. The server decodes and splits at the last `=`. */
export const createTokenSession = (token: string): Session => ({
  pass: async () => ({ Authorization: `PVEAPIToken=${encodeURI(token)}` }),
  renew: async () => false,
});

/** The same with a token that is asked for before the first call; concurrent calls wait for one answer, a failure is tried again. */
export const createAskedTokenSession = (ask: () => Promise<string>): Session => {
  let asked: Promise<Session> | undefined;
  const known = async (): Promise<Session> => {
    try {
      return await (asked ??= ask().then(createTokenSession));
    } catch (error) {
      asked = undefined;
      throw error;
    }
  };
  return {
    pass: async (method, origin) => (await known()).pass(method, origin),
    renew: async () => false,
  };
};

/** A session of nobody, for calls that everybody may make. */
export const nobodySession: Session = { pass: async () => ({}), renew: async () => false };

/** A session by ticket. Renews it after an hour with the ticket itself as password, so that no second factor is asked again. */
export const createTicketSession = (
  { username, password, secondFactor }: PasswordCredential,
  post: LoginCall,
  now: () => number,
): Session => {
  let held: Held | undefined;
  let pending: Promise<Held> | undefined;

  const askSecondFactor = async (halfTicket: string, refused: boolean): Promise<string> => {
    const kinds = challengeKinds(halfTicket);
    if (!kinds.some((kind) => ['totp', 'recovery', 'yubico'].includes(kind))) {
      throw new ProxmoxError('auth', `The second factor of ${username} (${kinds.join(', ')}) needs a browser.`, {
        hint:
          'Use an API token, which needs no second factor: Datacenter → Permissions → API Tokens → Add in the web interface, ' +
          'then `proxdeck connect` with it. Or add a TOTP app or recovery keys to the user.',
      });
    }
    if (secondFactor === undefined) {
      throw new ProxmoxError(
        'auth',
        `${username} must give a second factor (${kinds.join(', ')}), and nobody can be asked for it here.`,
        {
          hint: 'Sign in on a terminal, or use an API token: it needs no second factor.',
        },
      );
    }
    return factorOf(await secondFactor(kinds, refused));
  };

  const exchange = async (parameters: Parameters, origin: Origin): Promise<Held> => {
    const at = now();
    const { ticket, CSRFPreventionToken: csrf } = await post({ username, ...parameters }, origin);
    return { ticket, csrf, at };
  };

  const signIn = async (origin: Origin): Promise<Held> => {
    // 7.x gives the challenge only when asked for the new format; later servers take the parameter and ignore it.
    const secret = typeof password === 'string' ? password : await password();
    const first = await exchange({ password: secret, 'new-format': true }, origin);
    if (!first.ticket.startsWith('PVE:!tfa!')) return first;
    return giveSecondFactor(first.ticket, origin);
  };

  /** The password was right: for another try the server wants only another code, with the same challenge. */
  const giveSecondFactor = async (challenge: string, origin: Origin): Promise<Held> => {
    for (let tries = 1; ; tries += 1) {
      const factor = await askSecondFactor(challenge, tries > 1);
      try {
        return await exchange({ password: factor, 'tfa-challenge': challenge }, origin);
      } catch (error) {
        if (!(error instanceof ProxmoxError) || error.kind !== 'auth') throw error;
        if (tries === factorTries) throw refusedFactor(username, error);
      }
    }
  };

  const exchangeTicket = async (ticket: string, origin: Origin): Promise<Held> => {
    try {
      return await exchange({ password: ticket }, origin);
    } catch (error) {
      if (error instanceof ProxmoxError && error.kind === 'auth') return signIn(origin);
      throw error;
    }
  };

  const obtain = (work: () => Promise<Held>): Promise<Held> => {
    pending = work()
      .then((obtained) => {
        held = obtained;
        return obtained;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };

  const current = (origin: Origin): Promise<Held> => {
    if (pending !== undefined) return pending;
    const age = held === undefined ? Infinity : now() - held.at;
    if (held === undefined || age >= validMs) return obtain(() => signIn(origin));
    const { ticket } = held;
    return age >= renewAfterMs ? obtain(() => exchangeTicket(ticket, origin)) : Promise.resolve(held);
  };

  return {
    async pass(method, origin) {
      const { ticket, csrf } = await current(origin);
      const cookie = cookieOf(ticket);
      return method === 'GET' ? cookie : { ...cookie, CSRFPreventionToken: csrf };
    },
    async renew(refused, origin) {
      const alreadyNew =
        pending !== undefined || (held !== undefined && cookieOf(held.ticket).Cookie !== refused['Cookie']);
      await (alreadyNew ? current(origin) : obtain(() => signIn(origin)));
      return true;
    },
  };
};
