import { storageKey, type Guest } from '../models/cluster.ts';
import type { BackupOf, Facts } from './facts.ts';
import type { Snapshot } from './types.ts';

/** What is known of the backups of a guest, and how good they are. */

/** A backup older than this is no longer a good one, in seconds. */
export const oldAfter = 7 * 86_400;

/** How good the backups of a guest are, in the word that a filter takes; undefined while nothing is known. */
export const backupWord = (
  backup: BackupOf | undefined,
  now: number,
): 'never' | 'old' | 'broken' | 'good' | undefined => {
  if (backup === undefined) return undefined;
  const { newest } = backup;
  if (newest === undefined) return 'never';
  if (newest.verification === 'failed') return 'broken';
  return now / 1000 - newest.ctime > oldAfter ? 'old' : 'good';
};

/** Nothing is said of backups before every storage that can hold some was read: one that was not may hold the newest. */
export const everyStorageRead = ({ storages, nodes }: Snapshot, facts: Facts): boolean => {
  const online = new Set(nodes.filter(({ status }) => status === 'online').map(({ node }) => node));
  const holding = storages.filter(({ content, node }) => content.includes('backup') && online.has(node));
  return holding.length > 0 && holding.every((storage) => facts.get('backups', storageKey(storage)) !== undefined);
};

/** The last answer: a list asks for each of its rows. */
let asked: { readonly snapshot: Snapshot; readonly version: number; readonly all: boolean } | undefined;

/**
 * What is known of the backups of a guest. Undefined while none was found and a storage is still to be read: it may hold one,
 * and nobody shall be told of a guest without backups that has some.
 */
export const knownBackup = (snapshot: Snapshot, facts: Facts, guest: Guest): BackupOf | undefined => {
  const backup = facts.backupOf(guest);
  if (backup === undefined || backup.newest !== undefined) return backup;
  if (asked?.snapshot !== snapshot || asked.version !== facts.version)
    asked = { snapshot, version: facts.version, all: everyStorageRead(snapshot, facts) };
  return asked.all ? backup : undefined;
};
