import { bytes, counted } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Field, FormDefinition } from '../../src/ui/form.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import { followGuests } from '../guests/actions/several.ts';
import { backupNote } from './backupNote.ts';

/** Guests that are named one by one; of more only their number is told. */
const namedAtMost = 6;

const nameOf = ({ vmid, name }: Guest): string => `${String(vmid)} ${name}`.trim();

const lost = (app: AppModel, guests: readonly Guest[]): readonly string[] => {
  const size = guests.reduce((sum, { maxdisk }) => sum + maxdisk, 0);
  const named = guests.slice(0, namedAtMost).map((guest) => `${nameOf(guest)}: ${backupNote(app, guest)}`);
  const more = guests.length - named.length;
  return [
    `${bytes(size)} of disks go, and every snapshot; backups stay`,
    ...named,
    ...(more > 0 ? [`and ${counted(more, 'guest')} more`] : []),
    '',
  ];
};

/** Destroys guests with their disks. */
export const deleteForm = (app: AppModel, guests: readonly Guest[]): FormDefinition => {
  const [first] = guests;
  const running = guests.filter(({ status }) => status !== 'stopped');
  const selectors = guests.map(selectorOf);
  const toggles: readonly Field[] = [
    ...(running.length === 0
      ? []
      : [
          {
            kind: 'toggle',
            name: 'force',
            label: 'Stop first',
            usual: 'on',
            help: `${running.map(nameOf).slice(0, namedAtMost).join(', ')} ${running.length === 1 ? 'runs' : 'run'}: pulled the plug`,
          } as const,
        ]),
    {
      kind: 'toggle',
      name: 'purge',
      label: 'Purge',
      usual: 'on',
      help: 'also out of backup jobs, replication and HA',
    },
    {
      kind: 'toggle',
      name: 'unreferenced',
      label: 'Stray disks',
      help: 'also disks with its number that its settings do not name',
    },
  ];
  return {
    title:
      guests.length === 1 && first !== undefined
        ? `Delete ${nameOf(first)}`
        : `Delete ${counted(guests.length, 'guest')}`,
    verb: 'Delete',
    destroys: true,
    pages: [{ title: 'Delete', fields: () => toggles, notes: (_values, drawing) => lost(drawing.app, guests) }],
    call: ({ force, purge, unreferenced }) => ({
      name: 'guest.delete',
      input: {
        guests: selectors,
        ...(force === 'on' && { force: true }),
        ...(purge === 'on' && { purge: true }),
        ...(unreferenced === 'on' && { unreferenced: true }),
      },
    }),
    follow: () => followGuests(app, 'delete', selectors),
  };
};
