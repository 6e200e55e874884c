import { bytes, counted, shortDuration } from '../../../components/units.ts';
import type { ClusterNode, Guest } from '../../../src/models/cluster.ts';
import type { Snapshot } from '../../../src/operations/snapshot.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { FormDefinition } from '../../../src/ui/form.ts';
import { selectorOf } from '../../../src/ui/lacking.ts';
import { managedByHa, type GuestAction } from './action.ts';

/** Everything that changes a guest, moves it, or ends it: most of it by a form. */

/** Opens a form that is loaded when it is first wanted; keys typed meanwhile are meant for it. */
const openLate = (app: AppModel, form: () => Promise<FormDefinition>): void =>
  app.arrive(async () => app.openForm(await form()));

/** What is opened for the one guest that is meant. */
const onOne =
  (form: (app: AppModel, guest: Guest) => Promise<FormDefinition>): GuestAction['run'] =>
  (app, [guest]) => {
    if (guest !== undefined) openLate(app, () => form(app, guest));
  };

/** Snapshots of a guest, newest first; undefined while the cluster is asked. */
const snapshotsOf = (app: AppModel, guest: Guest): readonly Snapshot[] | undefined =>
  app
    .look('snapshot.list', { guest: guest.id }, { dwellMs: 0 })
    .value?.filter(({ name }) => name !== 'current')
    .toSorted((a, b) => (b.snaptime ?? 0) - (a.snaptime ?? 0));

const isProtected = (app: AppModel, guest: Guest): boolean =>
  String(app.look('guest.config', { guest: guest.id }, { dwellMs: 0 }).value?.['protection'] ?? '0') === '1';

const freeMemory = ({ maxmem = 0, mem = 0 }: ClusterNode): number => Math.max(0, maxmem - mem);

/** Nodes that a guest can go to, the one with the most free memory first. */
const targetsOf = (app: AppModel, guest: Guest): readonly ClusterNode[] =>
  app.live
    .getState()
    .snapshot.nodes.filter(
      ({ node, status, context }) => node !== guest.node && status === 'online' && context === guest.context,
    )
    .toSorted((a, b) => freeMemory(b) - freeMemory(a));

const whereTo = (guest: Guest, app: AppModel): string => {
  const [best] = targetsOf(app, guest);
  if (best === undefined) return '';
  const left = freeMemory(best) - (guest.status === 'stopped' ? 0 : guest.maxmem);
  return `to ${best.node} (${left < 0 ? `${bytes(-left)} short of memory` : `${bytes(left)} free after`})`;
};

const lastSnapshot = (guest: Guest, app: AppModel): string => {
  const [last] = snapshotsOf(app, guest) ?? [];
  if (last === undefined) return '';
  return `to ${last.name}${last.snaptime === undefined ? '' : ` (${shortDuration(app.now() / 1000 - last.snaptime)} ago)`}`;
};

const mustBeStopped = ({ status }: Guest): string | undefined => (status === 'stopped' ? undefined : `is ${status}`);

const withSnapshots = (guest: Guest, app: AppModel): string | undefined => {
  const count = snapshotsOf(app, guest)?.length ?? 0;
  return count === 0 ? undefined : `has ${counted(count, 'snapshot')}: a template has none`;
};

const never = (): undefined => undefined;

/** In the order of how often they are wanted. */
export const changeActions: readonly GuestAction[] = [
  {
    title: 'console',
    key: 'S',
    operation: 'guest.console',
    privilege: 'VM.Console',
    detail: ({ type }) => (type === 'lxc' ? 'its terminal, here' : 'its serial terminal, or its picture'),
    impossible: ({ status }) => (status === 'stopped' ? 'is not running' : undefined),
    run: (app, [guest]) => {
      if (guest !== undefined)
        app.arrive(async () =>
          (await import('../../console.ts')).enterConsole(app, {
            name: 'guest.console',
            input: { guest: selectorOf(guest) },
          }),
        );
    },
  },
  {
    title: 'snapshot…',
    key: 'n',
    operation: 'snapshot.create',
    privilege: 'VM.Snapshot',
    detail: ({ maxdisk }) => `of ${bytes(maxdisk)} of disks`,
    impossible: never,
    run: onOne(async (app, guest) => (await import('../../forms/snapshot.ts')).snapshotForm(app, guest)),
  },
  {
    title: 'roll back…',
    key: 'b',
    operation: 'snapshot.rollback',
    privilege: 'VM.Snapshot|VM.Snapshot.Rollback',
    detail: lastSnapshot,
    impossible: never,
    refused: (guest, app) => (snapshotsOf(app, guest)?.length === 0 ? 'has no snapshots' : undefined),
    run: onOne(async (app, guest) => (await import('../../forms/rollback.ts')).rollbackForm(app, guest)),
  },
  {
    title: 'clone…',
    key: 'l',
    operation: 'guest.clone',
    privilege: 'VM.Clone',
    templates: true,
    detail: ({ template }) => (template ? 'linked, or a copy of its own' : 'a copy of its own'),
    impossible: never,
    run: onOne(async (_app, guest) => (await import('../../forms/clone.ts')).cloneForm(guest)),
  },
  {
    title: 'migrate…',
    key: 'm',
    operation: 'guest.migrate',
    privilege: 'VM.Migrate',
    several: true,
    templates: true,
    detail: whereTo,
    impossible: (guest, app) => (targetsOf(app, guest).length === 0 ? 'there is no other node that is up' : undefined),
    run: (app, guests) => openLate(app, async () => (await import('../../forms/migrate.ts')).migrateForm(app, guests)),
  },
  {
    title: 'resize disk…',
    key: 'z',
    operation: 'guest.resize',
    privilege: 'VM.Config.Disk',
    detail: () => 'disks only grow',
    impossible: never,
    run: onOne(async (app, guest) => (await import('../../forms/resizeDisk.ts')).resizeForm(app, guest)),
  },
  {
    title: 'move disk…',
    key: 'v',
    operation: 'guest.move-disk',
    privilege: 'VM.Config.Disk',
    detail: () => 'to another storage',
    impossible: ({ type, status }) =>
      type === 'lxc' && status !== 'stopped' ? `is ${status}: stop it first` : undefined,
    run: onOne(async (app, guest) => (await import('../../forms/moveDisk.ts')).moveDiskForm(app, guest)),
  },
  {
    title: 'edit…',
    key: 'e',
    operation: 'guest.set',
    privilege: 'VM.Config.Options|VM.Config.CPU|VM.Config.Memory|VM.Config.Network',
    templates: true,
    detail: () => 'cores, memory, network, tags and more',
    impossible: never,
    run: onOne(async (app, guest) => (await import('../../forms/editGuest.ts')).editForm(app, guest)),
  },
  {
    title: 'edit as text…',
    key: 'E',
    operation: 'guest.set',
    privilege: 'VM.Config.Options|VM.Config.CPU|VM.Config.Memory|VM.Config.Network',
    templates: true,
    detail: () => 'the whole configuration, in your editor',
    impossible: never,
    run: (app, [guest]) => {
      if (guest !== undefined) app.arrive(async () => (await import('../editYaml.ts')).editYaml(app, guest));
    },
  },
  {
    title: 'convert to template…',
    key: 'T',
    operation: 'guest.template',
    privilege: 'VM.Allocate',
    detail: () => 'there is no way back',
    impossible: mustBeStopped,
    refused: withSnapshots,
    run: onOne(async (app, guest) => (await import('../../forms/template.ts')).templateForm(app, guest)),
  },
  {
    title: 'delete…',
    key: 'D',
    operation: 'guest.delete',
    privilege: 'VM.Allocate',
    several: true,
    templates: true,
    detail: (guest) =>
      guest.status !== 'stopped'
        ? `is ${guest.status}: it is stopped first`
        : managedByHa(guest)
          ? 'is managed by HA: it is taken out'
          : 'with its disks and snapshots',
    impossible: never,
    refused: (guest, app) => (isProtected(app, guest) ? 'is protected: edit lifts that' : undefined),
    run: (app, guests) =>
      openLate(app, async () => (await import('../../forms/deleteGuest.ts')).deleteForm(app, guests)),
  },
];
