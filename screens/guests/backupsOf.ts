import { backupPlaces, type BackupPlace } from '../../src/models/backupPlaces.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { Backup } from '../../src/operations/backup.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { lacking } from '../../src/ui/lacking.ts';

/** Storages of others are asked once somebody rests on a guest: listing one may take a second. */
const dwellMs = 500;

/** What one storage says of the backups of a guest; without an answer, why it was not asked. */
export interface Told {
  readonly place: BackupPlace;
  readonly answer: Answer<readonly Backup[]> | undefined;
}

/** Every storage of a guest's cluster that can hold its backups. */
const placesOf = (app: AppModel, guest: Guest): readonly BackupPlace[] => {
  const { nodes, storages } = app.live.getState().snapshot;
  return backupPlaces({ nodes, storages: storages.filter(({ context }) => context === guest.context) });
};

const ask = (app: AppModel, guest: Guest, places: readonly BackupPlace[]): readonly Told[] =>
  places.map((place) => {
    const { storage, node, status } = place;
    if (status !== 'available') return { place, answer: undefined };
    return { place, answer: app.look('backup.list', { vmid: guest.vmid, storage, node }, { dwellMs }) };
  });

/** Asks every storage that can hold backups of a guest, each on its own: one that is slow holds up no other. Called while drawing. */
export const backupsOf = (app: AppModel, guest: Guest): readonly Told[] => ask(app, guest, placesOf(app, guest));

/**
 * Asks where a backup of a guest is likely: shared storages, and those of its own node. Of a cluster of 32 nodes every guest that one
 * passes would be 32 calls otherwise. `elsewhere` is how many storages were left out.
 */
export const backupsNear = (
  app: AppModel,
  guest: Guest,
): { readonly told: readonly Told[]; readonly elsewhere: number } => {
  const all = placesOf(app, guest);
  const near = all.filter(({ shared, node }) => shared || node === guest.node);
  return { told: ask(app, guest, near), elsewhere: all.length - near.length };
};

/**
 * Why an empty answer proves nothing: a storage leaves out the backups of guests that the login may not back up (contract §6).
 * Undefined where it does prove that there are none.
 */
export const blindness = (app: AppModel, guest: Guest): string | undefined => {
  const needs = lacking(app, guest, 'VM.Backup');
  return needs === undefined ? undefined : `none can be seen: ${needs}`;
};

/** Whether a backup can be trusted as far as anybody knows: one that failed its verification cannot. */
export const isGood = ({ verification }: Pick<Backup, 'verification'>): boolean => verification?.state !== 'failed';

/** All that are known, newest first. */
export const known = (told: readonly Told[]): readonly Backup[] =>
  told.flatMap(({ answer }) => answer?.value ?? []).toSorted((a, b) => b.ctime - a.ctime);
