import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const answered = z.object({
  as: z.string(),
  /** The second it was answered. */
  at: z.number(),
  request: z.object({
    method: z.string(),
    path: z.string(),
    params: z.record(z.string(), z.unknown()),
    headers: z.record(z.string(), z.string()),
    raw_body: z.string().optional(),
    body_type: z.string().optional(),
  }),
  status: z.number(),
  reason: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

/** One answer of the recorded machine. */
export type Recording = z.output<typeof answered> & { readonly file: string };

export interface Folder {
  readonly recordings: readonly Recording[];
  /** Files that are no HTTP answer: command lines, raw bytes, websocket transcripts. */
  readonly others: readonly string[];
}

/** Reads a folder of recordings in the order of their `at`. */
export const readFolder = (folder: string): Folder => {
  const recordings: Recording[] = [];
  const others: string[] = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const parsed = answered.safeParse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
    if (parsed.success) recordings.push({ ...parsed.data, file });
    else others.push(file);
  }
  return { recordings: recordings.sort((a, b) => a.at - b.at), others };
};

/** Reads change nothing; neither does a refused write. Logging in leaves a line in the cluster's log. */
export const isWrite = (recording: Recording): boolean =>
  recording.status === 200 && recording.request.method !== 'GET';

/** The API path behind `/api2/json`, decoded, without query. */
export const apiPath = (recording: { readonly request: { readonly path: string } }): string =>
  decodeURIComponent(recording.request.path.replace(/^\/api2\/[a-z]+/, '').replace(/\?.*$/, '')) || '/';

/** The UPID that a write was answered with. */
export const answeredUpid = (recording: Recording): string | undefined => {
  const { body } = recording;
  if (typeof body !== 'object' || body === null || !('data' in body)) return undefined;
  const { data } = body;
  const upid = typeof data === 'object' && data !== null && 'upid' in data ? data.upid : data;
  return typeof upid === 'string' && upid.startsWith('UPID:') ? upid : undefined;
};
