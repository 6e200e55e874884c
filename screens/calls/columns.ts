import type { Token } from '../../components/look.ts';
import type { TableColumn } from '../../components/table.ts';
import { clean } from '../../components/text.ts';
import { clockTime } from '../../components/units.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { CallRecord } from '../../src/ui/callCommands.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import type { Condition } from '../condition.ts';

/** What the command log shows: columns and filter fields of the calls of the API. */

const noCalls: readonly CallRecord[] = [];

/** From this many milliseconds on an answer is slow enough to be seen. */
const slowMs = 2000;

/** What came of a call as glyph, words and colour token. */
export const callState = ({ status, durationMs }: CallRecord): Condition => {
  if (durationMs === undefined) return { glyph: 'working', word: 'asking', token: 'info' };
  if (status === undefined) return { glyph: 'failed', word: 'none', token: 'error' };
  return status >= 400
    ? { glyph: 'failed', word: String(status), token: 'error' }
    : { glyph: 'running', word: String(status), token: 'ok' };
};

/** Parameters as they would be typed, secrets masked: `type=vm full=1`. */
const parametersOf = ({ parameters }: CallRecord): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

const methodTokens: Record<CallRecord['method'], Token> = {
  GET: 'muted',
  POST: 'accent',
  PUT: 'accent',
  DELETE: 'warn',
};

const callColumns: readonly TableColumn<CallRecord>[] = [
  {
    id: 'time',
    title: 'time',
    width: 8,
    priority: 0,
    cell: ({ at }) => ({ text: clockTime(at), token: 'muted' }),
    sortKey: ({ at }) => at,
  },
  {
    id: 'method',
    title: 'call',
    width: 6,
    priority: 0,
    cell: ({ method }) => ({ text: method, token: methodTokens[method] }),
    sortKey: ({ method }) => method,
  },
  {
    id: 'path',
    title: 'path',
    width: 24,
    flex: { share: 3, most: 90 },
    priority: 0,
    cell: ({ path }) => ({ text: clean(path) }),
    sortKey: ({ path }) => path,
  },
  {
    id: 'parameters',
    title: 'parameters',
    width: 12,
    flex: { share: 2, most: 80 },
    priority: 5,
    cell: (call) => ({ text: clean(parametersOf(call)), token: 'muted' }),
  },
  {
    id: 'status',
    title: 'status',
    width: 8,
    priority: 1,
    cell: (call, look) => {
      const { glyph, word, token } = callState(call);
      return { text: `${look.glyphs[glyph]} ${word}`, token };
    },
    sortKey: ({ status }) => status ?? 0,
  },
  {
    id: 'ms',
    title: 'ms',
    width: 5,
    align: 'right',
    priority: 2,
    cell: ({ durationMs }) => {
      if (durationMs === undefined) return { text: '' };
      const text = String(Math.round(durationMs));
      return durationMs >= slowMs ? { text, token: 'warn' } : { text };
    },
    sortKey: ({ durationMs }) => durationMs ?? 0,
  },
  {
    id: 'origin',
    title: 'asked by',
    width: 8,
    priority: 4,
    cell: ({ origin }) => ({ text: origin, token: origin === 'person' ? 'info' : 'muted' }),
    sortKey: ({ origin }) => origin,
  },
];

/** The list of the last calls of a model, the newest last. */
export const callList = (app: AppModel): ListDefinition<CallRecord> => ({
  source: () => app.session?.calls.records ?? noCalls,
  idOf: ({ id }) => String(id),
  lasting: true,
  columns: callColumns,
  filterFields: (call) => {
    const { method, path, origin, status, address } = call;
    return {
      text: `${method} ${path} ${parametersOf(call)} ${String(status ?? '')} ${origin} ${call.error ?? ''}`.toLowerCase(),
      fields: {
        id: [String(call.id)],
        method: [method.toLowerCase()],
        path: [path.toLowerCase()],
        status: [status === undefined ? (call.durationMs === undefined ? 'asking' : 'none') : String(status)],
        origin: [origin],
        address: [address.toLowerCase()],
      },
    };
  },
  isFault: (call) => callState(call).token === 'error',
});
