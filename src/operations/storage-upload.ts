import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { wait } from './each-guest.ts';
import type { Event } from './event.ts';
import { operation, type PlannedCall } from './operation.ts';
import { onNode, storageName } from './storage.ts';
import { checksum, checksumParameters, destinationOf, fileContent, type Destination } from './storage-fetch.ts';
import { followStep, planned } from './steps.ts';

interface Plan {
  readonly file: string;
  readonly sizeBytes: number;
  readonly place: Destination;
  readonly call: PlannedCall;
}

/** The slowest line that is waited for, and what the server needs besides. */
const slowestBytesASecond = 100_000;
const extraMs = 60_000;
const toldEveryMs = 500;

const sizeOf = async (file: string): Promise<number> => {
  try {
    const found = await stat(file);
    if (found.isFile()) return found.size;
  } catch (error) {
    throw new ProxdeckError('not-found', `The file ${file} cannot be read.`, {
      hint: 'It is looked for on this machine, from the folder that you are in.',
      cause: error,
    });
  }
  throw new ProxdeckError('usage', `${file} is no file.`, { hint: 'Name one file.' });
};

/** Sends the file and tells how far it is. Returns the UPID of the task that stores it. */
async function* transfer(
  context: Context,
  { file, sizeBytes, place, call }: Plan,
): AsyncGenerator<Event, string, void> {
  let done = 0;
  const open = async function* (): AsyncGenerator<Uint8Array, void, void> {
    done = 0;
    const source: AsyncIterable<Buffer> = createReadStream(file);
    for await (const chunk of source) {
      done += chunk.length;
      yield chunk;
    }
  };
  let ended = false;
  const sent = context
    .proxmox()
    .request(call.method, call.path, call.parameters, {
      origin: 'person',
      signal: context.signal,
      timeoutMs: extraMs + (sizeBytes / slowestBytesASecond) * 1000,
      file: { name: place.filename, sizeBytes, open },
    })
    .finally(() => (ended = true));
  const settled = sent.catch(() => undefined);
  while (!ended) {
    yield { type: 'progress', done, total: sizeBytes, unit: 'bytes' };
    await Promise.race([settled, context.sleep(toldEveryMs)]);
  }
  return z.string().parse((await sent).data);
}

/**
 * Uploads a file to a storage: `POST /nodes/{node}/storage/{storage}/upload`. Throws `not-found` for the file, `validation` and `conflict`
 * for the storage, `task-failed` when the checksum is another one.
 */
export const uploadFile = operation({
  name: 'storage.upload',
  summary: 'Upload a file to a storage',
  risk: 'change',
  input: z.object({
    file: z.string().min(1).describe('file on this machine').meta({ positional: true }),
    storage: storageName,
    node: onNode,
    name: z.string().exactOptional().describe('name that it gets; its own without it'),
    content: fileContent,
    checksum,
    wait,
  }),
  resolve: async (context, given): Promise<Plan> => {
    const sizeBytes = await sizeOf(given.file);
    const wanted = {
      storage: given.storage,
      name: given.name ?? path.basename(given.file),
      ...(given.node !== undefined && { node: given.node }),
      ...(given.content !== undefined && { content: given.content }),
    };
    const place = await destinationOf(context, wanted, sizeBytes);
    const call = planned('POST', `${place.path}/upload`, {
      content: place.content,
      ...checksumParameters(given.checksum),
    });
    return { file: given.file, sizeBytes, place, call };
  },
  needs: ({ place }) => [{ path: `/storage/${place.storage}`, privilege: 'Datastore.AllocateTemplate' }],
  preview: ({ call, place }) => [{ ...call, parameters: { ...call.parameters, filename: place.filename } }],
  async *run(context, plan, input): AsyncGenerator<Event, object, void> {
    const { volid, storage, node, filename } = plan.place;
    const title = `upload ${filename} to ${storage} of ${node}`;
    const step = { type: 'step', id: title, title } as const;
    yield { ...step, state: 'running' };
    try {
      const upid = yield* transfer(context, plan);
      const outcome = input.wait ? yield* followStep(context, title, upid) : { result: 'started', upid };
      yield { ...step, state: 'done' };
      return { volid, storage, node, size: plan.sizeBytes, ...outcome };
    } catch (thrown) {
      if (asProxdeckError(thrown).code !== 'cancelled') yield { ...step, state: 'failed' };
      throw thrown;
    }
  },
});
