import { createHash, randomBytes } from 'node:crypto';
import type { Upload } from './handler.ts';
import type { Values } from './body.ts';

const crlf = Buffer.from('\r\n');
const blank = Buffer.from('\r\n\r\n');

export interface Multipart {
  readonly fields: Values;
  readonly upload: Upload | undefined;
}

const attribute = (headers: string, name: string): string | undefined =>
  new RegExp(`[; ]${name}="([^"]*)"`, 'i').exec(headers)?.[1];

/**
 * Reads a multipart/form-data stream (RFC 7578) without keeping the file: text parts become fields, the file part is counted and
 * hashed. PVE gives its handlers the name under `filename` and where the bytes lie under `tmpfilename`.
 */
export const readMultipart = async (stream: AsyncIterable<Buffer>, contentType: string): Promise<Multipart> => {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1] ?? '';
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const fields: Values = {};
  let upload: Upload | undefined;
  // The first boundary has no line break before it; giving it one makes every boundary alike.
  let rest: Buffer = crlf;
  let part: Part | undefined;

  const close = (): void => {
    if (part === undefined) return;
    if (part.filename === undefined) fields[part.name] = Buffer.concat(part.kept).toString('utf8');
    else {
      upload = { filename: part.filename, sizeBytes: part.sizeBytes, sha256: part.hash.digest('hex') };
      fields['filename'] = part.filename;
      fields['tmpfilename'] = `/var/tmp/pveupload-${randomBytes(16).toString('hex')}`;
    }
    part = undefined;
  };

  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      if (part === undefined) {
        const head = rest.indexOf(delimiter);
        const end = head < 0 ? -1 : rest.indexOf(blank, head + delimiter.length);
        if (end < 0) break;
        part = openPart(rest.subarray(head + delimiter.length, end).toString('utf8'));
        rest = rest.subarray(end + blank.length);
        continue;
      }
      const end = rest.indexOf(delimiter);
      if (end < 0) {
        // A boundary may be cut in two by the chunks: its length stays behind.
        const safe = Math.max(0, rest.length - delimiter.length);
        take(part, rest.subarray(0, safe));
        rest = rest.subarray(safe);
        break;
      }
      take(part, rest.subarray(0, end));
      rest = rest.subarray(end);
      close();
    }
  }
  close();
  return { fields, upload };
};

interface Part {
  readonly name: string;
  readonly filename: string | undefined;
  readonly kept: Buffer[];
  readonly hash: ReturnType<typeof createHash>;
  sizeBytes: number;
}

const openPart = (headers: string): Part => {
  const filename = attribute(headers, 'filename');
  const name = attribute(headers, 'name') ?? '';
  return { name, filename: filename?.split(/[/\\]/).at(-1), kept: [], hash: createHash('sha256'), sizeBytes: 0 };
};

const take = (part: Part, bytes: Buffer): void => {
  part.sizeBytes += bytes.length;
  if (part.filename === undefined) part.kept.push(Buffer.from(bytes));
  else part.hash.update(bytes);
};
