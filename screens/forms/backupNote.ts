import { shortDuration } from '../../components/units.ts';
import { knownBackup } from '../../src/inventory/backupState.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';

/** What there is to fall back on, in a sentence; it says so where nothing is known. */
export const backupNote = (app: AppModel, guest: Guest): string => {
  const backup =
    app.session === undefined ? undefined : knownBackup(app.live.getState().snapshot, app.session.facts, guest);
  if (backup === undefined) return 'last good backup: not known yet';
  const { newest } = backup;
  if (newest === undefined) return 'there is no backup of it';
  const failed = newest.verification === 'failed' ? ', its verification failed' : '';
  return `last backup ${shortDuration(app.now() / 1000 - newest.ctime)} ago on ${newest.storage}${failed}`;
};
