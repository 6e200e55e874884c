/**
 * Makes time pass `speed` times as fast for everything in this process that asks `Date.now` or sets a timer: half an hour of polls,
 * back-offs and notices fits into a minute. Returns how to put it back.
 */
export const hurry = (speed: number): (() => void) => {
  const { setTimeout, setInterval } = globalThis;
  const { now } = Date;
  const begin = now();
  Date.now = () => Math.floor(begin + (now() - begin) * speed);
  globalThis.setTimeout = Object.assign(
    (run: () => void, ms = 0, ...rest: []) => setTimeout(run, ms / speed, ...rest),
    setTimeout,
  );
  globalThis.setInterval = Object.assign(
    (run: () => void, ms = 0, ...rest: []) => setInterval(run, ms / speed, ...rest),
    setInterval,
  );
  return () => {
    Date.now = now;
    Object.assign(globalThis, { setTimeout, setInterval });
  };
};
