import { describe, expect, it } from 'vitest';
import { Job } from '../../../src/ui/job.ts';

const start = 1_000_000;
const upid = 'UPID:pve1:0000ABCD:00001234:6B00B7A5:imgcopy::root@pam:';

describe('work of ours', () => {
  it('is seen once something of it has happened, under the step that runs', () => {
    const job = new Job('storage.upload', start);
    expect(job.hasBegun).toBe(false);
    expect(job.title).toBe('storage upload');
    job.hear({ type: 'step', id: 'a', title: 'upload a.iso to local of pve1', state: 'running' }, start);
    expect(job.hasBegun).toBe(true);
    job.hear({ type: 'step', id: 'a', title: 'something else', state: 'done' }, start);
    expect(job.title).toBe('upload a.iso to local of pve1');
  });

  it('tells how far it is and when it ends, at the speed of what was seen', () => {
    const job = new Job('storage.upload', start);
    job.hear({ type: 'progress', done: 100, total: 1000, unit: 'bytes' }, start);
    expect(job.secondsLeft(start)).toBeUndefined();
    job.hear({ type: 'progress', done: 300, total: 1000, unit: 'bytes' }, start + 10_000);
    expect(job.fraction).toBe(0.3);
    // 200 in 10 s: 700 more take 35 s.
    expect(job.secondsLeft(start + 10_000)).toBe(35);
  });

  it('goes at a speed of its own when it began anew', () => {
    const job = new Job('storage.upload', start);
    job.hear({ type: 'progress', done: 900, total: 1000, unit: 'bytes' }, start);
    job.hear({ type: 'progress', done: 0, total: 1000, unit: 'bytes' }, start + 1000);
    job.hear({ type: 'progress', done: 500, total: 1000, unit: 'bytes' }, start + 3000);
    expect(job.secondsLeft(start + 3000)).toBe(2);
  });

  it('counts what has no end, and promises nothing of it', () => {
    const job = new Job('audit.export', start);
    job.hear({ type: 'progress', done: 12, unit: 'items' }, start);
    expect(job.done).toEqual({ done: 12, unit: 'items' });
    expect(job.fraction).toBeUndefined();
    expect(job.secondsLeft(start)).toBeUndefined();
  });

  it('leaves the telling to the task that goes on with it, and is ended by its signal', () => {
    const job = new Job('storage.upload', start);
    job.hear({ type: 'progress', done: 1000, total: 1000, unit: 'bytes' }, start);
    job.hear({ type: 'task', upid }, start);
    expect(job.tasks).toEqual([upid]);
    expect(job.fraction).toBeUndefined();
    expect(job.signal.aborted).toBe(false);
    job.stop();
    expect(job.signal.aborted).toBe(true);
  });
});
