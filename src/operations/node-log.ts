import * as z from 'zod';
import { operation } from './operation.ts';
import { readData } from './rows.ts';
import { nodeName, selectNode } from './select.ts';
import { understood } from './understood.ts';

/** A line of a node's journal; the last one carries the place after which the next reading goes on. */
interface JournalLine {
  readonly t: string;
  readonly cursor?: string;
}

const lines = z.coerce.number().int().min(1).max(5000).default(200).describe('at most so many, the newest');
const columns = [{ field: 't', title: '' }] as const;

/** Marks of journald for a place in the journal: `s=…;i=…;b=…`. */
const isCursor = (text: string): boolean => /^s=[0-9a-f]+;i=[0-9a-f]+;/.test(text);

/** The texts between two cursors. What is read from a cursor on begins with the entry that it stands at, which is known already. */
const journalLines = (data: unknown, after: string | undefined): readonly JournalLine[] => {
  const all = understood(z.string(), data);
  const last = all.at(-1);
  const texts = all.filter((text) => !isCursor(text)).slice(after === undefined ? 0 : 1);
  return texts.map((t, at) =>
    at === texts.length - 1 && last !== undefined && isCursor(last) ? { t, cursor: last } : { t },
  );
};

/** Shows the newest lines of a node's journal: `GET /nodes/{node}/journal`. */
export const showJournal = operation({
  name: 'node.journal',
  summary: 'Show the newest lines of the journal of a node',
  risk: 'read',
  input: z.object({
    node: nodeName,
    lines,
    after: z.string().exactOptional().describe('only what came after this cursor (of the last line read before)'),
  }),
  columns,
  resolve: (context, { node }) => selectNode(context, node),
  needs: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.Syslog' }],
  async *run(context, { node }, { lines: lastentries, after }) {
    const wanted = after === undefined ? { lastentries } : { startcursor: after };
    return journalLines(await readData(context, `/nodes/${node}/journal`, wanted), after).slice(-lastentries);
  },
});

/** The day before `now` as the server takes it, `2026-11-20`: a whole day whatever the node's time zone is. */
const dayBefore = (now: number): string => new Date(now - 86_400_000).toISOString().slice(0, 10);

const line = z.object({ t: z.string() });

/**
 * Shows what a service wrote since yesterday: `GET /nodes/{node}/syslog`. It answers from the oldest line on, so the first call
 * asks how many there are.
 */
export const showServiceLog = operation({
  name: 'node.service-log',
  summary: 'Show what a service of a node wrote since yesterday',
  risk: 'read',
  input: z.object({
    node: nodeName,
    service: z.string().min(1).describe('name of a service').meta({ positional: true }),
    lines,
  }),
  columns,
  resolve: (context, { node }) => selectNode(context, node),
  needs: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.Syslog' }],
  async *run(context, { node }, { service, lines: limit }) {
    const path = `/nodes/${node}/syslog`;
    const wanted = { service, since: dayBefore(context.now()) };
    const options = { signal: context.signal, origin: 'person' } as const;
    const { total = 0 } = await context.proxmox().request('GET', path, { ...wanted, limit: 1 }, options);
    if (total === 0) return [];
    const start = Math.max(0, total - limit);
    return understood(line, await readData(context, path, { ...wanted, start, limit }));
  },
});
