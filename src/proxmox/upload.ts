import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FilePart } from './types.ts';

/** A body that is streamed: its length is known before the first byte, since the server takes no chunks (contract §10.4). */
export interface StreamedBody {
  readonly contentType: string;
  readonly lengthBytes: number;
  /** Opens it from its beginning; once a try. */
  open(): Readable;
}

/** Names stand in quotation marks, unescaped by the server. */
const harmless = (name: string): string => name.replaceAll(/["\r\n\\]/g, '_');

/**
 * Makes the body of an upload as the server's strict parser wants it: fields first, `Content-Disposition` the first header of each part,
 * the file last.
 */
export const multipartBody = (fields: Readonly<Record<string, string>>, file: FilePart): StreamedBody => {
  const boundary = `proxdeck-${randomBytes(16).toString('hex')}`;
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${harmless(name)}"\r\n\r\n${value}\r\n`,
  );
  const head = Buffer.from(
    `${parts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="filename"; filename="${harmless(file.name)}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const bytes = async function* (): AsyncGenerator<Buffer, void, void> {
    yield head;
    for await (const chunk of file.open()) yield Buffer.from(chunk);
    yield tail;
  };
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    lengthBytes: head.length + file.sizeBytes + tail.length,
    open: () => Readable.from(bytes(), { objectMode: false }),
  };
};
