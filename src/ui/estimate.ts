/** When something will have ended, by how fast it went. */

/** How far a step was at some moment (milliseconds since 1970): what its speed is measured from. */
export interface Milestone {
  readonly fraction: number;
  readonly at: number;
}

/** Seconds until the step ends if it goes on as it went since a milestone; undefined as long as too little of it is seen. */
export const secondsLeft = (fraction: number, since: Milestone, now: number): number | undefined => {
  const gained = fraction - since.fraction;
  const seconds = (now - since.at) / 1000;
  if (gained < 0.02 || fraction >= 1 || seconds <= 0) return undefined;
  return Math.round((seconds * (1 - fraction)) / gained);
};
