import { afterEach, describe, expect, test } from 'vitest';
import { createClient } from '../../../src/proxmox/client.ts';
import type { Credential } from '../../../src/proxmox/types.ts';
import { certificate, clientOf, errorOf, sendJson, startServer, token, version } from './server.ts';
import type { SeenRequest } from './server.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const challenge = 'PVE:!tfa!{"totp"%3Atrue,"recovery"%3A[0,1]}:6B00BD23::nJqEu55Iriid+AonWs==';
const password = 'correct horse';

interface ServerState {
  /** Passwords that give a ticket: the user's, and the tickets that are still good. */
  readonly passwords: Set<string>;
  readonly tickets: Set<string>;
  /** Tickets are given out, but not accepted. */
  deaf?: boolean;
  /** What is expected after the challenge; absent: no second factor. */
  factor?: string;
}

/** A server with tickets: `PVE:root@pam:1`, `PVE:root@pam:2` … and CSRF tokens `csrf-1`, `csrf-2` …, as the contract has them. */
const startTickets = async (factor?: string) => {
  const state: ServerState = {
    passwords: new Set([password]),
    tickets: new Set(),
    ...(factor === undefined ? {} : { factor }),
  };
  let issued = 0;
  const issue = () => {
    issued += 1;
    const ticket = `PVE:root@pam:${issued}`;
    state.tickets.add(ticket);
    state.passwords.add(ticket);
    return { ticket, CSRFPreventionToken: `csrf-${issued}`, username: 'root@pam', cap: {} };
  };
  const logIn = ({ body }: SeenRequest) => {
    const form = new URLSearchParams(body);
    const given = form.get('password') ?? '';
    if (form.get('tfa-challenge') === challenge) return given === state.factor ? issue() : undefined;
    if (!state.passwords.has(given)) return undefined;
    const needsFactor = state.factor !== undefined && given === password;
    return needsFactor ? { ticket: challenge, CSRFPreventionToken: 'half', NeedTFA: 1, username: 'root@pam' } : issue();
  };
  const isAllowed = ({ method, headers }: SeenRequest) => {
    const ticket = decodeURIComponent(headers.cookie?.replace('PVEAuthCookie=', '') ?? '');
    const csrf = `csrf-${ticket.split(':')[2]}`;
    return (
      state.deaf !== true && state.tickets.has(ticket) && (method === 'GET' || headers['csrfpreventiontoken'] === csrf)
    );
  };
  const server = await startServer((request, response) => {
    if (request.target === '/access/ticket') {
      const data = logIn(request);
      return data === undefined
        ? sendJson(response, { data: null, message: 'authentication failure\n' }, 401, 'authentication failure')
        : sendJson(response, { data });
    }
    if (isAllowed(request)) return sendJson(response, { data: version });
    response.writeHead(401, 'Authentication failed!', { Connection: 'close' }).end();
    return undefined;
  });
  ends.push(server.close);
  const logins = () =>
    server.seen
      .filter(({ target }) => target === '/access/ticket')
      .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  return { server, state, logins };
};

const signIn = (
  address: string,
  more: Partial<Extract<Credential, { kind: 'password' }>> = {},
  now: () => number = Date.now,
) => {
  const client = createClient({
    addresses: [address],
    credential: { kind: 'password', username: 'root@pam', password, ...more },
    tls: { fingerprint: certificate.fingerprint },
    now,
  });
  ends.push(client.close);
  return client;
};

const hour = 3_600_000;

describe('a session by ticket', () => {
  test('signs in once for calls at the same time, sends the cookie, and CSRF only for writes', async () => {
    const { server, logins } = await startTickets();
    const client = signIn(server.address);
    await Promise.all([
      client.version(),
      client.version(),
      client.request('PUT', '/cluster/options', { description: 'x' }),
    ]);
    expect(logins()).toEqual([{ username: 'root@pam', password, 'new-format': '1' }]);
    const rest = server.seen.filter(({ target }) => target !== '/access/ticket');
    expect(rest).toHaveLength(3);
    for (const { method, headers } of rest) {
      expect(headers.cookie).toBe('PVEAuthCookie=PVE%3Aroot%40pam%3A1');
      expect(headers['csrfpreventiontoken']).toBe(method === 'PUT' ? 'csrf-1' : undefined);
    }
    expect(client.identity).toBe('root@pam');
  });

  test('renews after an hour, with the ticket as password', async () => {
    const { server, logins } = await startTickets();
    let now = 1_000_000;
    const client = signIn(server.address, {}, () => now);
    await client.version();
    now += hour - 1;
    await client.version();
    expect(logins()).toHaveLength(1);
    now += 1;
    await Promise.all([client.version(), client.version()]);
    expect(logins().slice(1)).toEqual([{ username: 'root@pam', password: 'PVE:root@pam:1' }]);
    expect(server.seen.at(-1)?.headers.cookie).toBe('PVEAuthCookie=PVE%3Aroot%40pam%3A2');
  });

  test('signs in with the password when the ticket is too old to be renewed', async () => {
    const { server, logins } = await startTickets();
    let now = 1_000_000;
    const client = signIn(server.address, {}, () => now);
    await client.version();
    now += 2 * hour;
    await client.version();
    expect(logins().map((login) => login['password'])).toEqual([password, password]);
  });

  test('signs in with the password when the server refuses to renew', async () => {
    const { server, state, logins } = await startTickets();
    let now = 1_000_000;
    const client = signIn(server.address, {}, () => now);
    await client.version();
    state.passwords.delete('PVE:root@pam:1');
    now += hour;
    await client.version();
    expect(logins().map((login) => login['password'])).toEqual([password, 'PVE:root@pam:1', password]);
  });

  test('signs in again, once, when a ticket is refused, and repeats the call with it', async () => {
    const { server, state, logins } = await startTickets();
    const client = signIn(server.address);
    await client.version();
    state.tickets.clear();
    const answers = await Promise.all([client.version(), client.request('POST', '/pools', { poolid: 'prod' })]);
    expect(answers).toHaveLength(2);
    expect(logins()).toHaveLength(2);
  });

  test('a call that is refused with a new ticket too is an error', async () => {
    const { server, state, logins } = await startTickets();
    state.deaf = true;
    expect(await errorOf(signIn(server.address).version())).toMatchObject({
      kind: 'auth',
      status: 401,
      path: '/version',
    });
    expect(logins()).toHaveLength(2);
    expect(server.seen).toHaveLength(4);
  });

  test('a wrong password is said to be one, and is not tried twice for one call', async () => {
    const { server, logins } = await startTickets();
    const client = signIn(server.address, { password: 'wrong' });
    const error = await errorOf(client.version());
    expect(error).toMatchObject({
      kind: 'auth',
      status: 401,
      message: expect.stringContaining('login of root@pam'),
      hint: expect.stringContaining('realm'),
    });
    expect(String(error)).not.toContain('wrong');
    expect(logins()).toHaveLength(1);
  });

  test('a user without a realm is refused before anything is sent', () => {
    expect(() => signIn('pve1', { username: 'root' })).toThrow(
      expect.objectContaining({ kind: 'auth', message: expect.stringContaining('realm') }),
    );
  });
});

describe('a second factor', () => {
  test.each([
    ['123456', 'totp:123456'],
    [' 123456 ', 'totp:123456'],
    ['totp:123456', 'totp:123456'],
    ['5a1f-22bc-9d10-77ee', 'recovery:5a1f-22bc-9d10-77ee'],
    ['recovery:5a1f-22bc-9d10-77ee', 'recovery:5a1f-22bc-9d10-77ee'],
  ])('“%s” answers the challenge as %s', async (typed, sent) => {
    const { server, logins } = await startTickets(sent);
    const asked: (readonly string[])[] = [];
    const secondFactor = async (kinds: readonly string[]) => {
      asked.push(kinds);
      return typed;
    };
    await signIn(server.address, { secondFactor }).version();
    expect(asked).toEqual([['totp', 'recovery']]);
    expect(logins()[1]).toEqual({ username: 'root@pam', password: sent, 'tfa-challenge': challenge });
  });

  test('is not asked for again when the ticket is renewed', async () => {
    const { server } = await startTickets('totp:123456');
    let now = 1_000_000;
    let asked = 0;
    const secondFactor = async () => {
      asked += 1;
      return '123456';
    };
    const client = signIn(server.address, { secondFactor }, () => now);
    await client.version();
    now += hour;
    await client.version();
    expect(asked).toBe(1);
  });

  test('a wrong code is asked for again, without the password', async () => {
    const { server, logins } = await startTickets('totp:123456');
    const typed = ['000000', '111111', '123456'];
    const told: boolean[] = [];
    const secondFactor = async (_kinds: readonly string[], refused: boolean) => {
      told.push(refused);
      return typed.shift() ?? '';
    };
    await signIn(server.address, { secondFactor }).version();
    expect(told).toEqual([false, true, true]);
    expect(logins().map((login) => login['password'])).toEqual([password, 'totp:000000', 'totp:111111', 'totp:123456']);
  });

  test('three wrong codes end the login', async () => {
    const { server, logins } = await startTickets('totp:123456');
    const client = signIn(server.address, { secondFactor: async () => '000000' });
    expect(await errorOf(client.version())).toMatchObject({
      kind: 'auth',
      message: 'The second factor of root@pam was refused 3 times.',
      hint: expect.stringContaining('pveum user tfa unlock root@pam'),
    });
    expect(logins()).toHaveLength(4);
  });

  test('a challenge of an unknown form is told as such', async () => {
    const server = await startServer((_request, response) =>
      sendJson(response, { data: { ticket: 'PVE:!tfa!%7Bnonsense:6B00BD23::nJq', CSRFPreventionToken: 'half' } }),
    );
    ends.push(server.close);
    const client = signIn(server.address, { secondFactor: async () => '123456' });
    expect(await errorOf(client.version())).toMatchObject({ kind: 'auth', hint: expect.stringContaining('API token') });
    expect(server.seen).toHaveLength(1);
  });

  test('where nobody can be asked, a token is advised', async () => {
    const { server } = await startTickets('totp:123456');
    expect(await errorOf(signIn(server.address).version())).toMatchObject({
      kind: 'auth',
      message: expect.stringContaining('totp, recovery'),
      hint: expect.stringContaining('API token'),
    });
  });
});

describe('a session by token', () => {
  test('a refused token is not tried again, and the error says what may be wrong without telling the secret', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(401, 'Authentication failed!', { Connection: 'close' }).end();
    });
    ends.push(server.close);
    const client = clientOf([server.address]);
    ends.push(client.close);
    const error = await errorOf(client.version());
    expect(error).toMatchObject({
      kind: 'auth',
      status: 401,
      message: expect.stringContaining('root@pam!main'),
      hint: expect.stringMatching(/wrong.*expired/),
    });
    expect(JSON.stringify([error, String(error), client.calls.records])).not.toContain(token.split('=')[1]);
    expect(server.seen).toHaveLength(1);
    expect(client.identity).toBe('root@pam!main');
  });

  test.each(['wrong', 'root@pam!main', 'root!main=secret', 'root@pam=secret'])('“%s” is no token', (text) => {
    expect(() => clientOf(['pve1'], { credential: { kind: 'token', token: text } })).toThrow(
      expect.objectContaining({ kind: 'auth', hint: expect.stringContaining('user@realm!id=secret') }),
    );
  });
});
