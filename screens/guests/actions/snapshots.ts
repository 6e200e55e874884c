import { clean } from '../../../components/text.ts';
import { shortDuration } from '../../../components/units.ts';
import type { Guest } from '../../../src/models/cluster.ts';
import type { Snapshot } from '../../../src/operations/snapshot.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import { selectorOf } from '../../../src/ui/lacking.ts';
import type { MenuItem } from '../../../src/ui/state.ts';
import { backupNote } from '../../forms/backupNote.ts';
import { followTasks } from '../../followTasks.ts';
import { reasonAgainst, type GuestAction } from './action.ts';

/** What can be done with one snapshot of a guest. */

const never = (): undefined => undefined;

/** Asks on a card what would be lost, with what there is to fall back on. */
const rollBack = (app: AppModel, guest: Guest, { name }: Snapshot, start: boolean): void =>
  void app.run(
    { name: 'snapshot.rollback', input: { guest: selectorOf(guest), name, ...(start && { start }) } },
    { onTask: followTasks(app), remarks: [backupNote(app, guest)] },
  );

const remove = (app: AppModel, guest: Guest, { name, snapstate }: Snapshot): void =>
  void app.run(
    // What a disk cannot forget any more is taken out of the settings all the same.
    {
      name: 'snapshot.delete',
      input: { guest: selectorOf(guest), name, ...(snapstate !== undefined && { force: true }) },
    },
    { onTask: followTasks(app), remarks: [backupNote(app, guest)] },
  );

const actionsOn = (snapshot: Snapshot): readonly GuestAction[] => {
  const whole = (): string | undefined =>
    snapshot.snapstate === undefined ? undefined : `is not whole (${snapshot.snapstate}): delete it`;
  return [
    {
      title: 'roll back…',
      key: 'b',
      operation: 'snapshot.rollback',
      privilege: 'VM.Snapshot|VM.Snapshot.Rollback',
      detail: ({ status }) =>
        status === 'stopped'
          ? 'it stays off'
          : snapshot.vmstate === 1
            ? 'goes on where it was'
            : 'it is stopped, and stays off',
      impossible: whole,
      run: (app, [guest]) => (guest === undefined ? undefined : rollBack(app, guest, snapshot, false)),
    },
    {
      title: 'roll back and start…',
      key: 's',
      operation: 'snapshot.rollback',
      privilege: 'VM.Snapshot|VM.Snapshot.Rollback',
      detail: () => '',
      impossible: () => whole() ?? (snapshot.vmstate === 1 ? 'has its memory: it goes on by itself' : undefined),
      run: (app, [guest]) => (guest === undefined ? undefined : rollBack(app, guest, snapshot, true)),
    },
    {
      title: 'delete…',
      key: 'D',
      operation: 'snapshot.delete',
      privilege: 'VM.Snapshot',
      detail: () => (snapshot.snapstate === undefined ? 'the guest stays as it is' : 'cleans what is left of it'),
      impossible: never,
      run: (app, [guest]) => (guest === undefined ? undefined : remove(app, guest, snapshot)),
    },
  ];
};

/** Opens the menu of one snapshot; `show` opens what it holds. */
export const openSnapshotMenu = (app: AppModel, guest: Guest, snapshot: Snapshot, show: () => void): void => {
  const items = actionsOn(snapshot).map((action): MenuItem => {
    const impossible = reasonAgainst(app, action, guest, true);
    return {
      title: action.title,
      key: action.key,
      detail: action.detail(guest, app),
      ...(impossible !== undefined && { impossible }),
      run: () => action.run(app, [guest]),
    };
  });
  const age = snapshot.snaptime === undefined ? '' : `, ${shortDuration(app.now() / 1000 - snapshot.snaptime)} ago`;
  app.openMenu({
    title: `${clean(snapshot.name)}${age}`,
    items: [...items, { title: 'its configuration', key: 'y', detail: 'as it was then', run: show }],
  });
};
