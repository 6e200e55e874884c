import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/operations/context.ts';
import type { Event } from '../../../src/operations/event.ts';
import { followTask } from '../../../src/operations/follow.ts';
import { fakeContext, upidOf } from './fakes.ts';

const upid = upidOf(101);

const follow = async (context: Context) => {
  const events: Event[] = [];
  const work = followTask(context, upid);
  for (;;) {
    const next = await work.next();
    if (next.done === true)
      return { exitstatus: next.value, lines: events.flatMap((event) => (event.type === 'line' ? [event.text] : [])) };
    events.push(next.value);
  }
};

describe('following a task', () => {
  it('tells every line once, also those written just before the end', async () => {
    const { context } = fakeContext({
      tasks: { [upid]: { looks: [['a'], [], ['b', 'c'], ['TASK OK']], exitstatus: 'OK' } },
    });
    expect(await follow(context)).toEqual({ exitstatus: 'OK', lines: ['a', 'b', 'c', 'TASK OK'] });
  });

  it('reads a log longer than one page to its end', async () => {
    const long = Array.from({ length: 1203 }, (_, index) => `line ${String(index)}`);
    const { context } = fakeContext({ tasks: { [upid]: { looks: [long], exitstatus: 'OK' } } });
    expect((await follow(context)).lines).toEqual(long);
  });

  it('asks less often while nothing happens, and often again when it does', async () => {
    const quiet = Array.from({ length: 8 }, () => []);
    const { context, slept } = fakeContext({
      tasks: { [upid]: { looks: [['a'], ...quiet, ['b'], []], exitstatus: 'OK' } },
    });
    await follow(context);
    expect(slept[0]).toBe(250);
    expect(Math.max(...slept)).toBe(2000);
    expect(slept.at(-1)).toBe(250);
  });

  it('does not take the line that stands for an empty log as one of it', async () => {
    const { context } = fakeContext({ tasks: { [upid]: { looks: [[], ['TASK OK']], exitstatus: 'OK' } } });
    expect((await follow(context)).lines).toEqual(['TASK OK']);
  });

  it('looks once more before it believes `unexpected status`', async () => {
    const { context, slept } = fakeContext({ tasks: { [upid]: { looks: [[]], exitstatus: 'unexpected status' } } });
    expect((await follow(context)).exitstatus).toBe('unexpected status');
    expect(slept).toEqual([1000]);
  });
});
