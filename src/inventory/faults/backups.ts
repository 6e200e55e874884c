import type { Guest } from '../../models/cluster.ts';
import { shortDuration } from '../../models/units.ts';
import { storageKey, type BackupOf, type Facts } from '../facts.ts';
import type { Snapshot } from '../types.ts';
import { counted, guestLabel, listed, type Fault } from './fault.ts';

/** Guests whose backups would not help: none, old ones, one that was found broken. */

/** A backup older than this is no longer a good one, in seconds. */
const oldAfter = 7 * 86_400;

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

interface BackedGuest {
  readonly guest: Guest;
  readonly backup: BackupOf;
}

/** Nothing is said of backups before every storage that can hold some was read: one that was not may hold the newest. */
const everyStorageRead = ({ storages, nodes }: Snapshot, facts: Facts): boolean => {
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

/** What the names of many guests have in common is said once. */
const about = (guests: readonly Guest[]): Pick<Fault, 'subject' | 'vmids'> => {
  const [first] = guests;
  const subject = guests.length === 1 && first !== undefined ? guestLabel(first) : counted(guests.length, 'guest');
  return { subject, vmids: guests.map(({ vmid }) => vmid) };
};

const nameOf = ({ name, vmid }: Guest): string => (name === '' ? String(vmid) : name);

const never = (guests: readonly Guest[], facts: Facts, at: number): readonly Fault[] => {
  if (guests.length === 0) return [];
  const uncovered = new Set(facts.get('uncovered')?.value);
  const inNoJob = guests.filter(({ vmid }) => uncovered.has(vmid)).length;
  const jobs =
    inNoJob === 0
      ? ''
      : inNoJob === guests.length
        ? '; no job covers ' + (inNoJob === 1 ? 'it' : 'them')
        : `; ${String(inNoJob)} in no job`;
  const names = guests.length === 1 ? '' : `: ${listed(guests.map(nameOf))}`;
  return [
    {
      id: 'never-backed-up',
      kind: 'never-backed-up',
      severity: 'warn',
      ...about(guests),
      text: `never backed up${names}${jobs}`,
      at,
    },
  ];
};

const old = (rows: readonly BackedGuest[], now: number, at: number): readonly Fault[] => {
  const aged = rows
    .flatMap(({ guest, backup: { newest } }) =>
      newest === undefined ? [] : [{ guest, age: now / 1000 - newest.ctime }],
    )
    .filter(({ age }) => age > oldAfter)
    .toSorted((a, b) => b.age - a.age);
  const [oldest] = aged;
  if (oldest === undefined) return [];
  const text =
    aged.length === 1
      ? `last backup is ${shortDuration(oldest.age)} old`
      : `last backup is over a week old: ${listed(aged.map(({ guest, age }) => `${nameOf(guest)} ${shortDuration(age)}`))}`;
  return [
    { id: 'backup-old', kind: 'backup-old', severity: 'warn', ...about(aged.map(({ guest }) => guest)), text, at },
  ];
};

const broken = (rows: readonly BackedGuest[]): readonly Fault[] =>
  rows.flatMap(({ guest, backup: { newest, at } }): readonly Fault[] =>
    newest?.verification === 'failed'
      ? [
          {
            id: `backup-broken ${String(guest.vmid)}`,
            kind: 'backup-broken',
            severity: 'error',
            ...about([guest]),
            text: `its newest backup on ${newest.storage} did not pass verification`,
            at,
          },
        ]
      : [],
  );

/** Guests without a good backup, as far as every storage was read. */
export const backupFaults = (snapshot: Snapshot, facts: Facts, now: number): readonly Fault[] => {
  if (!everyStorageRead(snapshot, facts)) return [];
  const rows = snapshot.guests
    .filter(({ template }) => !template)
    .flatMap((guest): readonly BackedGuest[] => {
      const backup = facts.backupOf(guest);
      return backup === undefined ? [] : [{ guest, backup }];
    });
  const at = Math.min(...rows.map(({ backup }) => backup.at));
  const without = rows.filter(({ backup }) => backup.newest === undefined).map(({ guest }) => guest);
  if (rows.length > 1 && without.length === rows.length)
    return [
      {
        id: 'never-backed-up',
        kind: 'never-backed-up',
        severity: 'warn',
        ...about(without),
        text: 'not one backup can be seen: there is none, or this login lacks VM.Backup',
        at,
      },
    ];
  return [...never(without, facts, at), ...old(rows, now, at), ...broken(rows)];
};
