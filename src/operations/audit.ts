import * as z from 'zod';
import type { AuditEntry } from '../state/audit.ts';
import { operation } from './operation.ts';

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
