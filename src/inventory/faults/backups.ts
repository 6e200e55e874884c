import type { Guest } from '../../models/cluster.ts';
import { qualified } from '../../models/qualified.ts';
import { counted, shortDuration } from '../../models/units.ts';
import { everyStorageRead, oldAfter } from '../backupState.ts';
import type { BackupOf, Facts } from '../facts.ts';
import type { Snapshot } from '../types.ts';
import { guestLabel, listed, type Fault } from './fault.ts';

/** Guests whose backups would not help: none, old ones, one that was found broken. */

interface BackedGuest {
  readonly guest: Guest;
  readonly backup: BackupOf;
}

/** What the names of many guests have in common is said once. */
const about = (guests: readonly Guest[]): Pick<Fault, 'subject' | 'vmids' | 'context'> => {
  const [first] = guests;
  const context = guests.length === 1 ? first?.context : undefined;
  const subject = guests.length === 1 && first !== undefined ? guestLabel(first) : counted(guests.length, 'guest');
  return { subject, vmids: guests.map(({ vmid }) => vmid), ...(context !== undefined && { context }) };
};

const nameOf = ({ name, vmid, context }: Guest): string => {
  const own = name === '' ? String(vmid) : name;
  return context === undefined ? own : qualified(context, own);
};

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
            id: `backup-broken ${guest.id}`,
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
