import { appendFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { ProxdeckError } from '../models/error.ts';

/** One request as it was answered: a line of the access log. */
export interface Access {
  /** When it came, ISO 8601. */
  readonly at: string;
  readonly method: string;
  /** As it was sent, with its query; bodies are not kept. */
  readonly path: string;
  /** Who asked: `root@pam` or `root@pam!token`; empty when nobody said so. */
  readonly login: string;
  /** 0: the connection was cut without an answer. */
  readonly status: number;
  /** Milliseconds to the answer. */
  readonly ms: number;
}

export type AccessLog = (access: Access) => void;

/** Who a request says it comes from, whether that is true or not. */
export const claimedLogin = ({ authorization, cookie }: IncomingMessage['headers']): string => {
  const token = /^PVEAPIToken=([^=]+)=/.exec(authorization ?? '')?.[1];
  if (token !== undefined) return token;
  const ticket = /(?:^|;\s*)PVEAuthCookie=([^;]+)/.exec(cookie ?? '')?.[1] ?? '';
  try {
    return /^PVE:([^:]+@[^:]+):/.exec(decodeURIComponent(ticket))?.[1] ?? '';
  } catch {
    // Not even percent-encoding: a ticket of nobody.
    return '';
  }
};

/** Appends to a file, one JSON line a request, each written before its answer is sent. Throws `usage` when it cannot be written. */
export const fileAccessLog = (file: string): AccessLog => {
  try {
    appendFileSync(file, '');
  } catch (error) {
    throw new ProxdeckError('usage', `The access log ${file} cannot be written.`, {
      hint: 'Give --access-log a file in a folder that is there and yours.',
      cause: error,
    });
  }
  return (access) => appendFileSync(file, `${JSON.stringify(access)}\n`);
};
