import { readFileSync } from 'node:fs';

/** One numbered requirement of docs/requirements.md. */
export interface LedgerLine {
  /** `S3-042` */
  readonly id: string;
  /** How it may be honoured: `ART`, `LINT`. */
  readonly covers: readonly string[];
}

// An id begins a list entry, or follows a middle dot in one; `S1-048…057` is ten of them.
const entry = /(?:^- |· )(S\d)-(\d{3})(?:…(\d{3}))?(?: \[([A-Z,/ ]+)\])?/g;

/** Returns every requirement of the ledger, in its order. One that names no cover of its own has that of the one before it. */
export const ledgerLines = (file: string): readonly LedgerLine[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('- S'))
    .flatMap((line) => {
      let covers: readonly string[] = [];
      return [...line.matchAll(entry)].flatMap(([, section = '', first = '', last = first, cover]) => {
        if (cover !== undefined) covers = cover.split(/[,/ ]+/);
        const count = Number(last) - Number(first) + 1;
        return Array.from({ length: count }, (_, index) => ({
          id: `${section}-${String(Number(first) + index).padStart(3, '0')}`,
          covers,
        }));
      });
    });
