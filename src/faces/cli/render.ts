import { styleText } from 'node:util';
import { clean, fit, truncate, widthOf } from '../../../components/text.ts';
import { bytes, duration, percent, stamp } from '../../../components/units.ts';
import { isRecord } from '../../models/record.ts';
import type { Column } from '../../operations/operation.ts';
import { unitOf } from '../../operations/units.ts';

/** How results are drawn for a person: in columns without boxes, states in words. */
export interface Style {
  readonly colour: boolean;
  readonly ascii: boolean;
  /** A row is one sentence, `vmid 104, name relay-dev, status running`, as a screen reader reads it out. */
  readonly linear?: boolean;
}

type Row = Readonly<Record<string, unknown>>;
type Colour = Parameters<typeof styleText>[0];

/** A 10 kB name must not make every line of a table 10 kB long. */
const widestCell = 120;
const nothing = '-';

const colours: readonly (readonly [words: RegExp, colour: Colour])[] = [
  [/^(running|online|available|active|pass|ok|done|true|already running|started)$/i, 'green'],
  [/^(paused|suspended|prelaunch|warn|warnings: \d+|requested from ha|already stopped)$/i, 'yellow'],
  [/^(offline|unknown|error|fail|failed|io-error|internal-error)$/i, 'red'],
];
const stateFields = new Set(['status', 'state', 'result', 'exitstatus', 'qmpstatus']);

const colourOf = (field: string, text: string): Colour | undefined =>
  stateFields.has(field) ? colours.find(([words]) => words.test(text))?.[1] : undefined;

const plainText = (value: unknown): string => {
  if (value === undefined || value === null || value === '') return nothing;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value))
    return value.length === 0
      ? nothing
      : value.map((one: unknown) => (isRecord(one) ? JSON.stringify(one) : String(one))).join(',');
  return isRecord(value) ? JSON.stringify(value) : String(value);
};

const withUnit: Readonly<Record<NonNullable<Column['unit']>, (value: number) => string>> = {
  bytes,
  fraction: percent,
  seconds: (value) => (value === 0 ? nothing : duration(value)),
  // The API says 0 for never.
  moment: (value) => (value === 0 ? nothing : stamp(value * 1000)),
};

const humane = (value: unknown, unit: Column['unit']): string =>
  typeof value === 'number' && unit !== undefined ? withUnit[unit](value) : plainText(value);

/** What a person sees of a value: harmless, in one line, no wider than a line can be. */
const cellText = (value: unknown, unit: Column['unit'], { ascii }: Style): string => {
  const text = truncate(clean(humane(value, unit)).replaceAll('\n', ' '), widestCell, ascii ? '~' : '…');
  return ascii ? text.replaceAll(/[^ -~]/gu, '?') : text;
};

const paint = (field: string, text: string, cell: string, { colour }: Style): string => {
  const found = colour ? colourOf(field, text) : undefined;
  return found === undefined ? cell : styleText(found, cell, { validateStream: false });
};

const columnsOf = (rows: readonly Row[], columns: readonly Column[] | undefined): readonly Column[] =>
  columns ??
  [...new Set(rows.flatMap((row) => Object.keys(row)))].map((field) => ({ field, title: field.toUpperCase() }));

/** Rows as sentences: each value behind its name, what is empty left out. */
const sentences = (rows: readonly Row[], columns: readonly Column[], style: Style): string[] => {
  const lines = rows.map((row) =>
    columns
      .flatMap(({ field, title, unit }) => {
        const text = cellText(row[field], unit, style);
        return text === nothing ? [] : [`${title.toLowerCase()} ${text}`.trim()];
      })
      .join(', '),
  );
  return lines.length === 0 ? ['nothing'] : lines;
};

/** Draws rows as lines: a heading line, unless the columns have no headings; numbers stand right. */
const tableLines = (rows: readonly Row[], wanted: readonly Column[] | undefined, style: Style): string[] => {
  if (style.linear === true) return sentences(rows, columnsOf(rows, wanted), style);
  const columns = columnsOf(rows, wanted).map((column) => {
    const cells = rows.map((row) => cellText(row[column.field], column.unit, style));
    const isNumber = column.unit !== 'moment' && rows.some((row) => typeof row[column.field] === 'number');
    const width = cells.reduce((widest, cell) => Math.max(widest, widthOf(cell)), widthOf(column.title));
    return { ...column, cells, width, align: isNumber ? ('right' as const) : ('left' as const) };
  });
  const heading = columns
    .map(({ title, width, align }) => fit(title, width, align))
    .join('  ')
    .trimEnd();
  const body = rows.map((_row, index) =>
    columns
      .map(({ field, cells, width, align }) =>
        paint(field, cells[index] ?? '', fit(cells[index] ?? '', width, align), style),
      )
      .join('  ')
      .trimEnd(),
  );
  return columns.every(({ title }) => title === '') ? body : [heading, ...body];
};

/** Nested objects become dotted names; lists of objects are drawn apart, as tables under their names. */
const flatten = (row: Row, prefix = ''): [string, unknown][] =>
  Object.entries(row).flatMap(([key, value]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    return isRecord(value) ? flatten(value, name) : [[name, value] as [string, unknown]];
  });

const isTable = (value: unknown): value is readonly Row[] =>
  Array.isArray(value) && value.length > 0 && value.every(isRecord);

const objectLines = (row: Row, columns: readonly Column[] | undefined, style: Style): string[] => {
  // What the operation says of a field counts; the rest is guessed by its name.
  const described = new Map(columns?.map(({ field, unit }) => [field, unit]));
  const entries = flatten(row);
  const single = entries.filter(([, value]) => !isTable(value));
  const names = single.map(([name]) => cellText(name, undefined, style));
  const width = Math.max(0, ...names.map(widthOf));
  const lines = single.map(([name, value], index) => {
    const unit = described.has(name) ? described.get(name) : unitOf(name, value);
    const text = cellText(value, unit, style);
    const label = style.linear === true ? `${names[index] ?? ''} ` : `${fit(names[index] ?? '', width)}  `;
    return `${label}${paint(name, text, text, style)}`.trimEnd();
  });
  const tables = entries.flatMap(([name, value]) => {
    if (!isTable(value)) return [];
    const fields = columnsOf(value, undefined).map((column) => {
      const unit = unitOf(column.field, value[0]?.[column.field]);
      return unit === undefined ? column : { ...column, unit };
    });
    return ['', `${name}:`, ...tableLines(value, fields, style)];
  });
  return [...lines, ...tables];
};

/** Draws a result for a person: a list as a table, an object as names and values, anything else as it is. */
export const renderLines = (value: unknown, columns: readonly Column[] | undefined, style: Style): string[] => {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    if (value.every(isRecord))
      return value.length === 0 && columns === undefined ? [] : tableLines(value, columns, style);
    return value.map((one) => cellText(one, undefined, style));
  }
  return isRecord(value) ? objectLines(value, columns, style) : harmless(plainText(value), style);
};

/** Texts are cleaned in pieces: `clean` is made for names and cuts what is longer than a name can be. */
const piece = /.{1,1000}/gsu;

/** A text of several lines, each made harmless. */
export const harmless = (text: string, { ascii }: Style): string[] =>
  text.split('\n').map((line) => {
    const cleaned = (line.match(piece) ?? []).map(clean).join('');
    return ascii ? cleaned.replaceAll(/[^ -~]/gu, '?') : cleaned;
  });
