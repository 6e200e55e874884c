import { ApiFailure } from './handler.ts';

/** Parameters as they arrive: a form gives texts, a repeated key an array; JSON gives anything. */
export type Values = Record<string, unknown>;

const decode = (text: string): string => {
  const spaced = text.replaceAll('+', ' ');
  const bytes: number[] = [];
  for (let index = 0; index < spaced.length; index += 1) {
    const hex = spaced[index] === '%' ? /^[0-9a-fA-F]{2}/.exec(spaced.slice(index + 1, index + 3))?.[0] : undefined;
    if (hex === undefined) bytes.push(...Buffer.from(spaced[index] ?? '', 'latin1'));
    else {
      bytes.push(Number.parseInt(hex, 16));
      index += 2;
    }
  }
  return Buffer.from(bytes).toString('utf8');
};

/** The part of the URL before the question mark, percent-decoded. */
export const decodePath = (text: string): string => decode(text.replaceAll('+', '%2B'));

/** `decode_urlencoded` of the server: only the first two pieces around `=` count, an empty value is not sent at all (contract §4.1). */
export const parseForm = (text: string): Values => {
  const values: Values = {};
  for (const part of Buffer.from(text, 'utf8').toString('latin1').split(/[&;]/)) {
    const [key = '', value = ''] = part.split('=');
    if (key === '' || value === '') continue;
    const name = decode(key);
    const known = values[name];
    const decoded = decode(value);
    values[name] = known === undefined ? decoded : [known, decoded].flat();
  }
  return values;
};

const parseJson = (text: string): Values => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Values;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new PlainFailure(500, jsonComplaint(text));
};

/** What Perl's JSON parser says about the texts that people send by mistake. */
const jsonComplaint = (text: string): string => {
  const opening = /^\{\s*(?!["}\s])/.exec(text)?.[0];
  const what =
    opening === undefined
      ? 'malformed JSON string, neither tag, array, object, number, string or atom'
      : `'"' expected`;
  const rest = text.slice(opening?.length ?? 0);
  const before = rest.trim() === '' ? '(end of string)' : rest;
  return `${what}, at character offset ${opening?.length ?? 0} (before "${before}") at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 934.\n`;
};

/** A refusal before the API is reached: plain text, no envelope. */
export class PlainFailure extends ApiFailure {}

/** Reads a body by its content type. */
export const parseBody = (contentType: string, body: Buffer): Values => {
  const kind = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (kind === 'application/json') return parseJson(body.toString('utf8'));
  if (kind === '' || kind === 'application/x-www-form-urlencoded') return parseForm(body.toString('utf8'));
  throw new PlainFailure(506, `upload 'Content-Type '${contentType}' not implemented`);
};

const scalarOf = (value: unknown): unknown => (Array.isArray(value) ? value.map(String).join('\0') : value);

/** Joins path, query and body; the query beats the body. A parameter that contradicts the path is a 400. */
export const mergeParams = (pathParams: Readonly<Record<string, string>>, query: Values, body: Values): Values => {
  const sent = { ...body, ...query };
  delete sent['_dc'];
  for (const [name, value] of Object.entries(pathParams))
    if (sent[name] !== undefined && scalarOf(sent[name]) !== value)
      throw new ApiFailure(400, 'Parameter verification failed.', {
        [name]: 'duplicate parameter (already defined in URI) with conflicting values!',
      });
  return { ...sent, ...pathParams };
};
