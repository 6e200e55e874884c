import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Tables } from './schema.ts';

/** A row of the audit trail as it lies in the database. */
export type AuditRow = Selectable<Tables['audit']>;

/** A place in the chain: the number of a row and its hash. */
export interface Link {
  readonly id: number;
  readonly hash: string;
}

/** What the first row follows. */
export const beginning: Link = { id: 0, hash: '' };

/**
 * The hash of a row, SHA-256 as hex: over the hash before it and the row in one canonical form, a JSON array of its columns in
 * the order of the table. So a row can neither be changed nor taken out without every hash behind it being another.
 */
export const hashOf = (before: string, row: Omit<AuditRow, 'hash'>): string => {
  const { id, at, who, context, operation, input, result, message, duration_ms } = row;
  return createHash('sha256')
    .update(JSON.stringify([before, id, at, who, context, operation, input, result, message, duration_ms]))
    .digest('hex');
};

/** What is wrong with the trail at one place, and from which row to which. */
export interface Break {
  readonly kind: 'changed' | 'missing' | 'cut' | 'head';
  /** Number of the first row that it is about. */
  readonly row: number;
  readonly detail: string;
}

const rows = (first: number, last: number): string =>
  first === last ? `row ${String(first)} is` : `rows ${String(first)} to ${String(last)} are`;

/** Follows the chain row by row, oldest first, and gathers where it is broken. */
export class ChainCheck {
  readonly breaks: Break[] = [];
  #last: Link = beginning;

  /** The last row that was seen. */
  get last(): Link {
    return this.#last;
  }

  see(row: AuditRow): void {
    const { id, hash } = row;
    const follows = id === this.#last.id + 1;
    if (!follows)
      this.#found('missing', this.#last.id + 1, `${rows(this.#last.id + 1, id - 1)} missing before row ${String(id)}`);
    // Behind a gap the hash before is not known, so the row itself cannot be judged.
    else if (hash !== hashOf(this.#last.hash, row))
      this.#found('changed', id, `row ${String(id)} is not what was written, or does not follow the row before it`);
    this.#last = { id, hash: hash ?? '' };
  }

  /** Holds the end against the head that is kept outside the database; undefined when there is none. */
  end(head: Link | undefined): void {
    const last = this.#last;
    if (head === undefined) {
      if (last.id > 0) this.#found('head', last.id, 'the head that is kept beside the database is missing');
    } else if (head.id > last.id) {
      this.#found('cut', last.id + 1, `${rows(last.id + 1, head.id)} missing at the end`);
    } else if (head.id < last.id || head.hash !== last.hash) {
      this.#found('head', last.id, `row ${String(last.id)} is not the one that Proxdeck wrote last`);
    }
  }

  #found(kind: Break['kind'], row: number, detail: string): void {
    this.breaks.push({ kind, row, detail });
  }
}
