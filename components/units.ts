/** Numbers for people, as everything that is drawn writes them. */
export { bytes, clockTime, counted, duration, moment, percent, shortDuration, stamp } from '../src/models/units.ts';
