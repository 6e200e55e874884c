import type { z } from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { parseAddress } from './address.ts';
import {
  parseResources,
  parseTasks,
  rowsSchema,
  taskLogOf,
  taskLogSchema,
  taskStatusSchema,
  versionSchema,
} from './answers.ts';
import { createCallLog, maskParameters } from './calls.ts';
import { encodeCall } from './encoding.ts';
import { createApi } from './engine.ts';
import { openEnvelope, readData } from './envelope.ts';
import { ProxmoxError, cancelled } from './errors.ts';
import { identityOf } from './identity.ts';
import { createNodeLimits, nodeOfPath } from './limits.ts';
import { createLine } from './line.ts';
import type { LineCall } from './line.ts';
import {
  createAskedTokenSession,
  createTicketSession,
  createTokenSession,
  loginSchema,
  nobodySession,
} from './session.ts';
import type { LoginCall, Pass, Session } from './session.ts';
import { createTransport } from './transport.ts';
import { createConnect } from './trust.ts';
import type { CallOptions, ClientOptions, Limits, Method, Parameters, ProxmoxClient } from './types.ts';
import { parseUpid } from '../models/upid.ts';

const defaultLimits: Limits = {
  inFlightPerNode: 2,
  pollTimeoutMs: 10_000,
  personTimeoutMs: 30_000,
  connectTimeoutMs: 5_000,
  idleMs: 4_000,
};

/** Lets a caller go when it gives up, though others go on waiting for the same work. */
const unlessAborted = async <T>(work: Promise<T>, call: LineCall): Promise<T> => {
  const gone = Promise.withResolvers<never>();
  const abort = (): void => gone.reject(cancelled(call));
  call.signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, gone.promise]);
  } finally {
    call.signal.removeEventListener('abort', abort);
  }
};

const parseAddresses = (texts: readonly string[]) => {
  const [first, ...others] = texts.map(parseAddress);
  if (first !== undefined) return [first, ...others] as const;
  throw new ProxdeckError('config', 'There is no address to ask.', {
    hint: 'Give the context the address of at least one node: https://pve1.example.org:8006.',
  });
};

const nodeOfTask = (upid: string): string => {
  const task = parseUpid(upid);
  if (task !== undefined) return task.node;
  throw new ProxmoxError('validation', `“${upid}” is not the id of a task.`, {
    hint: 'A task id begins with UPID: and ends with a colon; `proxdeck task list` shows them.',
  });
};

/**
 * Opens a session with a cluster. Nothing is sent before the first call. Throws `config` for an address or fingerprint, and
 * `auth` for a credential, that cannot be one.
 */
export const createClient = (options: ClientOptions): ProxmoxClient => {
  const { credential, tls, now = Date.now } = options;
  const bounds: Limits = { ...defaultLimits, ...options.limits };
  let identity = identityOf(credential);
  const closing = new AbortController();
  const calls = createCallLog(now);
  const limits = createNodeLimits(bounds.inFlightPerNode);
  const connect = createConnect(tls, bounds.connectTimeoutMs, options.jump);
  const transport = createTransport(connect, bounds.idleMs);
  const addresses = parseAddresses(options.addresses);
  const line = createLine(addresses, transport, calls);

  const prepare = (
    method: Method,
    path: string,
    parameters: Parameters,
    { origin = 'person', signal, timeoutMs, file }: CallOptions,
  ): LineCall => ({
    ...encodeCall(method, path, parameters, file),
    parameters: maskParameters(parameters),
    headers: {},
    origin,
    signal: signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]),
    timeoutMs: timeoutMs ?? (origin === 'poll' ? bounds.pollTimeoutMs : bounds.personTimeoutMs),
  });

  const login: LoginCall = async (parameters, origin) => {
    const call = prepare('POST', '/access/ticket', parameters, { origin });
    return readData(loginSchema, openEnvelope(await line.send(call), call, identity).data, call);
  };

  const sessionOf = (): Session => {
    switch (credential.kind) {
      case 'token':
        return createTokenSession(credential.token);
      case 'asked-token':
        return createAskedTokenSession(async () => {
          const token = await credential.ask();
          identity = identityOf({ kind: 'token', token });
          return token;
        });
      case 'nobody':
        return nobodySession;
      case 'password':
        return createTicketSession(credential, login, now);
    }
  };
  const session = sessionOf();

  const sendAuthorised = async (call: LineCall, over = line) => {
    const sendWith = (headers: Pass) => over.send({ ...call, headers });
    const pass = await unlessAborted(session.pass(call.method, call.origin), call);
    const answer = await sendWith(pass);
    if (answer.status !== 401 || !(await unlessAborted(session.renew(pass, call.origin), call))) return answer;
    return sendWith(await session.pass(call.method, call.origin));
  };

  const request: ProxmoxClient['request'] = async (method, path, parameters = {}, callOptions = {}) => {
    const call = prepare(method, path, parameters, callOptions);
    return limits.run(nodeOfPath(path) ?? line.address.text, call, async () =>
      openEnvelope(await sendAuthorised(call), call, identity),
    );
  };

  const read = async <T>(schema: z.ZodType<T>, path: string, callOptions?: CallOptions): Promise<T> =>
    readData(schema, (await request('GET', path, {}, callOptions)).data, { method: 'GET', path });

  const taskPath = (upid: string, part: string) =>
    `/nodes/${nodeOfTask(upid)}/tasks/${encodeURIComponent(upid)}/${part}`;

  /** On a line of its own, so that nobody else's call decides which address the console is at. */
  const openConsole: ProxmoxClient['openConsole'] = async (path, { size, serial, signal }) => {
    const { consoleProxySchema, openConsole: openWebsocket } = await import('./console.ts');
    const others = addresses.filter(({ text }) => text !== line.address.text);
    const own = createLine([line.address, ...others], transport, calls);
    const call = prepare('POST', `${path}/termproxy`, { serial }, signal === undefined ? {} : { signal });
    const { data } = openEnvelope(await sendAuthorised(call, own), call, identity);
    const proxy = readData(consoleProxySchema, data, call);
    const { address } = own;
    const parameters = maskParameters({ port: proxy.port, vncticket: proxy.ticket });
    const logged = { path: `${path}/vncwebsocket`, parameters, address: address.text };
    const end = calls.begin({ method: 'GET', origin: 'person', ...logged });
    try {
      const headers = await session.pass('GET', 'person');
      const ready = { path, proxy, address, connect, headers, identity };
      const opened = await openWebsocket(ready, { size, signal: call.signal });
      end({ status: 101 });
      return opened;
    } catch (error) {
      end({ error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };

  return {
    api: createApi(request),
    openConsole,
    calls,
    get address() {
      return line.address.text;
    },
    get identity() {
      return identity.token ?? identity.user;
    },
    request,
    version: (callOptions) => read(versionSchema, '/version', callOptions),
    resources: async (callOptions) => parseResources(await read(rowsSchema, '/cluster/resources', callOptions)),
    tasks: async (callOptions) => parseTasks(await read(rowsSchema, '/cluster/tasks', callOptions)),
    taskStatus: async (upid, callOptions) => read(taskStatusSchema, taskPath(upid, 'status'), callOptions),
    async taskLog(upid, { start, limit }, callOptions) {
      const path = taskPath(upid, 'log');
      const { data, total } = await request('GET', path, { start, limit }, callOptions);
      const lines = readData(taskLogSchema, data, { method: 'GET', path });
      return taskLogOf(lines, total ?? start + lines.length);
    },
    setOfflineNodes: (nodes) => limits.setOffline(nodes),
    close() {
      closing.abort();
      transport.close();
    },
  };
};
