import * as z from 'zod';
import type { AuditEntry } from '../state/audit.ts';
import type { Break } from '../state/auditChain.ts';
import { operation } from './operation.ts';
import { IncompleteError } from './outcome.ts';

/** A line of the audit trail as people read it: one for each thing that was done. */
interface AuditRow {
  /** Seconds since 1970. */
  readonly at: number;
  readonly who: string;
  readonly context: string;
  readonly operation: string;
  readonly input: unknown;
  /** `ok`, the code of the error, or `started` for what has not ended, or whose program was killed. */
  readonly result: string;
  readonly message?: string;
  /** Seconds. */
  readonly took: number;
}

const rowOf = ({ at, durationMs, who, context, operation: name, input, result, message }: AuditEntry): AuditRow => ({
  at: Math.floor(at / 1000),
  who,
  context,
  operation: name,
  input,
  result,
  ...(message === undefined ? {} : { message }),
  took: Math.round(durationMs / 1000),
});

/** The row of the beginning is left out where there is one of the end. */
const together = (entries: readonly AuditEntry[]): readonly AuditEntry[] => {
  const ended = new Set(
    entries.filter(({ result }) => result !== 'started').map((entry) => `${entry.at} ${entry.operation}`),
  );
  return entries.filter((entry) => entry.result !== 'started' || !ended.has(`${entry.at} ${entry.operation}`));
};

/** Lists what was done with Proxdeck on this machine, newest first, from the audit trail. Reads do not stand there. */
export const listAudit = operation({
  name: 'audit.list',
  summary: 'List what was done with Proxdeck',
  risk: 'read',
  input: z.object({
    here: z.boolean().default(false).describe('only in this context'),
    limit: z.coerce.number().int().min(1).max(5000).default(50).describe('at most so many'),
  }),
  columns: [
    { field: 'at', title: 'AT', unit: 'moment' },
    { field: 'context', title: 'CONTEXT' },
    { field: 'operation', title: 'OPERATION' },
    { field: 'input', title: 'INPUT' },
    { field: 'result', title: 'RESULT' },
    { field: 'took', title: 'TOOK', unit: 'seconds' },
    { field: 'who', title: 'WHO' },
  ],
  async *run(context, _resolved, { here, limit }) {
    const { audit } = await context.state();
    // Two rows for each thing that was done.
    const entries = together(await audit.list({ limit: here ? 5000 : 2 * limit }));
    return entries
      .filter((entry) => !here || entry.context === context.contextName)
      .slice(0, limit)
      .map(rowOf);
  },
});

/** What came of following the trail. */
interface Verdict {
  readonly intact: boolean;
  /** How many rows there are. */
  readonly rows: number;
  /** Hash of the last row: who keeps it elsewhere can prove later that nothing before it was changed. */
  readonly head: string;
  readonly breaks: readonly Break[];
}

const hint =
  'Keep the state folder as it is for whoever looks into it. What was there may be in a backup of it, or in an earlier ' +
  '`proxdeck audit export`.';

/**
 * Follows the chain of the audit trail: whether a row was changed, taken out or cut off behind Proxdeck's back.
 * Throws `state` with the verdict when it is broken: exit code 1.
 */
export const verifyAudit = operation({
  name: 'audit.verify',
  summary: 'Check that nobody changed the audit trail',
  risk: 'read',
  input: z.object({}),
  async *run(context): AsyncGenerator<never, Verdict, void> {
    const { audit, path } = await context.state();
    const { rows, last, breaks } = await audit.verify();
    const verdict = { intact: breaks.length === 0, rows, head: last.hash, breaks };
    const [first] = breaks;
    if (first === undefined) return verdict;
    const more = breaks.length === 1 ? '' : ` (and ${String(breaks.length - 1)} more)`;
    throw new IncompleteError('state', `The audit trail in ${path} was changed: ${first.detail}${more}.`, verdict, {
      hint,
    });
  },
});

/** One row as a line of JSON in visible ASCII only, so that it comes out the same through any terminal, pipe or mail. */
const lineOf = (row: unknown): string =>
  JSON.stringify(row).replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Writes the whole audit trail, oldest first, one JSON object a line, each with its hash: the beginnings and the ends of work. */
export const exportAudit = operation({
  name: 'audit.export',
  summary: 'Write the whole audit trail as JSON, a row a line',
  risk: 'read',
  input: z.object({}),
  async *run(context) {
    const { audit } = await context.state();
    for await (const row of audit.all()) yield { type: 'line', source: 'audit', text: lineOf(row) };
  },
});
