import * as z from 'zod';
import type { Token } from '../../../components/look.ts';
import type { TableColumn } from '../../../components/table.ts';
import type { Segment } from '../../../components/segments.ts';
import { clean } from '../../../components/text.ts';
import { counted } from '../../../components/units.ts';
import type { Guest } from '../../../src/models/cluster.ts';
import { taskSucceeded } from '../../../src/models/cluster.ts';
import { parseUpid } from '../../../src/models/upid.ts';
import type { Event } from '../../../src/operations/event.ts';
import { IncompleteError } from '../../../src/operations/outcome.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import { selectorOf } from '../../../src/ui/lacking.ts';
import type { Overlay } from '../../../src/ui/state.ts';
import type { Ended, RunOptions } from '../../../src/ui/work.ts';
import type { Condition } from '../../condition.ts';
import { listView } from '../../listView.ts';
import { openLog } from '../../log.ts';
import { nameOf } from '../columns.ts';

/** Work on several guests as one list: a row each, what came of it, Enter for its log. */

interface Row {
  readonly guest: Guest;
  readonly state: 'waiting' | 'running' | 'done' | 'skipped' | 'failed';
  readonly upid?: string;
  /** What came of it, once all have ended. */
  readonly result?: string;
}

const conditions: Readonly<Record<Row['state'], Condition>> = {
  waiting: { glyph: 'stopped', word: 'waiting', token: 'muted' },
  running: { glyph: 'working', word: 'running', token: 'info' },
  done: { glyph: 'running', word: 'done', token: 'ok' },
  skipped: { glyph: 'running', word: 'was so', token: 'muted' },
  failed: { glyph: 'failed', word: 'failed', token: 'error' },
};

/** What became of it as far as anybody knows: the picture of the cluster may know of the end of a task before its log is read. */
const stateNow = (app: AppModel, { state, upid }: Row): Row['state'] => {
  const task = app.live.getState().snapshot.tasks.find((one) => one.upid === upid);
  if (task?.status === undefined || (state !== 'running' && state !== 'waiting')) return state;
  return taskSucceeded(task.status) ? 'done' : 'failed';
};

const saidOf = (app: AppModel, { upid, result }: Row): string => {
  if (result !== undefined) return result === 'OK' ? '' : clean(result);
  const status = app.live.getState().snapshot.tasks.find((one) => one.upid === upid)?.status ?? '';
  return status === 'OK' ? '' : clean(status);
};

const columnsOf = (app: AppModel): readonly TableColumn<Row>[] => [
  {
    id: 'id',
    title: 'id',
    width: 6,
    align: 'right',
    priority: 0,
    cell: ({ guest }) => ({ text: String(guest.vmid) }),
    sortKey: ({ guest }) => guest.vmid,
  },
  {
    id: 'name',
    title: 'name',
    width: 14,
    flex: { share: 1, most: 32 },
    priority: 0,
    cell: ({ guest }) => ({ text: nameOf(guest) }),
    sortKey: ({ guest }) => guest.name.toLowerCase(),
  },
  {
    id: 'node',
    title: 'node',
    width: 8,
    priority: 2,
    cell: ({ guest }) => ({ text: clean(guest.node) }),
    sortKey: ({ guest }) => guest.node,
  },
  {
    id: 'state',
    title: 'state',
    width: 10,
    priority: 0,
    cell: (row, look) => {
      const { glyph, word, token } = conditions[stateNow(app, row)];
      return { text: `${look.glyphs[glyph]} ${word}`, token };
    },
    sortKey: (row) => stateNow(app, row),
  },
  {
    id: 'said',
    title: 'how it ended',
    width: 12,
    flex: { share: 3, most: 90 },
    priority: 1,
    cell: (row) => ({ text: saidOf(app, row), token: 'muted' }),
    sortKey: (row) => saidOf(app, row),
  },
];

const outcome = z.object({ vmid: z.number(), ok: z.boolean(), changed: z.boolean(), result: z.string() });

/** What came of each guest, also where some failed; none where nothing was begun. */
const outcomesOf = (ended: Ended): readonly z.output<typeof outcome>[] => {
  const told = 'result' in ended ? ended.result : ended.error instanceof IncompleteError ? ended.error.value : [];
  return z.array(outcome).safeParse(told).data ?? [];
};

/** Returns who shows work on several guests, from the first that the operation tells of it until the person looks elsewhere. */
export const progressOfGuests = (
  app: AppModel,
  title: string,
  selectors: readonly string[],
): Pick<RunOptions, 'onEvent' | 'onEnd'> => {
  const chosen = app.live.getState().snapshot.guests.filter((guest) => selectors.includes(selectorOf(guest)));
  let rows: readonly Row[] = chosen.map((guest) => ({ guest, state: 'waiting' }));
  let isShown = false;
  const change = (of: (guest: Guest) => boolean, to: Partial<Row>): void => {
    rows = rows.map((row) => (of(row.guest) ? { ...row, ...to } : row));
    app.changed();
  };
  const show = (): void => {
    isShown = true;
    const before: Overlay | undefined = app.state.overlay;
    if (before === undefined) app.openView(viewOf(app, title, () => rows));
  };
  return {
    onEvent: (event: Event) => {
      if (event.type === 'task') {
        const vmid = parseUpid(event.upid)?.id;
        change((guest) => String(guest.vmid) === vmid, { upid: event.upid, state: 'running' });
      }
      if (event.type === 'step')
        change(({ id }) => id === event.id, { state: event.state === 'undone' ? 'failed' : event.state });
      if (!isShown) show();
    },
    onEnd: (ended) => {
      for (const { vmid, ok, changed, result } of outcomesOf(ended))
        change((guest) => guest.vmid === vmid, { result, state: ok ? (changed ? 'done' : 'skipped') : 'failed' });
    },
  };
};

const viewOf = (app: AppModel, title: string, rows: () => readonly Row[]) =>
  listView<Row>(app, {
    scope: 'result',
    list: {
      source: rows,
      idOf: ({ guest }) => guest.id,
      lasting: false,
      columns: columnsOf(app),
      filterFields: ({ guest }) => ({ text: `${String(guest.vmid)} ${guest.name}`.toLowerCase(), fields: {} }),
      isFault: (row) => stateNow(app, row) === 'failed',
    },
    title: () => titleOf(app, title, rows()),
    empty: () => 'nobody',
    open: ({ upid }) => {
      if (upid === undefined) app.notify({ token: 'muted', text: 'no task of it has begun' });
      else openLog(app, upid);
    },
  });

const titleOf = (app: AppModel, title: string, rows: readonly Row[]): readonly Segment[] => {
  const count = (...states: readonly Row['state'][]): number =>
    rows.filter((row) => states.includes(stateNow(app, row))).length;
  const failed = count('failed');
  const ended = count('done', 'skipped', 'failed');
  const token: Token = failed > 0 ? 'error' : ended === rows.length ? 'ok' : 'info';
  return [
    { text: `${title} ${counted(rows.length, 'guest')}`, token: 'heading' },
    { text: `${String(ended)} of ${String(rows.length)} ended`, token },
    ...(failed === 0 ? [] : [{ text: `${String(failed)} failed`, token: 'error' } as const]),
  ];
};
