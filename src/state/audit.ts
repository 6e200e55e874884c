import type { Database } from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { beginning, ChainCheck, hashOf, type AuditRow, type Break, type Link } from './auditChain.ts';
import { readHead, writeHead } from './auditHead.ts';
import type { Tables } from './schema.ts';
import { stateError, type Guarded } from './trouble.ts';

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

/** An entry with its place in the chain, as it is given to somebody else. */
type ChainedAuditEntry = StoredAuditEntry & { readonly hash: string | null };

/** What came of following the chain. */
interface Verified {
  /** How many rows there are. */
  readonly rows: number;
  readonly last: Link;
  readonly breaks: readonly Break[];
}

/**
 * The audit trail: append only, the database itself refuses to change or delete a row. Every row is chained to the one before it
 * by its hash, and the hash of the last one lies in a file of its own: who goes round the database is found out.
 */
export interface AuditRepository {
  /** Returns the number of the row. */
  append(entry: AuditEntry): Promise<number>;
  /** Newest first, at most `limit`, those before row `before` when given. */
  list(range: { readonly limit: number; readonly before?: number }): Promise<readonly StoredAuditEntry[]>;
  /** Every row, oldest first. */
  all(): AsyncGenerator<ChainedAuditEntry, void>;
  /** Follows the chain from the first row to the head. */
  verify(): Promise<Verified>;
}

/** So many rows are read at once: a trail of years must not be held in memory. */
const pageRows = 1_000;

/** Rows oldest first, page by page. */
async function* pagesOf(db: Kysely<Tables>): AsyncGenerator<readonly AuditRow[], void> {
  for (let after = 0; ;) {
    const oldest = db.selectFrom('audit').selectAll().orderBy('id').limit(pageRows);
    const page = await oldest.where('id', '>', after).execute();
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.id;
  }
}

const entryOf = ({ message, duration_ms: durationMs, input, ...row }: AuditRow): ChainedAuditEntry => ({
  ...row,
  input: JSON.parse(input) as unknown,
  durationMs,
  ...(message === null ? {} : { message }),
});

const columns = 'id, at, who, context, operation, input, result, message, duration_ms, hash';

/** Adds a row behind the head, in one transaction that holds the lock from its beginning: other programs write here too. */
const appended = (database: Database, entry: AuditEntry): number => {
  const { last } = database.prepare<[], { last: number }>('SELECT coalesce(max(id), 0) AS last FROM audit').get() ?? {
    last: 0,
  };
  // Without a head the chain begins anew: a head that was taken away leaves a break for good.
  const head = readHead(database.name) ?? beginning;
  const row = {
    // A number that the head knows is not given again: the gap is what tells of a tail that was cut.
    id: Math.max(head.id, last) + 1,
    at: entry.at,
    who: entry.who,
    context: entry.context,
    operation: entry.operation,
    input: maskedJson(entry.input),
    result: entry.result,
    message: entry.message === undefined ? null : maskedText(entry.message),
    duration_ms: Math.round(entry.durationMs),
  };
  const hash = hashOf(head.hash, row);
  const values = columns.replaceAll(/\w+/g, '@$&');
  database.prepare(`INSERT INTO audit (${columns}) VALUES (${values})`).run({ ...row, hash });
  // Before the commit: a crash in between leaves a head without its row, which is found, never a row without its head.
  writeHead(database.name, { id: row.id, hash });
  return row.id;
};

const verified = (database: Database): Verified => {
  const check = new ChainCheck();
  let rows = 0;
  for (const row of database.prepare<[], AuditRow>(`SELECT ${columns} FROM audit ORDER BY id`).iterate()) {
    check.see(row);
    rows += 1;
  }
  check.end(readHead(database.name));
  return { rows, last: check.last, breaks: check.breaks };
};

/** Returns the audit trail in a database, which Kysely uses as well. */
export const auditRepository = (database: Database, db: Kysely<Tables>, guarded: Guarded): AuditRepository => {
  /**
   * Works in a transaction that holds the lock from its beginning and is over before anything else of this process runs: another
   * connection of this process would keep the event loop waiting for a lock that only the event loop can give back.
   */
  const atOnce = <Result>(work: (database: Database) => Result): Promise<Result> =>
    // Kysely's connection is ours meanwhile, so that no transaction of its own is open.
    guarded(() => db.connection().execute(async () => database.transaction(() => work(database)).immediate()));

  return {
    append: (entry) => atOnce((locked) => appended(locked, entry)),
    list: ({ limit, before }) =>
      guarded(async () => {
        const newest = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
        const rows = await (before === undefined ? newest : newest.where('id', '<', before)).execute();
        return rows.map((row) => {
          const { hash: _, ...entry } = entryOf(row);
          return entry;
        });
      }),
    async *all() {
      try {
        for await (const page of pagesOf(db)) yield* page.map(entryOf);
      } catch (thrown) {
        throw stateError(database.name, thrown);
      }
    },
    verify: () => atOnce(verified),
  };
};

const secretKey = /passw|passphrase|secret|ticket|otp$|^token$|recovery|credential|private.?key|csrf/i;
/** `user@realm!id=secret`, the form of an API token in a header. */
const tokenInText = /(\S+@[\w.-]+![\w.-]+=)[^\s"']+/g;

const maskedText = (text: string): string => text.replace(tokenInText, '$1***');

const maskedJson = (input: unknown): string =>
  JSON.stringify(input ?? null, (key, value: unknown) => {
    if (secretKey.test(key) && value !== undefined && value !== null) return '***';
    return typeof value === 'string' ? maskedText(value) : value;
  });
