import * as z from 'zod';
import { taskSucceeded } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Method } from '../proxmox/types.ts';
import { parseApiRequest, type ApiRequest } from './api-call.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { followTask } from './follow.ts';
import { operation, type PlannedCall } from './operation.ts';

const readInput = z.object({
  path: z
    .string()
    .min(1)
    .describe('path behind /api2/json, as in /nodes/pve1/status')
    .meta({ positional: true, completes: 'api-path' }),
  parameters: z
    .array(z.string())
    .default([])
    .describe('key=value; repeated keys make a list')
    .meta({ positional: true, completes: 'api-parameter' }),
  unchecked: z.boolean().default(false).describe('send it without the check against the API of 9.2'),
});

const writeInput = readInput.extend({
  follow: z.boolean().default(false).describe('follow the task that it starts to its end').meta({ short: 'f' }),
});

const requestOf = (method: Method, { path, parameters, unchecked }: z.output<typeof readInput>): ApiRequest =>
  parseApiRequest(method, path, parameters, unchecked);

const planned = (method: 'POST' | 'PUT' | 'DELETE', { path, parameters }: ApiRequest): readonly PlannedCall[] => [
  {
    method,
    path,
    parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, String(value)])),
  },
];

const send = async (context: Context, { method, path, parameters }: ApiRequest): Promise<unknown> =>
  (await context.proxmox().request(method, path, parameters, { signal: context.signal, origin: 'person' })).data;

/** The answer as it came; followed, a task's UPID with its exit status. */
async function* write(context: Context, request: ApiRequest, follow: boolean): AsyncGenerator<Event, unknown, void> {
  const data = await send(context, request);
  if (!follow || typeof data !== 'string' || !data.startsWith('UPID:')) return data;
  yield { type: 'task', upid: data };
  const exitstatus = yield* followTask(context, data);
  if (!taskSucceeded(exitstatus)) {
    throw new ProxdeckError('task-failed', `The task failed: ${exitstatus}`, {
      hint: `See \`proxdeck task log ${data}\`.`,
    });
  }
  return { upid: data, exitstatus };
}

/** Reads from the API; the answer as the server typed it. */
export const apiGet = operation({
  name: 'api.get',
  summary: 'Read from the API',
  risk: 'read',
  input: readInput,
  resolve: async (_context, input) => requestOf('GET', input),
  async *run(context, request) {
    return send(context, request);
  },
});

/** Sends a POST; a task that it starts is followed on demand. */
export const apiPost = operation({
  name: 'api.post',
  summary: 'Send a POST to the API',
  risk: 'change',
  input: writeInput,
  resolve: async (_context, input) => requestOf('POST', input),
  preview: (request) => planned('POST', request),
  run: (context, request, { follow }) => write(context, request, follow),
});

/** Sends a PUT. */
export const apiPut = operation({
  name: 'api.put',
  summary: 'Send a PUT to the API',
  risk: 'change',
  input: writeInput,
  resolve: async (_context, input) => requestOf('PUT', input),
  preview: (request) => planned('PUT', request),
  run: (context, request, { follow }) => write(context, request, follow),
});

/** Sends a DELETE. */
export const apiDelete = operation({
  name: 'api.delete',
  summary: 'Send a DELETE to the API',
  risk: 'destroy',
  input: writeInput,
  resolve: async (_context, input) => requestOf('DELETE', input),
  hazards: (_context, { path }) => [`What ${path} names is deleted.`],
  preview: (request) => planned('DELETE', request),
  run: (context, request, { follow }) => write(context, request, follow),
});
