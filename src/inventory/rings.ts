import type { History } from './types.ts';

/** One sample a minute, for an hour: what `rrddata` with timeframe `hour` answers (contract §9.2). */
export const samples = 60;
export const sampleMs = 60_000;

/** Fractions 0…1 in one minute; NaN where nothing is known. */
export interface Load {
  readonly cpu: number;
  readonly mem: number;
}

/**
 * The last hour of many ids. All share one clock, so that a minute is the same column for each of them; a ring lives in a
 * slot of a shared slab: 480 bytes an id, and no object per id for the garbage collector to walk.
 */
export interface Rings {
  /** How many ids have a ring. */
  readonly size: number;
  /** Makes the minute of `at` the newest of all rings. */
  advance(at: number): void;
  /** Adds a reading to the newest minute; the mean of its readings is kept. Makes the ring when there is none. */
  add(id: string, load: Load): void;
  /** Puts a value of the past where none is known yet. */
  fill(id: string, at: number, load: Load): void;
  /** The mean of the newest minute so far, undefined for an id without a ring. */
  latest(id: string): Load | undefined;
  history(id: string): History;
  /** Frees the rings of all ids that `keep` refuses. */
  prune(keep: (id: string) => boolean): void;
}

const slotsASlab = 256;
const floatsASlot = 2 * samples;
const unknown: History = { cpu: [], mem: [] };

/** Returns an empty set of rings. */
export const createRings = (): Rings => {
  const slots = new Map<string, number>();
  const slabs: { readonly floats: Float32Array; readonly readings: Uint16Array }[] = [];
  const free: number[] = [];
  /** The newest minute that any ring knows. */
  let newest = 0;

  const slabOf = (slot: number) => {
    const slab = slabs[Math.floor(slot / slotsASlab)];
    if (slab === undefined) throw new RangeError(`slot ${slot} has no slab`);
    return { ...slab, base: (slot % slotsASlab) * floatsASlot, place: slot % slotsASlab };
  };

  const takeSlot = (id: string): number => {
    if (free.length === 0) {
      const first = slabs.length * slotsASlab;
      slabs.push({ floats: new Float32Array(slotsASlab * floatsASlot), readings: new Uint16Array(slotsASlab) });
      for (let slot = first + slotsASlab - 1; slot >= first; slot -= 1) free.push(slot);
    }
    const slot = free.pop() ?? 0;
    const { floats, readings, base, place } = slabOf(slot);
    floats.fill(Number.NaN, base, base + floatsASlot);
    readings[place] = 0;
    slots.set(id, slot);
    return slot;
  };

  /** Empties the columns behind the newest minute, up to and with this one, in all rings. */
  const empty = (minute: number): void => {
    const columns = Math.min(samples, minute - newest);
    for (const { floats, readings } of slabs) {
      readings.fill(0);
      for (let step = 0; step < columns; step += 1) {
        const column = (minute - step) % samples;
        for (let place = column; place < floats.length; place += samples) floats[place] = Number.NaN;
      }
    }
  };

  return {
    advance: (at) => {
      const minute = Math.floor(at / sampleMs);
      if (minute <= newest) return;
      empty(minute);
      newest = minute;
    },
    get size() {
      return slots.size;
    },
    add: (id, load) => {
      const slot = slots.get(id) ?? takeSlot(id);
      const { floats, readings } = slabs[Math.floor(slot / slotsASlab)] ?? slabOf(slot);
      const place = slot % slotsASlab;
      const base = place * floatsASlot;
      const count = readings[place] ?? 0;
      const column = base + (newest % samples);
      floats[column] = meanWith(floats[column], count, load.cpu);
      floats[column + samples] = meanWith(floats[column + samples], count, load.mem);
      readings[place] = count + 1;
    },
    fill: (id, at, load) => {
      const minute = Math.floor(at / sampleMs);
      if (minute > newest || minute <= newest - samples) return;
      const { floats, base } = slabOf(slots.get(id) ?? takeSlot(id));
      const column = base + (minute % samples);
      if (Number.isNaN(floats[column])) floats[column] = load.cpu;
      if (Number.isNaN(floats[column + samples])) floats[column + samples] = load.mem;
    },
    latest: (id) => {
      const slot = slots.get(id);
      if (slot === undefined) return undefined;
      const { floats, base } = slabOf(slot);
      const column = base + (newest % samples);
      return { cpu: floats[column] ?? Number.NaN, mem: floats[column + samples] ?? Number.NaN };
    },
    history: (id) => {
      const slot = slots.get(id);
      if (slot === undefined) return unknown;
      const { floats, base } = slabOf(slot);
      const cpu = inTime(floats.subarray(base, base + samples), newest);
      const mem = inTime(floats.subarray(base + samples, base + floatsASlot), newest);
      const first = cpu.findIndex((value, index) => !Number.isNaN(value) || !Number.isNaN(mem[index]));
      return first < 0 ? unknown : { cpu: cpu.slice(first), mem: mem.slice(first) };
    },
    prune: (keep) => {
      for (const [id, slot] of slots) {
        if (keep(id)) continue;
        slots.delete(id);
        free.push(slot);
      }
    },
  };
};

const meanWith = (mean: number | undefined, count: number, value: number): number =>
  count === 0 || mean === undefined || Number.isNaN(mean) ? value : mean + (value - mean) / (count + 1);

/** Oldest first: the column after the newest minute's is the oldest. */
const inTime = (ring: Float32Array, newest: number): number[] => {
  const oldest = (newest + 1) % samples;
  return [...ring.subarray(oldest), ...ring.subarray(0, oldest)];
};
