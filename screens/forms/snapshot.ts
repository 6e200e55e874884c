import { bytes, counted, shortDuration } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import { newSnapshotName } from '../../src/operations/guest-input.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { FormDefinition } from '../../src/ui/form.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { mistakeBy } from './parts/answers.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** A name that nobody has used: the local time to the minute. */
const usualName = (now: number): string => {
  const date = new Date(now);
  const day = `${String(date.getFullYear())}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `at_${day}_${two(date.getHours())}${two(date.getMinutes())}`;
};

const takenOf = (app: AppModel, guest: Guest) =>
  (app.look('snapshot.list', { guest: guest.id }, { dwellMs: 0 }).value ?? []).filter(({ name }) => name !== 'current');

const countNote = (guest: Guest, { app, now }: Drawing): string => {
  const taken = takenOf(app, guest);
  const oldest = Math.min(...taken.map(({ snaptime = now / 1000 }) => snaptime));
  if (taken.length === 0) return 'it has no other snapshot';
  return `it has ${counted(taken.length, 'snapshot')}, the oldest of ${shortDuration(now / 1000 - oldest)} ago; each keeps what has changed since`;
};

/** Takes a snapshot. */
export const snapshotForm = (app: AppModel, guest: Guest): FormDefinition => {
  const usual = usualName(app.now());
  const runs = guest.type === 'qemu' && guest.status !== 'stopped';
  return {
    title: `Snapshot of ${String(guest.vmid)} ${guest.name}`,
    verb: 'Take it',
    pages: [
      {
        title: 'Snapshot',
        fields: (_values, drawing) => {
          const names = takenOf(drawing.app, guest).map(({ name }) => name);
          return [
            {
              kind: 'text',
              name: 'name',
              label: 'Name',
              usual,
              required: true,
              help: 'a letter, then letters, digits, _ and -',
              check: (value) =>
                names.includes(value)
                  ? `There is a snapshot ${value} already; take another name.`
                  : mistakeBy(newSnapshotName)(value),
            },
            {
              kind: 'text',
              name: 'description',
              label: 'What for',
              placeholder: 'before the update',
              help: 'shown beside it in the tree',
            },
            ...(runs
              ? [
                  {
                    kind: 'toggle',
                    name: 'memory',
                    label: 'With memory',
                    help: `a rollback goes on where it was; takes up to ${bytes(guest.maxmem)} and longer`,
                  } as const,
                ]
              : []),
          ];
        },
        notes: (_values, drawing) => [countNote(guest, drawing), ''],
      },
    ],
    call: ({ name = '', description = '', memory }) => ({
      name: 'snapshot.create',
      input: {
        guest: selectorOf(guest),
        name,
        ...(description !== '' && { description }),
        ...(memory === 'on' && { memory: true }),
      },
    }),
  };
};
