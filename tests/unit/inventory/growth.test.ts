import { describe, expect, it } from 'vitest';
import { forecastOf, growthOf, type Filled } from '../../../src/inventory/growth.ts';

const gigabyte = 2 ** 30;
const day = 86_400;
const hours = (count: number, used: (days: number) => number): Filled[] =>
  Array.from({ length: count }, (_, hour) => ({ time: hour * 3600, used: used(hour / 24) }));

describe('growth of a storage', () => {
  it('is told in bytes a day', () => {
    const growth = growthOf(hours(168, (days) => (100 + 41 * days) * gigabyte));
    expect(growth?.bytesADay).toBeCloseTo(41 * gigabyte, -6);
    expect(growth?.days).toBeCloseTo(167 / 24);
  });

  it('sees through nightly backups that are pruned and one large file that came and went', () => {
    const growth = growthOf(
      hours(168, (days) => (100 + 10 * days + 60 * (days % 1) + (days > 3 && days < 3.3 ? 500 : 0)) * gigabyte),
    );
    expect(growth?.bytesADay).toBeGreaterThan(8 * gigabyte);
    expect(growth?.bytesADay).toBeLessThan(12 * gigabyte);
  });

  it('is not made up from half a day or from a handful of points', () => {
    expect(growthOf(hours(12, (days) => days))).toBeUndefined();
    expect(growthOf([])).toBeUndefined();
    expect(growthOf([0, 2, 4].map((days) => ({ time: days * day, used: days * gigabyte })))).toBeUndefined();
  });

  it('copes with gaps in the history', () => {
    const all = hours(168, (days) => 5 * days * gigabyte);
    const growth = growthOf(all.filter((_, hour) => hour < 40 || hour > 120));
    expect(growth?.bytesADay).toBeCloseTo(5 * gigabyte, -6);
  });
});

describe('forecast', () => {
  const terabyte = 2 ** 40;
  const even = (bytesADay: number) => ({ bytesADay, low: bytesADay * 0.9, high: bytesADay * 1.1, days: 7 });

  it('tells the days until it is full, and how sure that is', () => {
    expect(forecastOf(even(50 * gigabyte), terabyte - 150 * gigabyte, terabyte)).toEqual({
      kind: 'filling',
      days: 3,
      soonest: expect.closeTo(2.73, 1),
      latest: expect.closeTo(3.33, 1),
    });
  });

  it('is 0 days for what is full', () => {
    expect(forecastOf(even(gigabyte), terabyte, terabyte)).toMatchObject({ kind: 'filling', days: 0 });
  });

  it('calls a change that does not matter none', () => {
    expect(forecastOf(even(0.01 * gigabyte), terabyte / 2, terabyte)).toEqual({ kind: 'steady' });
  });

  it('makes no promise where it grows on some days and empties on others', () => {
    const growth = { bytesADay: 20 * gigabyte, low: -10 * gigabyte, high: 60 * gigabyte, days: 7 };
    expect(forecastOf(growth, terabyte / 2, terabyte)).toEqual({ kind: 'uneven' });
    expect(forecastOf({ ...growth, bytesADay: -20 * gigabyte }, 1, terabyte)).toEqual({ kind: 'uneven' });
  });

  it('tells that it empties', () => {
    const growth = { bytesADay: -20 * gigabyte, low: -25 * gigabyte, high: -15 * gigabyte, days: 7 };
    expect(forecastOf(growth, terabyte / 2, terabyte)).toEqual({ kind: 'shrinking' });
  });
});
