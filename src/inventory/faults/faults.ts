import type { Facts } from '../facts.ts';
import type { Snapshot } from '../types.ts';
import { backupFaults } from './backups.ts';
import { faultKinds, type Fault } from './fault.ts';
import { guestFaults, replicationFaults } from './guests.ts';
import { certificateFaults, diskFaults, nodeFaults, quorumFaults, rootFaults, versionFaults } from './machines.ts';
import { storageFaults } from './storages.ts';
import { taskFaults, type ReasonOf } from './tasks.ts';

const severities = ['error', 'warn'];

/**
 * Returns what needs a person, the worst first: errors before warnings, and among them by kind, from what puts everything
 * at risk to what can wait. Pure: the picture of the poll, the facts of the slow crawl, and a moment. `reasonOf` adds why a
 * task failed where its log was read.
 */
export const faultsOf = (snapshot: Snapshot, facts: Facts, now: number, reasonOf?: ReasonOf): readonly Fault[] =>
  [
    ...quorumFaults(facts),
    ...nodeFaults(snapshot, facts, now),
    ...guestFaults(snapshot),
    ...diskFaults(snapshot, facts),
    ...storageFaults(snapshot, facts),
    ...taskFaults(snapshot, now, reasonOf),
    ...replicationFaults(snapshot, facts),
    ...rootFaults(snapshot),
    ...backupFaults(snapshot, facts, now),
    ...certificateFaults(snapshot, facts, now),
    ...versionFaults(snapshot, facts),
  ].toSorted(
    (a: Fault, b: Fault) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      faultKinds.indexOf(a.kind) - faultKinds.indexOf(b.kind),
  );
