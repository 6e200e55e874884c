import * as z from 'zod';
import { ProxmoxError } from './errors.ts';
import type { Identity } from './identity.ts';
import { refusalError } from './refusals.ts';
import type { RawAnswer } from './transport.ts';
import type { Answer, Method } from './types.ts';

interface AnsweredCall {
  readonly method: Method;
  readonly path: string;
}

const success = z.looseObject({
  total: z.number().optional().catch(undefined),
  changes: z.string().optional().catch(undefined),
});

const failure = z.object({
  message: z.string().optional().catch(undefined),
  errors: z.record(z.string(), z.string()).optional().catch(undefined),
});

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const trimmed = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, text.trim()]));

const refusal = (raw: RawAnswer, { method, path }: AnsweredCall, identity: Identity): ProxmoxError => {
  const parsed = failure.safeParse(parseJson(raw.body.toString('utf8')));
  const { message, errors } = parsed.success ? parsed.data : {};
  return refusalError(
    {
      method,
      path,
      status: raw.status,
      text: (message ?? raw.reason).trim(),
      ...(errors === undefined ? {} : { fields: trimmed(errors) }),
    },
    identity,
  );
};

/**
 * Opens the envelope of an answer (contract §5). JSON gives `data` and its siblings; plain text (a downloaded log) is `data` itself.
 * Throws the error that the server meant, or `server` when what answered is not the API.
 */
export const openEnvelope = (raw: RawAnswer, call: AnsweredCall, identity: Identity): Answer => {
  if (raw.status >= 400) throw refusal(raw, call, identity);
  if (raw.contentType.startsWith('text/plain')) return { data: raw.body.toString('utf8') };
  const parsed = success.safeParse(parseJson(raw.body.toString('utf8')));
  if (raw.status >= 300 || !parsed.success || !('data' in parsed.data)) {
    throw new ProxmoxError('server', `What answered ${call.method} ${call.path} is not the API of Proxmox VE.`, {
      ...call,
      status: raw.status,
      hint: 'Check address and port: the API listens on 8006, and a proxy in between must pass /api2/json on unchanged.',
    });
  }
  const { data, total, changes } = parsed.data;
  return { data, ...(total === undefined ? {} : { total }), ...(changes === undefined ? {} : { changes }) };
};

/** Reads `data` by a schema. Throws `server` when it has another shape than this program knows. */
export const readData = <T>(schema: z.ZodType<T>, data: unknown, call: AnsweredCall): T => {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new ProxmoxError(
    'server',
    `The answer of ${call.method} ${call.path} has an unknown shape: ${z.prettifyError(parsed.error)}`,
    {
      ...call,
      cause: parsed.error,
      hint: 'The server may be of a version that this program does not know; `proxdeck doctor` shows both.',
    },
  );
};
