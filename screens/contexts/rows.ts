import type { AppModel } from '../../src/ui/app.ts';
import type { KnownContext } from '../../src/ui/desk.ts';
import { togetherName } from '../../src/ui/together.ts';
import { shortDuration } from '../../components/units.ts';
import type { Condition } from '../condition.ts';

/** The rows of the list of contexts: one for each cluster, and one for all of them together. */

/** A cluster, or all of them (`together`). */
export interface ContextRow extends KnownContext {
  readonly together: boolean;
}

let known: { readonly of: readonly KnownContext[]; readonly rows: readonly ContextRow[] } = { of: [], rows: [] };

/** How often the list is read again while it is looked at, in milliseconds. */
const readEveryMs = 5000;

/** The contexts of a model, which are read as long as they are looked at. */
export const contextRows = (app: AppModel): readonly ContextRow[] => {
  const contexts = app.desk?.contexts;
  if (contexts === undefined) return known.rows;
  app.watch('contexts', 0, () => {
    const read = (): void => void contexts.read().catch((thrown: unknown) => app.trouble(thrown));
    read();
    const timer = setInterval(read, readEveryMs);
    return () => clearInterval(timer);
  });
  const of = contexts.list.getState();
  if (known.of !== of) known = { of, rows: rowsOf(of) };
  return known.rows;
};

const rowsOf = (contexts: readonly KnownContext[]): readonly ContextRow[] => {
  const rows = contexts.map((context): ContextRow => ({ ...context, together: false }));
  if (rows.length < 2) return rows;
  const all = { name: togetherName, addresses: [], prod: false, readOnly: false, together: true };
  return [...rows, all];
};

/** Whether a context is on the screen now, alone or with others. */
export const isShown = (app: AppModel, { name }: ContextRow): boolean =>
  app.live.getState().contextName === name || partOf(app, name) !== undefined;

const partOf = (app: AppModel, name: string) =>
  app.session?.inventory.parts?.find(({ contextName }) => contextName === name);

/** How a context is, as glyph, word and colour: what is not shown is not asked, so its last picture is all that is known. */
export const contextState = (app: AppModel, row: ContextRow, now: number): Condition => {
  const live = app.live.getState();
  const alone = live.contextName === row.name;
  const part = partOf(app, row.name);
  if (!alone && part === undefined) {
    if (row.together) return { glyph: 'stopped', word: 'not shown', token: 'muted' };
    if (row.pictureAt === undefined) return { glyph: 'unknown', word: 'never seen', token: 'muted' };
    return { glyph: 'stopped', word: `seen ${age(row.pictureAt, now)} ago`, token: 'muted' };
  }
  const { connection, at } = part ?? { connection: live.connection, at: live.snapshot.at };
  if (connection.state === 'away')
    return { glyph: 'failed', word: at === 0 ? 'away' : `away, ${age(at, now)} old`, token: 'error' };
  if (connection.state === 'connecting') return { glyph: 'working', word: 'connecting', token: 'info' };
  return { glyph: 'running', word: 'shown', token: 'ok' };
};

const age = (at: number, now: number): string => shortDuration(Math.max(0, (now - at) / 1000));

/** What a context is marked as, in words; empty for one without marks. */
export const contextMarks = ({ prod, readOnly }: ContextRow): string =>
  [prod ? 'prod' : '', readOnly ? 'read-only' : ''].filter((word) => word !== '').join(' ');
