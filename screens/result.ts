import type { Cell, TableColumn } from '../components/table.ts';
import { clean, widthOf } from '../components/text.ts';
import { bytes, counted, duration, moment, percent } from '../components/units.ts';
import { asProxdeckError, type ProxdeckError } from '../src/models/error.ts';
import { isRecord } from '../src/models/record.ts';
import type { Column, Operation } from '../src/operations/operation.ts';
import { unitOf } from '../src/operations/units.ts';
import type { AppModel } from '../src/ui/app.ts';
import { openLog } from './log.ts';
import { listView } from './listView.ts';

/** The answer of a read operation as a list: it can be filtered, sorted and copied like any other. */

interface Row {
  readonly index: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Wider than this no column is; the wide view and `Y` have the whole. */
const widest = 60;

const plain = (value: unknown): string => {
  if (value === undefined || value === null || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((one) => !isRecord(one))) return value.map(String).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** The field whose value stands beside it, where each row of the list is a field of one answer. */
const fieldOf = ({ fields }: Row, column: string): string =>
  column === 'value' && typeof fields['field'] === 'string' ? fields['field'] : column;

const shown = (value: unknown, unit: Column['unit'], now: number): string => {
  if (typeof value !== 'number' || unit === undefined) return clean(plain(value).replaceAll('\n', ' '));
  if (unit === 'bytes') return bytes(value);
  if (unit === 'fraction') return percent(value);
  return unit === 'seconds' ? duration(value) : moment(value * 1000, now);
};

/** Nested objects as dotted names, so that each value has a line of its own. */
const flat = (value: Readonly<Record<string, unknown>>, prefix = ''): readonly (readonly [string, unknown])[] =>
  Object.entries(value).flatMap(([key, one]) =>
    isRecord(one)
      ? flat(one, `${prefix}${key}.`)
      : Array.isArray(one) && one.some(isRecord)
        ? one.flatMap((each, at) => flat(isRecord(each) ? each : { '': each }, `${prefix}${key}.${String(at + 1)}.`))
        : [[`${prefix}${key}`, one] as const],
  );

/** An answer as rows: a list row by row, an object field by field, a text line by line. */
const rowsOf = (value: unknown, lines: readonly string[]): readonly Readonly<Record<string, unknown>>[] => {
  if (Array.isArray(value)) return value.map((one: unknown) => (isRecord(one) ? one : { value: one }));
  if (isRecord(value)) return flat(value).map(([field, one]) => ({ field, value: one }));
  const text =
    typeof value === 'string' ? value.split('\n') : value === undefined || value === null ? [] : [plain(value)];
  return [...lines, ...text].map((line) => ({ line }));
};

const columnsOf = (
  rows: readonly Row[],
  wanted: readonly Column[] | undefined,
  now: number,
): readonly TableColumn<Row>[] => {
  const known = wanted?.filter(({ field }) => rows.some(({ fields }) => field in fields)) ?? [];
  const names = [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))];
  const others = names.filter((field) => known.every((one) => one.field !== field));
  const column = ({ field, title, unit }: Column, at: number): TableColumn<Row> => {
    const textOf = (row: Row): string => {
      const value = row.fields[field];
      return shown(value, unit ?? unitOf(fieldOf(row, field), value), now);
    };
    const texts = rows.slice(0, 500).map((row) => widthOf(textOf(row)));
    const width = Math.min(widest, Math.max(title.length, 3, ...texts));
    const isNumber =
      unit !== 'moment' && rows.every(({ fields }) => ['number', 'undefined'].includes(typeof fields[field]));
    return {
      id: field,
      title: title.toLowerCase(),
      width: isNumber ? width : Math.min(width, 12),
      ...(isNumber ? {} : { flex: { share: Math.max(1, width - 12), most: width } }),
      ...(isNumber ? { align: 'right' as const } : {}),
      priority: at === 0 ? 0 : at,
      // What the operation does not name as a column is there for those who look for it.
      ...(known.length > 0 && at >= known.length ? { optional: true as const } : {}),
      cell: (row): Cell => ({ text: textOf(row) }),
      sortKey: ({ fields }) => {
        const value = fields[field];
        return typeof value === 'number' ? value : plain(value).toLowerCase();
      },
    };
  };
  return [...known, ...others.map((field) => ({ field, title: field }))].map(column);
};

/** Asks and shows the answer over the screen; `text` is what was typed. */
export const showAnswer = (app: AppModel, operation: Operation, input: unknown, text: string): void => {
  const { session } = app;
  if (session === undefined) return app.notify({ token: 'warn', text: 'not connected yet' });
  const stop = new AbortController();
  let rows: readonly Row[] = [];
  let columns: readonly TableColumn<Row>[] = [];
  let state: 'reading' | 'here' | ProxdeckError = 'reading';
  const ask = async (): Promise<void> => {
    const lines: string[] = [];
    try {
      const { result: value } = await session.run(
        { name: operation.name, input },
        {
          signal: stop.signal,
          confirm: async () => false,
          emit: (event) => {
            if (event.type === 'line') lines.push(event.text);
            if (event.type === 'warning') app.notify({ token: 'warn', text: event.message });
          },
        },
      );
      rows = rowsOf(value, lines).map((fields, index) => ({ index, fields }));
      columns = columnsOf(rows, operation.columns, app.now());
      state = 'here';
    } catch (thrown) {
      state = asProxdeckError(thrown);
    }
    if (!stop.signal.aborted) open();
  };
  const said = (): string => {
    if (state === 'reading') return 'reading';
    return state === 'here' ? 'nothing to show' : `${state.message}${state.hint === undefined ? '' : ` ${state.hint}`}`;
  };
  /** Opened when the answer is there: its columns come from it. */
  const open = (): void => {
    const view = listView<Row>(app, {
      scope: 'result',
      list: {
        source: () => rows,
        idOf: ({ index }) => String(index),
        lasting: true,
        columns,
        filterFields: ({ fields }) => ({
          text: Object.values(fields).map(plain).join(' ').toLowerCase(),
          fields: Object.fromEntries(
            Object.entries(fields).map(([key, value]) => [key.toLowerCase(), [plain(value).toLowerCase()]]),
          ),
        }),
        isFault: () => false,
      },
      title: (_drawing, list) => [
        { text: `:${clean(text)}`, token: 'heading' },
        { text: state === 'here' ? countText(list.rows().length, rows.length) : '', token: 'muted', drop: 1 },
        { text: operation.summary, token: 'muted', drop: 2 },
      ],
      empty: said,
      open: ({ fields }) => openRow(app, fields),
      copy: ({ fields }) => JSON.stringify(fields),
    });
    app.openView(view, () => stop.abort());
  };
  app.notify({ token: 'muted', text: `asking: ${clean(text)}` });
  app.arrive(async () => {
    await ask();
    app.notify(undefined);
  });
};

const countText = (left: number, all: number): string =>
  left === all ? counted(all, 'row') : `${String(left)} of ${String(all)} rows`;

/** Goes to what a row is about, where Proxdeck can show it. */
const openRow = (app: AppModel, { upid, vmid, node }: Readonly<Record<string, unknown>>): void => {
  if (typeof upid === 'string') return openLog(app, upid);
  const { guests, nodes } = app.live.getState().snapshot;
  const guest = guests.find((one) => one.vmid === Number(vmid));
  if (guest !== undefined) return app.goTo('guests', { id: guest.id });
  const found = nodes.find((one) => one.node === node);
  if (found !== undefined) app.goTo('nodes', { id: found.id });
};
