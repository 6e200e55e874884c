import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { RawAnswer } from './handler.ts';
import type { ApiFailure } from './handler.ts';

/** What goes back over the wire, before the format is known. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  /** `undefined`: no body at all (401, 595, 596). */
  readonly body: { readonly type?: string; readonly content: string | Buffer } | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** Every gap of the simulator carries this header, so that nobody takes it for an answer of Proxmox VE. */
export const gapHeader = 'X-Proxdeck-Simulator-Gap';

const jsonType = 'application/json;charset=UTF-8';
const gzipAboveBytes = 1024;
/** The poll of ten thousand guests is 3.6 MB: at the usual level compressing it would cost more than making it. */
const fastest = { level: 1 };

const firstLine = (message: string): string => message.split('\n')[0] ?? '';

/** Status lines of PVE's own die() end with a line break in the body; HTTP exceptions (raise) do not. */
const bodyMessage = ({ status, message }: ApiFailure): string =>
  status === 501 || status === 424 || message.endsWith('\n') ? message : `${message}\n`;

const envelopeOf = (failure: ApiFailure): Record<string, unknown> => ({
  data: null,
  message: bodyMessage(failure),
  ...(failure.fields === undefined ? {} : { errors: failure.fields }),
});

const json = (status: number, reason: string, value: unknown): Answer => ({
  status,
  reason,
  body: { type: jsonType, content: JSON.stringify(value) },
});

const page = (value: unknown): string =>
  `<!DOCTYPE html>\n<html lang="en">\n  <head>\n    <meta charset="utf-8">\n    <title>Proxmox VE API</title>\n  </head>\n  <body><pre>${JSON.stringify(value, undefined, 2).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pre></body>\n</html>\n`;

/** Puts data into the envelope of a format: json, extjs, html (contract §2). */
export const success = (format: string, data: unknown, siblings: Readonly<Record<string, unknown>>): Answer => {
  if (data instanceof RawAnswer)
    return { status: 200, reason: 'OK', body: { type: data.contentType, content: data.body }, headers: data.headers };
  const envelope = { data: data ?? null, ...siblings };
  if (format === 'extjs') return json(200, 'OK', { ...envelope, success: 1 });
  if (format === 'html')
    return { status: 200, reason: 'OK', body: { type: 'text/html;charset=UTF-8', content: page(envelope) } };
  if (format === 'png') return { status: 200, reason: 'OK', body: { type: 'image/png', content: '' } };
  return json(200, 'OK', envelope);
};

/** Puts a refusal into the envelope of a format. extjs hides it behind a 200. */
export const failure = (format: string, refused: ApiFailure): Answer => {
  const envelope = envelopeOf(refused);
  if (format === 'extjs') return json(200, 'OK', { ...envelope, success: 0, status: String(refused.status) });
  return json(refused.status, firstLine(refused.message), envelope);
};

/** A refusal without envelope and content type: what the HTTP server says before the API is reached. */
export const plain = (status: number, message: string): Answer => ({
  status,
  reason: firstLine(message),
  body: { content: message },
});

/** Only a status line: 401 and the pseudo codes of the proxy. */
export const bare = (status: number, reason: string): Answer => ({ status, reason, body: undefined });

/** A reason phrase is bytes: UTF-8 inside, no control characters. */
const reasonPhrase = (text: string): string =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, ' ');

export interface Wire {
  readonly keepAlive: boolean;
  readonly gzip: boolean;
  readonly date: Date;
}

/** Writes an answer with exactly the header set of pve-api-daemon (contract/observed). */
export const writeAnswer = (response: ServerResponse, answer: Answer, wire: Wire): void => {
  const close = answer.status >= 400 || !wire.keepAlive;
  const content = answer.body?.content ?? '';
  const zipped = wire.gzip && content.length > gzipAboveBytes && answer.headers?.['Content-Encoding'] === undefined;
  const bytes = zipped ? gzipSync(content, fastest) : Buffer.from(content);
  const date = wire.date.toUTCString();
  response.sendDate = false;
  response.statusMessage = reasonPhrase(answer.reason);
  response.statusCode = answer.status;
  response.setHeader('Cache-Control', 'max-age=0');
  response.setHeader('Connection', close ? 'close' : 'Keep-Alive');
  response.setHeader('Date', date);
  response.setHeader('Pragma', 'no-cache');
  response.setHeader('Server', 'pve-api-daemon/3.0');
  if (zipped) response.setHeader('Content-Encoding', 'gzip');
  if (answer.body?.type !== undefined) response.setHeader('Content-Type', answer.body.type);
  response.setHeader('Expires', date);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.body === undefined || bytes.length === 0) {
    // Without a body the server sends no length either; the end of the connection is the end of the answer.
    response.removeHeader('Content-Length');
    response.removeHeader('Transfer-Encoding');
    response.end();
    return;
  }
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
};
