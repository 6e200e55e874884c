import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';

/** Simulated time. */
export interface Clock {
  /** Whole seconds since 1970. */
  now(): number;
  /** Waits simulated milliseconds. Rejects with `received interrupt` when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Puts the clock to this second: tests and the contract replay. */
  set(seconds: number): void;
}

const interrupted = (): Error => new Error('received interrupt');

/**
 * Makes a clock that starts at `startSeconds` (default: now) and runs `speed` times as fast as the real one.
 * With `Infinity` waits are over at once and the time of day passes as usual.
 */
export const createClock = (speed: number, startSeconds = Date.now() / 1000): Clock => {
  let base = startSeconds;
  let origin = performance.now();
  const rate = Number.isFinite(speed) ? speed : 1;
  return {
    now: () => Math.floor(base + ((performance.now() - origin) / 1000) * rate),
    sleep: async (ms, signal) => {
      const options = signal === undefined ? {} : { signal };
      const waited = Number.isFinite(speed) ? wait(ms / speed, undefined, options) : nextTurn(undefined, options);
      await waited.catch(() => {
        throw interrupted();
      });
    },
    set: (seconds) => {
      base = seconds;
      origin = performance.now();
    },
  };
};
