import { bytes, counted, percent } from '../../components/units.ts';
import type { ClusterNode, Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Choice, FormDefinition } from '../../src/ui/form.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { disksIn } from '../../src/operations/guest-disks.ts';
import { followGuests } from '../guests/actions/several.ts';
import { settingsOf } from './settings.ts';

/** Bytes of memory that guests take on another node: those that are off take none. */
const taken = (guests: readonly Guest[]): number =>
  guests.reduce((sum, { status, maxmem }) => sum + (status === 'stopped' ? 0 : maxmem), 0);

const freeOf = ({ maxmem = 0, mem = 0 }: ClusterNode): number => Math.max(0, maxmem - mem);

const targetChoice = (node: ClusterNode, guests: readonly Guest[]): Choice => {
  const left = freeOf(node) - taken(guests);
  const after = left < 0 ? `${bytes(-left)} short of memory` : `${bytes(left)} free after`;
  const here = guests.filter((guest) => guest.node === node.node);
  const away = node.status === 'online' ? undefined : `is ${node.status}`;
  const impossible = away ?? (here.length === guests.length ? 'is there already' : undefined);
  return {
    value: node.node,
    label: node.node,
    detail: `cpu ${percent(node.cpu)}  ${after}`,
    ...(impossible !== undefined && { impossible }),
  };
};

/** The nodes, the one with the most free memory first. */
const targets = (guests: readonly Guest[], { app }: Drawing): readonly Choice[] => {
  const [first] = guests;
  return app.live
    .getState()
    .snapshot.nodes.filter(({ context }) => context === first?.context)
    .toSorted((a, b) => freeOf(b) - freeOf(a))
    .map((node) => targetChoice(node, guests));
};

const sameStorages = 'same';

const storageChoices = (target: string, guests: readonly Guest[], { app }: Drawing): readonly Choice[] => {
  const wanted = new Set(guests.map(({ type }) => (type === 'lxc' ? 'rootdir' : 'images')));
  const there = app.live
    .getState()
    .snapshot.storages.filter(
      ({ node, content }) => node === target && [...wanted].every((one) => content.includes(one)),
    );
  return [
    { value: sameStorages, label: 'of the same name', detail: 'as on the node where they are' },
    ...there.map(({ storage, maxdisk, disk, status }) => ({
      value: storage,
      label: storage,
      detail: `${bytes(maxdisk - disk)} free`,
      ...(status !== 'available' && { impossible: 'is not available' }),
    })),
  ];
};

/** Disks that are copied because only the node has them. */
const localNote = (guest: Guest, { app }: Drawing): readonly string[] => {
  const { storages } = app.live.getState().snapshot;
  const config = app.look('guest.config', { guest: guest.id }, { dwellMs: 0 }).value;
  if (config === undefined) return [];
  const local = disksIn(guest.type, settingsOf(config)).filter(({ volume }) =>
    storages.some(({ storage, shared, node }) => storage === volume.split(':')[0] && node === guest.node && !shared),
  );
  if (local.length === 0) return ['its disks lie on shared storage: nothing is copied'];
  return [`copied over the network: ${local.map(({ key, size }) => `${key} ${size ?? ''}`.trim()).join(', ')}`];
};

const wayNote = ({ type, status }: Guest): string => {
  if (status === 'stopped') return 'it is off: it moves as it is';
  return type === 'qemu'
    ? 'it goes on running while it moves (live)'
    : 'it is stopped, copied and started again: containers do not move while they run';
};

/** Moves guests to another node. */
export const migrateForm = (app: AppModel, guests: readonly Guest[]): FormDefinition => {
  const [first] = guests;
  const only = guests.length === 1 ? first : undefined;
  const title = only === undefined ? counted(guests.length, 'guest') : `${String(only.vmid)} ${only.name}`;
  const selectors = guests.map(selectorOf);
  return {
    title: `Migrate ${title}`,
    verb: 'Migrate',
    pages: [
      {
        title: 'Where to',
        fields: ({ target = '' }, drawing) => [
          {
            kind: 'choice',
            name: 'target',
            label: 'Node',
            choices: targets(guests, drawing),
            none: 'There is no other node that is up.',
            help: 'free memory is what would be left with it there',
          },
          {
            kind: 'choice',
            name: 'storage',
            label: 'Disks on',
            usual: sameStorages,
            choices: storageChoices(target, guests, drawing),
            help: 'where disks lie there that only this node has',
          },
        ],
        notes: (_values, drawing) =>
          only === undefined
            ? [`${bytes(taken(guests))} of memory go with them`, '']
            : [wayNote(only), ...localNote(only, drawing), ''],
      },
    ],
    call: ({ target = '', storage = sameStorages }) => ({
      name: 'guest.migrate',
      input: { guests: selectors, target, ...(storage !== sameStorages && { targetStorage: storage }) },
    }),
    follow: () => followGuests(app, 'migrate', selectors),
  };
};
