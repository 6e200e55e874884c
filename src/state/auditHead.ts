import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { ProxdeckError } from '../models/error.ts';
import type { Link } from './auditChain.ts';

/** Where the head of the audit trail of a database lies: beside it, so that cutting the database does not cut the head. */
export const headFile = (database: string): string => `${database}.audit-head`;

const form = /^(\d+) ([0-9a-f]{64})\n$/;

/** Reads the head: the last row that was written and its hash. Undefined when there is none. Throws `state` for what is no head. */
export const readHead = (database: string): Link | undefined => {
  const file = headFile(database);
  if (!existsSync(file)) return undefined;
  const [, id, hash] = form.exec(readFileSync(file, 'utf8')) ?? [];
  if (id !== undefined && hash !== undefined) return { id: Number(id), hash };
  throw new ProxdeckError('state', `${file} is not the head of an audit trail.`, {
    hint: 'Somebody changed it. Keep it with the database for whoever looks into it, and move both away to begin anew.',
  });
};

/** Writes the head, whole or not at all. Synchronous: it is written inside the transaction that adds the row. */
export const writeHead = (database: string, { id, hash }: Link): void => {
  const file = headFile(database);
  const temporary = `${file}.${String(process.pid)}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeSync(descriptor, `${String(id)} ${hash}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
};
