import type { Context } from './context.ts';
import type { Event } from './event.ts';

const firstWaitMs = 250;
const longestWaitMs = 2000;
const linesACall = 500;

/** Yields the lines that were written since, and returns how many lines are now known. */
async function* newLines(context: Context, upid: string, known: number): AsyncGenerator<Event, number, void> {
  for (let start = known; ;) {
    const { lines } = await context.proxmox().taskLog(upid, { start, limit: linesACall }, { signal: context.signal });
    // An empty log is answered by one line that is not in it (contract §7.3).
    const isEmpty = start === 0 && lines.length === 1 && lines[0]?.t === 'no content';
    if (isEmpty) return 0;
    for (const { t } of lines) yield { type: 'line', source: upid, text: t };
    start += lines.length;
    if (lines.length < linesACall) return start;
  }
}

/**
 * Follows a task to its end: yields each line of its log and returns its exit status (`OK`, `WARNINGS: n` or the error).
 * Asks `GET /nodes/{node}/tasks/{upid}/status` and `…/log` every 250 ms at first, every 2 s when nothing happens.
 */
export async function* followTask(context: Context, upid: string): AsyncGenerator<Event, string, void> {
  let known = 0;
  let waitMs = firstWaitMs;
  let doubted = false;
  for (;;) {
    const { status, exitstatus } = await context.proxmox().taskStatus(upid, { signal: context.signal });
    // The log is read after the status: what was written before the end is not missed then.
    const lines: number = yield* newLines(context, upid, known);
    waitMs = lines > known ? firstWaitMs : Math.min(longestWaitMs, waitMs * 1.5);
    known = lines;
    if (status === 'stopped') {
      // A process that just ended may not have written its last line yet (contract §7.3).
      if (exitstatus !== 'unexpected status' || doubted) return exitstatus ?? 'unexpected status';
      doubted = true;
      waitMs = 1000;
    }
    await context.sleep(waitMs);
  }
}
