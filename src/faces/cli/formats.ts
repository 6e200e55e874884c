import { Document, visit } from 'yaml';
import { isRecord } from '../../models/record.ts';
import type { Column } from '../../operations/operation.ts';

type Row = Readonly<Record<string, unknown>>;

/** DEL, C1 and invisible characters: JSON.stringify leaves them, and a terminal would obey them. */
const obeyed = /[\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Writes a value as JSON that is harmless on a terminal and still says the same. */
export const toJson = (value: unknown, indent?: number): string =>
  (JSON.stringify(value ?? null, undefined, indent) ?? 'null').replaceAll(obeyed, escaped);

/** Writes a value as YAML 1.2; texts with control characters are quoted and escaped. */
export const toYaml = (value: unknown): string => {
  const document = new Document(value ?? null, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && node.value.search(obeyed) >= 0) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 }).trimEnd().replaceAll(obeyed, escaped);
};

const rowsOf = (value: unknown): readonly Row[] => {
  if (Array.isArray(value)) return value.map((one: unknown) => (isRecord(one) ? one : { value: one }));
  if (value === undefined || value === null) return [];
  return [isRecord(value) ? value : { value }];
};

const csvText = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value))
    return value.map((one: unknown) => (typeof one === 'object' ? JSON.stringify(one) : String(one))).join(';');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const csvCell = (value: unknown): string => {
  const text = csvText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Writes a value as CSV (RFC 4180): a heading with field names, the known columns first, then one record a row. */
export const toCsv = (value: unknown, columns: readonly Column[] = []): string => {
  const rows = rowsOf(value);
  const fields = [...new Set([...columns.map(({ field }) => field), ...rows.flatMap((row) => Object.keys(row))])];
  return [fields.map(csvCell), ...rows.map((row) => fields.map((field) => csvCell(row[field])))]
    .map((record) => `${record.join(',')}\r\n`)
    .join('');
};
