import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Used heap after a garbage collection, in bytes. */
export const heapUsed = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};
