/** Numbers for people, as everything that is drawn writes them. */
export { bytes, clockTime, duration, moment, percent, shortDuration } from '../src/models/units.ts';
