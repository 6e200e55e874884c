import { bytes } from '../../../components/units.ts';
import type { Guest } from '../../../src/models/cluster.ts';
import { diskSize } from '../../../src/operations/measures.ts';
import { parseProperties } from '../../../src/operations/property-string.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { Field, Values } from '../../../src/ui/form.ts';
import { mistakeBy } from '../parts/answers.ts';
import { changedIn, withNow, type Part } from './part.ts';
import type { Settings } from '../settings.ts';

/** The mount points of a container. */

const pathField = (name: string, label: string, now: string): Field =>
  withNow(
    {
      kind: 'text',
      name,
      label,
      placeholder: '/data',
      help: 'where it is seen inside; it begins with /',
      check: (value) =>
        /^\/[^,\s]*$/.test(value) ? undefined : `${value} is no place inside of it: write it as /data.`,
    },
    now,
  );

const mountPart = (key: string, settings: Settings): Part => {
  const now = parseProperties(settings[key] ?? '');
  const place = pathField(`${key}.mp`, `${key} at`, now.get('mp') ?? '');
  const gone: Field = withNow(
    { kind: 'toggle', name: `${key}.gone`, label: `${key} detach`, help: 'its volume stays with the guest as unused' },
    'off',
  );
  return {
    fields: [place, gone],
    wanted: (values) => {
      if (values[gone.name] === 'on') return { delete: [key] };
      const answer = changedIn(place, values);
      return answer === undefined ? {} : { mount: [`${key}=mp=${answer}`] };
    },
  };
};

const none = '';

const newMount = (app: AppModel, guest: Guest, values: Values): Part => {
  const storages = app.live
    .getState()
    .snapshot.storages.filter(({ node, content }) => node === guest.node && content.includes('rootdir'));
  const where: Field = {
    kind: 'choice',
    name: 'mount.storage',
    label: 'New one on',
    usual: none,
    was: none,
    choices: [
      { value: none, label: 'none' },
      ...storages.map(({ storage, maxdisk, disk, status }) => ({
        value: storage,
        label: storage,
        detail: `${bytes(maxdisk - disk)} free`,
        ...(status !== 'available' && { impossible: 'is not available' }),
      })),
    ],
  };
  const isWanted = (values['mount.storage'] ?? none) !== none;
  const size: Field = {
    kind: 'text',
    name: 'mount.size',
    label: 'Its size',
    usual: '8G',
    required: true,
    check: mistakeBy(diskSize),
  };
  const place: Field = { ...pathField('mount.mp', 'Its place', ''), usual: '/data' };
  return {
    fields: [where, ...(isWanted ? [size, place] : [])],
    wanted: (all) => {
      const storage = all['mount.storage'] ?? none;
      const { data } = diskSize.safeParse(all['mount.size'] ?? '');
      return storage === none || data === undefined
        ? {}
        : { mount: [`${storage}:${String(data)},mp=${all['mount.mp'] ?? ''}`] };
    },
  };
};

/** The parts of the page of mount points; a VM has none. */
export const mountParts = (app: AppModel, guest: Guest, settings: Settings, values: Values): readonly Part[] =>
  guest.type === 'qemu'
    ? []
    : [
        ...Object.keys(settings)
          .filter((key) => /^mp\d+$/.test(key))
          .toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2)))
          .map((key) => mountPart(key, settings)),
        newMount(app, guest, values),
      ];
