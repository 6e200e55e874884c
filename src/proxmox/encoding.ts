import { ProxmoxError } from './errors.ts';
import { multipartBody, type StreamedBody } from './upload.ts';
import type { FilePart, Method, Parameters, ParameterValue } from './types.ts';

/** A call as it goes over the wire, without its credential. */
export interface EncodedCall {
  readonly method: Method;
  /** Behind `/api2/json`, without a query. */
  readonly path: string;
  /** With the query of a GET or DELETE. */
  readonly target: string;
  /** The form of a POST or PUT; absent when there is nothing to send. */
  readonly body?: string;
  /** Instead of it: a form with a file, streamed. */
  readonly upload?: StreamedBody;
}

/** Printable ASCII but `#` and `?`: what an encoded path consists of. */
const pathForm = /^\/[!"$->@-~]*$/;

const invalid = (method: Method, path: string, message: string, fields: Record<string, string>, hint: string) =>
  new ProxmoxError('validation', message, { method, path, fields, hint });

const encodeValue = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? '1' : '0') : String(value);

/** One parameter as its wire texts: none for undefined, several for an array. */
export const wireTexts = (value: ParameterValue): readonly string[] => {
  if (value === undefined) return [];
  if (typeof value === 'object') return value.map(encodeValue);
  return [encodeValue(value)];
};

/**
 * Encodes a call as contract §4.1 wants it: a form for POST and PUT, a query for GET and DELETE, booleans as 1 and 0, arrays as
 * repeated keys; with a file a multipart form. Throws `validation` for an empty text (the server would take it as
 * not given) and for a path that cannot be one.
 */
export const encodeCall = (method: Method, path: string, parameters: Parameters, file?: FilePart): EncodedCall => {
  if (!pathForm.test(path)) {
    throw invalid(
      method,
      path,
      `“${path}” is not a path of the API.`,
      {},
      'A path begins with /; what is not plain ASCII in it is percent-encoded, and parameters are given apart.',
    );
  }
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    const texts = wireTexts(value);
    for (const text of texts) form.append(name, text);
    // An empty list is as dangerous as an empty text: left out, `vms` of a bulk action means every guest.
    if (value !== undefined && (texts.length === 0 || texts.includes(''))) {
      throw invalid(
        method,
        path,
        `${name} is empty, and Proxmox VE cannot receive an empty value.`,
        { [name]: 'an empty value cannot be sent' },
        `To clear a setting, send delete=${name}; else leave ${name} out.`,
      );
    }
  }
  if (file !== undefined) return { method, path, target: path, upload: multipartBody(Object.fromEntries(form), file) };
  const encoded = form.toString();
  if (method === 'POST' || method === 'PUT')
    return { method, path, target: path, ...(encoded === '' ? {} : { body: encoded }) };
  return { method, path, target: encoded === '' ? path : `${path}?${encoded}` };
};
