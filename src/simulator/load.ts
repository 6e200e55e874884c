import type { LoadProfile } from './world.ts';

/** How far the noise moves a curve, as a share of its mean, and how long one value of it lasts. */
const noiseShare = 0.15;
const noiseSeconds = 10;

/** A number in 0…1 that looks random and is the same for the same seed and index (a 32-bit integer hash). */
export const noise = (seed: number, index: number): number => {
  let hash = Math.imul(seed | 0, 0x9e37_79b1) ^ Math.imul(index | 0, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb_352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846c_a68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

const angle = (profile: LoadProfile, seconds: number): number =>
  2 * Math.PI * (seconds / profile.periodSeconds + noise(profile.seed, 0));

const swings = (profile: LoadProfile): boolean => profile.periodSeconds > 0 && profile.amplitude !== 0;

/**
 * The load of a curve at a time (seconds since 1970): a fraction of its limit, 0…1.
 * A pure function of profile and time, so that a restart of the simulator continues the same life.
 */
export const loadAt = (profile: LoadProfile, seconds: number): number => {
  const swing = swings(profile) ? profile.amplitude * Math.sin(angle(profile, seconds)) : 0;
  const jitter = (noise(profile.seed, Math.floor(seconds / noiseSeconds)) - 0.5) * 2 * noiseShare * profile.mean;
  return Math.min(1, Math.max(0, profile.mean + swing + jitter));
};

/** The mean of a curve over `step` seconds from `start`: what an RRD keeps of it. */
export const meanLoad = (profile: LoadProfile, start: number, step: number): number => {
  const samples = 4;
  let sum = 0;
  for (let index = 0; index < samples; index += 1) sum += loadAt(profile, start + ((index + 0.5) * step) / samples);
  return sum / samples;
};

/** How strongly a counter's rate swings with a profile: below 1, so that the counter never falls. */
const shareOf = (profile: LoadProfile): number =>
  swings(profile) && profile.mean > 0 ? Math.max(-0.9, Math.min(0.9, profile.amplitude / profile.mean)) : 0;

/**
 * The seconds that a counter has counted after `uptime` seconds when its rate swings with the profile: times the mean rate it is
 * what the counter shows. Grows with the swings, never falls.
 */
export const countedSeconds = (profile: LoadProfile, uptime: number): number => {
  const share = shareOf(profile);
  if (share === 0) return uptime;
  const wave = (seconds: number): number => Math.cos(angle(profile, seconds));
  const gained = ((share * profile.periodSeconds) / (2 * Math.PI)) * (wave(0) - wave(uptime));
  return Math.max(0, uptime + gained);
};

/** The rate of such a counter after `uptime` seconds. */
export const rateAt = (rate: number, profile: LoadProfile, uptime: number): number => {
  const share = shareOf(profile);
  return share === 0 ? rate : rate * (1 + share * Math.sin(angle(profile, uptime)));
};
