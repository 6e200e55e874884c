import path from 'node:path';
import type { Baseline } from './compare.ts';
import { callsOfLooks } from './calls.ts';
import { allocationsOfFrames, bytesOfFrames } from './frames.ts';
import { modulesBeforeFirstFrame } from './modules.ts';

const metafile = path.resolve(import.meta.dirname, '../../../dist/meta.json');

/** All figures that do not depend on the machine. The build must be there. */
export const measureRatios = async (): Promise<Baseline> => ({
  ...modulesBeforeFirstFrame(metafile),
  ...(await bytesOfFrames()),
  ...(await allocationsOfFrames()),
  ...(await callsOfLooks()),
});
