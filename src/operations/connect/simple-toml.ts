type Value = string | boolean | undefined;
type Table = Readonly<Record<string, Value>>;

const header = /^\[([^[\]]+)\]\s*(?:#.*)?$/;
const assignment = /^("[^"]*"|[\w.-]+)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*'|true|false)\s*(?:#.*)?$/;

const unquoted = (text: string): string => {
  if (text.startsWith("'")) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  const read: unknown = JSON.parse(text);
  return String(read);
};

/**
 * Reads what contexts are written with in TOML: tables with texts and yes or no. Everything else (numbers, lists, tables in lists,
 * texts over several lines) is left out. Returns the tables by their dotted name; what stands before the first is `''`.
 */
export const readSimpleToml = (text: string): Readonly<Record<string, Table>> => {
  const tables: Record<string, Record<string, Value>> = { '': {} };
  let current: Record<string, Value> | undefined = tables[''];
  for (const line of text.split('\n').map((one) => one.trim())) {
    const name = header.exec(line)?.[1];
    if (line.startsWith('[')) {
      // A table in a list is none of ours, and neither is what stands in it.
      const path = name
        ?.split('.')
        .map((part) => unquoted(part.trim()))
        .join('.');
      current = path === undefined ? undefined : (tables[path] ??= {});
      continue;
    }
    const [, key, value] = assignment.exec(line) ?? [];
    if (current === undefined || key === undefined || value === undefined) continue;
    current[unquoted(key)] = value === 'true' ? true : value === 'false' ? false : unquoted(value);
  }
  return tables;
};
