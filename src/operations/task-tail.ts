import * as z from 'zod';
import { parseUpid } from '../models/upid.ts';
import type { Context } from './context.ts';
import { operation } from './operation.ts';

/** The last lines of a task's log: two calls, however long it is. Throws what the client throws. */
export const readTail = async (context: Context, upid: string, lines: number): Promise<readonly string[]> => {
  const options = { signal: context.signal, origin: 'person' } as const;
  const client = context.proxmox();
  const first = await client.taskLog(upid, { start: 0, limit: lines }, options);
  if (first.total <= first.lines.length) return first.lines.map(({ t }) => t);
  const last = await client.taskLog(upid, { start: Math.max(0, first.total - lines), limit: lines }, options);
  return last.lines.map(({ t }) => t);
};

/** Shows the last lines of a task's log: `GET /nodes/{node}/tasks/{upid}/log`. */
export const showTaskTail = operation({
  name: 'task.tail',
  summary: 'Show the end of the log of a task',
  risk: 'read',
  input: z.object({
    upid: z
      .string()
      .refine((text) => parseUpid(text) !== undefined, 'this is no UPID; `proxdeck task list` shows them')
      .describe('UPID of a task')
      .meta({ positional: true, completes: 'task' }),
    lines: z.coerce.number().int().min(1).max(500).default(20).describe('so many lines'),
  }),
  columns: [{ field: 't', title: '' }],
  async *run(context, _resolved, { upid, lines }) {
    const tail = await readTail(context, upid, lines);
    return tail.map((t) => ({ t }));
  },
});
