import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProxdeckError } from '../../../src/models/error.ts';
import type { Session } from '../../../src/ui/session.ts';
import { TaskLogModel } from '../../../src/ui/taskLog.ts';

const upid = 'UPID:pve1:0003D1A2:00C4E91F:68B0C2A5:vzdump:101:root@pam:';

/** A task whose log can grow; remembers what it was asked. */
const fakeTask = (begin: number, ended = false) => {
  const state = { lines: begin, ended, text: (n: number) => `line ${String(n)}`, fail: false };
  const asked: { start: number; limit: number }[] = [];
  const session: Pick<Session, 'taskLog' | 'taskStatus'> = {
    taskLog: async (_upid, { start, limit }) => {
      asked.push({ start, limit });
      if (state.fail) throw new ProxdeckError('unreachable', 'pve1 does not answer');
      const count = Math.max(0, Math.min(limit, state.lines - start));
      return {
        lines: Array.from({ length: count }, (_, at) => ({ n: start + at + 1, t: state.text(start + at) })),
        total: state.lines,
      };
    },
    taskStatus: async () => ({
      upid,
      node: 'pve1',
      type: 'vzdump',
      id: '101',
      user: 'root@pam',
      starttime: 1,
      ...(state.ended ? { status: 'stopped', exitstatus: 'OK' } : { status: 'running' }),
    }),
  };
  return { state, asked, session };
};

let now = 1000;
let drawn = 0;
const follow = (session: Pick<Session, 'taskLog' | 'taskStatus'>, lines?: number): TaskLogModel => {
  const options = { now: () => now, changed: () => void (drawn += 1), ...(lines === undefined ? {} : { lines }) };
  const log = new TaskLogModel(session, upid, options);
  void log.follow();
  return log;
};

beforeEach(() => {
  vi.useFakeTimers();
  drawn = 0;
  now = 1000;
});
afterEach(() => vi.useRealTimers());

describe('the log of a task', () => {
  it('of a million lines is read from where it can be kept, in a dozen calls', async () => {
    const { session, asked } = fakeTask(1_000_000, true);
    const log = follow(session);
    await vi.advanceTimersByTimeAsync(100);
    const { buffer } = log.pane;
    expect(buffer.lines).toBe(50_000);
    expect(buffer.dropped).toBe(950_000);
    expect(buffer.at(buffer.first)?.text).toBe('line 950000');
    expect(buffer.at(buffer.end - 1)?.text).toBe('line 999999');
    expect(log.state).toMatchObject({ running: false, exitstatus: 'OK' });
    expect(asked.length).toBeLessThan(15);
  });

  it('that grows by 5,000 lines a second is followed to the last one, bounded, with a drawing a batch', async () => {
    const { session, state, asked } = fakeTask(0);
    const log = follow(session);
    await vi.advanceTimersByTimeAsync(0);
    for (let second = 0; second < 60; second += 1) {
      state.lines += 5000;
      await vi.advanceTimersByTimeAsync(1000);
    }
    const { buffer } = log.pane;
    expect(buffer.at(buffer.end - 1)?.text).toBe('line 299999');
    expect(buffer.lines).toBe(50_000);
    expect(buffer.lines + buffer.dropped).toBe(300_000);
    expect(asked.length).toBeLessThan(4 * 60);
    expect(drawn).toBeLessThan(5 * 60);
    log.close();
  });

  it('keeps only as many lines as are wanted', async () => {
    const { session, asked } = fakeTask(10_000);
    const log = follow(session, 300);
    await vi.advanceTimersByTimeAsync(0);
    expect(log.pane.buffer.lines).toBe(300);
    expect(asked[1]).toMatchObject({ start: 9700 });
    log.close();
  });

  it('tells how far it is, and from when on; lines that are seen to arrive have a time', async () => {
    const { session, state } = fakeTask(1);
    state.text = (n) => `INFO:  ${String(n * 10)}% (1 GiB of 10 GiB) in 1s, read: 1 MiB/s`;
    const log = follow(session);
    await vi.advanceTimersByTimeAsync(0);
    expect(log.state).toMatchObject({ running: true, progress: { fraction: 0 }, since: { fraction: 0, at: 1000 } });
    now = 6000;
    state.lines = 5;
    await vi.advanceTimersByTimeAsync(1000);
    expect(log.state).toMatchObject({ progress: { fraction: 0.4 }, since: { fraction: 0, at: 1000 } });
    const { buffer } = log.pane;
    expect([buffer.at(0)?.at, buffer.at(4)?.at]).toEqual([undefined, 6000]);
    log.close();
  });

  it('shows what went wrong beside the lines that are known, and goes on by itself', async () => {
    const { session, state } = fakeTask(3);
    const log = follow(session);
    await vi.advanceTimersByTimeAsync(0);
    state.fail = true;
    await vi.advanceTimersByTimeAsync(2000);
    expect(log.state.error?.message).toBe('pve1 does not answer');
    expect(log.pane.buffer.lines).toBe(3);
    state.fail = false;
    state.lines = 4;
    await vi.advanceTimersByTimeAsync(1000);
    expect(log.state.error).toBeUndefined();
    expect(log.pane.buffer.lines).toBe(4);
    log.close();
  });

  it('asks nothing any more once it is closed', async () => {
    const { session, asked } = fakeTask(3);
    const log = follow(session);
    await vi.advanceTimersByTimeAsync(0);
    log.close();
    const before = asked.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.length).toBe(before);
  });
});
