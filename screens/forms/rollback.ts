import { shortDuration } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Choice, FormDefinition } from '../../src/ui/form.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { backupNote } from './backupNote.ts';

const choicesOf = (guest: Guest, { app, now }: Drawing): readonly Choice[] | undefined =>
  app
    .look('snapshot.list', { guest: guest.id }, { dwellMs: 0 })
    .value?.filter(({ name }) => name !== 'current')
    .toReversed()
    .map(({ name, snaptime, description = '', snapstate }) => ({
      value: name,
      label: name,
      detail: [
        snaptime === undefined ? '' : `${shortDuration(now / 1000 - snaptime)} ago`,
        description.trim().replaceAll('\n', ' '),
      ]
        .filter(Boolean)
        .join('  '),
      ...(snapstate !== undefined && { impossible: `is not whole (${snapstate})` }),
    }));

/** Rolls a guest back to one of its snapshots. */
export const rollbackForm = (app: AppModel, guest: Guest): FormDefinition => ({
  title: `Roll back ${String(guest.vmid)} ${guest.name}`,
  verb: 'Roll back',
  destroys: true,
  pages: [
    {
      title: 'Roll back',
      fields: (_values, drawing) => [
        {
          kind: 'choice',
          name: 'snapshot',
          label: 'To',
          choices: choicesOf(guest, drawing),
          none: 'It has no snapshots.',
          help: 'the newest first; what was written since is lost',
        },
        {
          kind: 'toggle',
          name: 'start',
          label: 'Start after',
          usual: guest.status === 'running' ? 'on' : 'off',
          help: 'a guest that runs is stopped by it',
        },
      ],
      notes: () => [backupNote(app, guest), ''],
    },
  ],
  call: ({ snapshot = '', start }) => ({
    name: 'snapshot.rollback',
    input: { guest: selectorOf(guest), name: snapshot, ...(start === 'on' && { start: true }) },
  }),
});
