import type { Guest } from '../../src/models/cluster.ts';
import { isRecord } from '../../src/models/record.ts';
import { IncompleteError } from '../../src/operations/outcome.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import type { Ended } from '../../src/ui/work.ts';

/** What is told after settings of a guest were changed, or were not. */

interface Row {
  readonly key: string;
  readonly now: string | null;
  readonly wanted: string | null;
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The settings that both changed, where somebody else was faster; empty for any other error. */
const conflictOf = (ended: Ended): readonly Row[] => {
  if (!('error' in ended) || !(ended.error instanceof IncompleteError)) return [];
  const { value } = ended.error;
  const rows: readonly unknown[] = isRecord(value) && Array.isArray(value['conflict']) ? value['conflict'] : [];
  return rows.filter(isRecord).map((row) => ({
    key: String(row['key']),
    now: textOrNull(row['now']),
    wanted: textOrNull(row['wanted']),
  }));
};

const waitingOf = (ended: Ended): readonly unknown[] =>
  'result' in ended && isRecord(ended.result) && Array.isArray(ended.result['pending']) ? ended.result['pending'] : [];

const nameOf = ({ vmid, name }: Guest): string => `${String(vmid)} ${name}`.trim();

const told = (value: string | null): string => value?.trim() ?? 'not set';

/** Tells what waits for the next start; where somebody else was faster, shows both values and offers to try `again`. */
export const tellChanged = async (
  app: AppModel,
  guest: Guest,
  ended: Ended,
  again: () => Promise<void>,
): Promise<void> => {
  const waiting = waitingOf(ended);
  if (waiting.length > 0)
    app.notify({
      token: 'warn',
      text: `${waiting.join(', ')} ${waiting.length === 1 ? 'waits' : 'wait'} for the next start of ${nameOf(guest)}`,
      hint: 'the tab “config” shows it; z takes it back',
    });
  const rows = conflictOf(ended);
  if (rows.length === 0) return;
  const yes = await app.confirm({
    title: `Somebody else changed ${nameOf(guest)} meanwhile`,
    hazards: rows.map(({ key, now, wanted }) =>
      now === wanted ? `${key}: is now ${told(now)}` : `${key}: is now ${told(now)}, you wanted ${told(wanted)}`,
    ),
    remarks: ['nothing of yours was changed'],
    command: `proxdeck guest config ${selectorOf(guest)}`,
    verb: 'Try again',
  });
  if (yes) await again();
};
