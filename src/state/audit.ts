import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import type { Guarded } from './trouble.ts';

/** One thing that somebody asked for. */
export interface AuditEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The account on this machine and, where there is one, the user of the API: `ada as root@pam!tui`. */
  readonly who: string;
  readonly context: string;
  readonly operation: string;
  /** What was asked for; secrets are masked before it is written. */
  readonly input: unknown;
  /** `ok`, the code of the error, or `started` for long work: a second row with the outcome follows it. */
  readonly result: string;
  /** The sentence of the error. */
  readonly message?: string;
  readonly durationMs: number;
}

type StoredAuditEntry = AuditEntry & { readonly id: number };

/** The audit trail: append only, the database itself refuses to change or delete a row. */
export interface AuditRepository {
  /** Returns the number of the row. */
  append(entry: AuditEntry): Promise<number>;
  /** Newest first, at most `limit`, those before row `before` when given. */
  list(range: { readonly limit: number; readonly before?: number }): Promise<readonly StoredAuditEntry[]>;
}

/** Returns the audit trail in a database. */
export const auditRepository = (db: Kysely<Tables>, guarded: Guarded): AuditRepository => ({
  append: (entry) =>
    guarded(async () => {
      const row = {
        at: entry.at,
        who: entry.who,
        context: entry.context,
        operation: entry.operation,
        input: maskedJson(entry.input),
        result: entry.result,
        message: entry.message === undefined ? null : maskedText(entry.message),
        duration_ms: Math.round(entry.durationMs),
      };
      const { id } = await db.insertInto('audit').values(row).returning('id').executeTakeFirstOrThrow();
      return id;
    }),
  list: ({ limit, before }) =>
    guarded(async () => {
      const newest = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
      const rows = await (before === undefined ? newest : newest.where('id', '<', before)).execute();
      return rows.map(({ message, duration_ms: durationMs, input, ...row }) => ({
        ...row,
        input: JSON.parse(input) as unknown,
        durationMs,
        ...(message === null ? {} : { message }),
      }));
    }),
});

const secretKey = /passw|passphrase|secret|ticket|otp$|^token$|recovery|credential|private.?key|csrf/i;
/** `user@realm!id=secret`, the form of an API token in a header. */
const tokenInText = /(\S+@[\w.-]+![\w.-]+=)[^\s"']+/g;

const maskedText = (text: string): string => text.replace(tokenInText, '$1***');

const maskedJson = (input: unknown): string =>
  JSON.stringify(input ?? null, (key, value: unknown) => {
    if (secretKey.test(key) && value !== undefined && value !== null) return '***';
    return typeof value === 'string' ? maskedText(value) : value;
  });
