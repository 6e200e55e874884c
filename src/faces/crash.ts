import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { stateFolder, type Environment } from '../config/paths.ts';

/**
 * Keeps what nobody expected: `crash-*.log` in the state folder, readable by its owner alone.
 * Returns what to tell a person: where it is, or why it could not be kept.
 */
export const saveCrash = (thrown: unknown, env: Environment): string => {
  const file = path.join(stateFolder(env), `crash-${new Date().toISOString().replaceAll(':', '-')}.log`);
  const command = process.argv.slice(2, 4).join(' ');
  const machine = `Node ${process.versions.node} ${process.platform}-${process.arch}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `proxdeck ${command}\n${machine}\n${inspect(thrown, { depth: 4 })}\n`, { mode: 0o600 });
    return `This is a defect of Proxdeck; the details are in ${file}.`;
  } catch (failure) {
    return `This is a defect of Proxdeck; the details could not be saved: ${String(failure)}`;
  }
};
