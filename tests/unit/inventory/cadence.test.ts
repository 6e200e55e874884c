import { describe, expect, it } from 'vitest';
import { nextPollAt, type Pace } from '../../../src/inventory/cadence.ts';

const never = Number.NEGATIVE_INFINITY;
const pace = (over: Partial<Pace>): Pace => ({
  polledAt: 0,
  durationMs: 50,
  tasksAt: 0,
  rows: 50,
  watchedSince: [],
  taskEndedAt: never,
  retryAt: undefined,
  calls: [0, 0],
  ...over,
});

describe('the cadence', () => {
  it('is 10 s up to some thousand rows, then as long as 1 % of a core allows', () => {
    expect(nextPollAt(pace({ rows: 1000 }), 1)).toBe(10_000);
    expect(nextPollAt(pace({ rows: 1600 }), 1)).toBe(10_000);
    expect(nextPollAt(pace({ rows: 10_000 }), 1)).toBe(60_000);
  });

  it('follows a task of ours closely at any size', () => {
    expect(nextPollAt(pace({ rows: 10_000, watchedSince: [0] }), 1)).toBe(3000);
  });

  it('comes back when a cluster that was away is due, whatever its size', () => {
    expect(nextPollAt(pace({ rows: 10_000, retryAt: 2000 }), 1)).toBe(2000);
  });
});
