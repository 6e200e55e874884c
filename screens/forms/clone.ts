import { bytes } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import { disksIn } from '../../src/operations/guest-disks.ts';
import { bytesOf } from '../../src/operations/measures.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Choice, Field, FormDefinition, Values } from '../../src/ui/form.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import type { Call } from '../../src/operations/operation.ts';
import { settingsOf } from './settings.ts';
import { atOnce, inputOf } from './parts/answers.ts';
import { nameField, poolField, vmidField } from './parts/identity.ts';
import { storageChoices, storagesOf } from './parts/places.ts';

interface Disks {
  /** Storages that they lie on. */
  readonly storages: readonly string[];
  /** Bytes of all of them. */
  readonly size: number;
}

/** The disks of a guest; undefined while the cluster is asked. */
const disksOf = (app: AppModel, guest: Guest): Disks | undefined => {
  const { value } = app.look('guest.config', { guest: selectorOf(guest) }, atOnce);
  if (value === undefined) return undefined;
  const disks = disksIn(guest.type, settingsOf(value)).filter(({ key }) => !key.startsWith('unused'));
  return {
    storages: [...new Set(disks.map(({ volume }) => volume.split(':')[0] ?? ''))],
    size: disks.reduce((sum, { size }) => sum + (bytesOf(size) ?? 0), 0),
  };
};

const contentOf = ({ type }: Guest): 'rootdir' | 'images' => (type === 'lxc' ? 'rootdir' : 'images');

/** Why a guest as it is now cannot be cloned: a container that runs is cloned from a snapshot only. */
const nowImpossible = ({ type, status }: Guest): string | undefined =>
  type === 'lxc' && status === 'running' ? 'it runs: take a snapshot, or shut it down first' : undefined;

const snapshotField = (app: AppModel, guest: Guest): Field => {
  const { value, error } = app.look('snapshot.list', { guest: selectorOf(guest) }, atOnce);
  const impossible = nowImpossible(guest);
  const taken = (value ?? []).filter(({ name }) => name !== 'current').toReversed();
  const now: Choice = { value: '', label: 'as it is now', ...(impossible !== undefined && { impossible }) };
  return {
    kind: 'choice',
    name: 'snapshot',
    label: 'From',
    help: 'its state now, or that of a snapshot',
    choices:
      value === undefined && error === undefined
        ? undefined
        : [
            now,
            ...taken.map(({ name, description = '' }) => ({ value: name, label: name, detail: description.trim() })),
          ],
    none: 'It runs and has no snapshot: shut it down first, or take one.',
  };
};

const modes = (guest: Guest): Field => ({
  kind: 'choice',
  name: 'mode',
  label: 'Copy',
  help: 'a linked one is made at once and needs its template for ever; a full one stands alone',
  choices: [
    { value: 'full', label: 'full', detail: 'all of its disks are copied' },
    {
      value: 'linked',
      label: 'linked',
      detail: 'only what changes takes space',
      ...(!guest.template && { impossible: 'only templates have linked clones' }),
    },
  ],
});

/** Another node is possible only where all disks lie on storages that it has too. */
const targetField = (app: AppModel, guest: Guest, disks: Disks | undefined): Field => {
  const { nodes, storages } = app.live.getState().snapshot;
  const alone = disks?.storages.find(
    (name) => !storages.some((one) => one.storage === name && one.node === guest.node && one.shared),
  );
  return {
    kind: 'choice',
    name: 'target',
    label: 'Node',
    help: 'where the clone will be',
    choices: nodes
      .filter((node) => node.context === guest.context)
      .toSorted((a, b) => Number(b.node === guest.node) - Number(a.node === guest.node))
      .map(({ node, status }): Choice => {
        if (status !== 'online') return { value: node, label: node, impossible: `is ${status}` };
        if (node === guest.node) return { value: node, label: node, detail: 'beside it' };
        if (disks === undefined) return { value: node, label: node, impossible: 'its disks are looked at' };
        if (alone === undefined) return { value: node, label: node };
        return { value: node, label: node, impossible: `its disks on ${alone} lie on ${guest.node} alone` };
      }),
  };
};

const storageField = (app: AppModel, guest: Guest): Field => ({
  kind: 'choice',
  name: 'storage',
  label: 'Storage',
  help: 'where the copied disks lie',
  choices: [{ value: '', label: 'as the original' }, ...storageChoices(app, guest.node, contentOf(guest))],
});

/** What is asked about a clone of a guest. */
export const cloneFields = (app: AppModel, guest: Guest, values: Values): readonly Field[] => [
  nameField(guest.type === 'lxc' ? guest.name : `Copy-of-VM-${guest.name}`),
  vmidField(app, guest.node),
  ...(guest.template ? [modes(guest)] : [snapshotField(app, guest)]),
  targetField(app, guest, disksOf(app, guest)),
  ...(values['mode'] === 'linked' ? [] : [storageField(app, guest)]),
  poolField(app),
  {
    kind: 'toggle',
    name: 'start',
    label: 'Start after',
    usual: 'off',
    help: 'whether it starts as soon as it is made',
  },
];

/** What the copy takes, and what it leaves. */
export const cloneNotes = (guest: Guest, values: Values, { app, look }: Drawing): readonly string[] => {
  const disks = disksOf(app, guest);
  if (disks === undefined || values['mode'] === 'linked') return [];
  const name = values['storage'] === '' ? disks.storages[0] : values['storage'];
  const place = storagesOf(app, guest.node, contentOf(guest)).find(({ storage }) => storage === name);
  if (place === undefined) return [];
  const left = place.maxdisk - place.disk - disks.size;
  const said = `its disks are ${bytes(disks.size)}; ${place.storage} `;
  return left >= 0
    ? [look.paint('muted', `${said}has ${bytes(left)} of ${bytes(place.maxdisk)} left after it`)]
    : [look.paint('warn', `${look.glyphs.warning} ${said}has ${bytes(place.maxdisk - place.disk)} free`)];
};

/** The call that clones a guest as it was answered. */
export const cloneCall = (guest: Guest, values: Values): Call => {
  const { vmid, name, mode, snapshot, target, storage, pool, start } = values;
  const isLinked = guest.template && mode === 'linked';
  return {
    name: 'guest.clone',
    input: inputOf({
      guest: selectorOf(guest),
      newid: vmid,
      name,
      ...(isLinked && { linked: true }),
      snapshot: guest.template ? '' : snapshot,
      storage: isLinked ? '' : storage,
      target: target === guest.node ? '' : target,
      pool,
      ...(start === 'on' && { start: true }),
    }),
  };
};

/** The form that clones a guest. */
export const cloneForm = (guest: Guest): FormDefinition => ({
  title: `Clone ${String(guest.vmid)} ${guest.name}`,
  verb: 'Clone',
  draft: `clone ${guest.id}`,
  pages: [
    {
      title: 'Clone',
      fields: (values, { app }) => cloneFields(app, guest, values),
      notes: (values, drawing) => cloneNotes(guest, values, drawing),
    },
  ],
  call: (values) => cloneCall(guest, values),
});
