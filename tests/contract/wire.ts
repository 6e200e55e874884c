import { gunzipSync } from 'node:zlib';
import { Agent, request } from 'node:https';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { Compared } from './compare.ts';

/** A request of a recording, or one that the history tells of. */
export interface Sent {
  readonly as: string;
  readonly method: string;
  /** With `/api2/json` and, where it had one, its query. */
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody?: string | undefined;
  /** False where the recorded answer refused the credentials. */
  readonly mayEnter: boolean;
}

const form = (params: Sent['params']): string => {
  const pairs = Object.entries(params).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [key, String(one)]),
  );
  return new URLSearchParams(pairs).toString();
};

const withQuery = (path: string, params: Sent['params']): string => {
  const query = form(params);
  return query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
};

const userIn = (ticket: string): string =>
  /PVE(?::|%3A)([^:%]+(?:%40|@)[^:%]+)/.exec(ticket)?.[1]?.replace('%40', '@') ?? 'root@pam';

const secretOf = (sim: Simulator, authid: string): string => {
  const [userid = '', tokenid = ''] = authid.split('!');
  return sim.world.access.users.get(userid)?.tokens.get(tokenid)?.secret ?? 'unknown';
};

/** Puts credentials of this simulator in the place of the recorded ones. */
const credentials = (sim: Simulator, sent: Sent): Record<string, string> => {
  const headers: Record<string, string> = {};
  const { ticket, csrf } = sim.signIn(sent.as.includes('@') && !sent.as.includes('!') ? sent.as : 'root@pam');
  for (const [name, value] of Object.entries(sent.headers)) {
    const filled = value
      .replace('<ticket>', encodeURIComponent(ticket))
      .replace('<csrf>', csrf)
      .replace('<secret>', () => secretOf(sim, sent.as));
    const foreign = sent.mayEnter && filled === value && /PVEAuthCookie=PVE/.test(value);
    headers[name] = foreign
      ? `PVEAuthCookie=${value.includes('%3A') ? encodeURIComponent(sim.signIn(userIn(value)).ticket) : sim.signIn(userIn(value)).ticket}`
      : filled;
  }
  return headers;
};

/** A recorded ticket that served as password was valid then; a fresh one takes its place. */
const freshParams = (sim: Simulator, sent: Sent): Sent['params'] =>
  Object.fromEntries(
    Object.entries(sent.params).map(([key, value]) =>
      sent.mayEnter && key === 'password' && typeof value === 'string' && value.startsWith('PVE:')
        ? [key, sim.signIn(userIn(value)).ticket]
        : [key, value],
    ),
  );

const bodyOf = (sent: Sent, params: Sent['params']): string | undefined => {
  if (sent.rawBody !== undefined) return sent.rawBody;
  if (sent.method !== 'POST' && sent.method !== 'PUT') return undefined;
  return sent.headers['Content-Type']?.startsWith('application/json') === true ? JSON.stringify(params) : form(params);
};

const parse = (type: string | undefined, text: string): unknown => {
  if (text === '') return null;
  return type?.startsWith('application/json') === true ? JSON.parse(text) : text;
};

const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: 4_000 });

/** Sends a request over TLS and returns the answer as the recorder wrote it down. */
export const send = (sim: Simulator, sent: Sent): Promise<Compared> =>
  new Promise((resolve, reject) => {
    const params = freshParams(sim, sent);
    const body = bodyOf(sent, params);
    const target = new URL(sim.url);
    const path = body === undefined || sent.rawBody !== undefined ? withQuery(sent.path, params) : sent.path;
    const headers = {
      ...credentials(sim, sent),
      ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
    };
    const outgoing = request(
      {
        host: target.hostname,
        port: target.port,
        method: sent.method,
        path,
        headers,
        agent,
        rejectUnauthorized: false,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const seen: Record<string, string> = {};
          for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2)
            seen[incoming.rawHeaders[index]?.toLowerCase() ?? ''] = incoming.rawHeaders[index + 1] ?? '';
          const bytes = Buffer.concat(chunks);
          // The journal comes compressed even when nobody asked for it.
          const text = (seen['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
          const reason = Buffer.from(incoming.statusMessage ?? '', 'latin1').toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, reason, headers: seen, body: parse(seen['content-type'], text) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
