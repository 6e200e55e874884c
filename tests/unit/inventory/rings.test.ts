import { expect, test } from 'vitest';
import { createRings } from '../../../src/inventory/rings.ts';

const minute = 60_000;
const start = 30_000_000 * minute;
const load = (cpu: number) => ({ cpu, mem: cpu / 2 });

test('the readings of one minute are one sample: their mean', () => {
  const rings = createRings();
  rings.advance(start);
  for (const cpu of [0.25, 0.75, 0.5]) rings.add('lxc/101', load(cpu));
  rings.advance(start + minute - 1);
  expect(rings.history('lxc/101')).toEqual({ cpu: [0.5], mem: [0.25] });
});

test('an hour is kept, oldest first; a minute without a reading is a gap', () => {
  const rings = createRings();
  for (const step of [0, 1, 3]) {
    rings.advance(start + step * minute);
    rings.add('lxc/101', load(step));
  }
  expect(rings.history('lxc/101').cpu).toEqual([0, 1, Number.NaN, 3]);
  for (let step = 4; step < 62; step += 1) {
    rings.advance(start + step * minute);
    rings.add('lxc/101', load(step));
  }
  // The window begins with the gap of minute 2, and a gap at its beginning is not told.
  expect(rings.history('lxc/101').cpu).toEqual(Array.from({ length: 59 }, (_, index) => index + 3));
});

test('after a night asleep nothing of the evening is left', () => {
  const rings = createRings();
  rings.advance(start);
  rings.add('lxc/101', load(1));
  rings.advance(start + 500 * minute);
  expect(rings.history('lxc/101')).toEqual({ cpu: [], mem: [] });
  rings.add('lxc/101', load(0.5));
  expect(rings.history('lxc/101').cpu).toEqual([0.5]);
});

test('the past fills only what is not known, and only the last hour', () => {
  const rings = createRings();
  rings.advance(start);
  rings.add('lxc/101', load(1));
  rings.fill('lxc/101', start, load(9));
  rings.fill('lxc/101', start - minute, load(0.5));
  rings.fill('lxc/101', start - 60 * minute, load(9));
  rings.fill('lxc/101', start + minute, load(9));
  expect(rings.history('lxc/101').cpu).toEqual([0.5, 1]);
});

test('a freed ring begins anew for the next id', () => {
  const rings = createRings();
  rings.advance(start);
  // More than one slab.
  for (let id = 0; id < 600; id += 1) rings.add(`lxc/${id}`, load(id));
  rings.prune((id) => id === 'lxc/599');
  expect(rings.latest('lxc/3')).toBeUndefined();
  expect(rings.history('lxc/3').cpu).toEqual([]);
  rings.add('qemu/1', load(0.5));
  expect(rings.history('qemu/1').cpu).toEqual([0.5]);
  expect(rings.latest('lxc/599')).toEqual({ cpu: 599, mem: 299.5 });
});
