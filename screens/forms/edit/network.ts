import type { Guest } from '../../../src/models/cluster.ts';
import { networkMistake } from '../../../src/operations/network-rules.ts';
import { parseProperties } from '../../../src/operations/property-string.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { Field, Values } from '../../../src/ui/form.ts';
import { atOnce, sentence } from '../parts/answers.ts';
import { addressText, deviceText } from '../parts/network.ts';
import { changedIn, withNow, type Part, type Wanted } from './part.ts';
import type { Settings } from '../settings.ts';

/** The network devices of a guest. */

const keysOf = (settings: Settings): readonly string[] =>
  Object.keys(settings)
    .filter((key) => /^net\d+$/.test(key))
    .toSorted((a, b) => Number(a.slice(3)) - Number(b.slice(3)));

const told = (mistake: string | undefined): string | undefined =>
  mistake === undefined ? undefined : sentence(mistake.replaceAll(/\b(?:ip6?|gw6?|tag)=/g, ''));

const bridgeField = (app: AppModel, guest: Guest, key: string, now: string): Field => {
  const { value, error } = app.look('node.network', { node: guest.node, bridges: true }, atOnce);
  const known = value?.map(({ iface, cidr, comments }) => ({
    value: iface,
    label: iface,
    detail: [cidr, comments?.trim()].filter(Boolean).join(', '),
  }));
  const help = 'the network of the node that it is plugged into';
  // Who may not look at the node can still name a bridge.
  if (known === undefined && error !== undefined)
    return withNow({ kind: 'text', name: `${key}.bridge`, label: `${key} bridge`, required: true, help }, now);
  const isThere = known?.some((choice) => choice.value === now) === true;
  const choices = known === undefined || isThere || now === '' ? known : [{ value: now, label: now }, ...known];
  return withNow({ kind: 'choice', name: `${key}.bridge`, label: `${key} bridge`, help, choices }, now);
};

/** What of a device can be answered, by its name in Proxmox VE. */
const lines = (guest: Guest): readonly { readonly name: string; readonly label: string; readonly help: string }[] => [
  { name: 'tag', label: 'VLAN', help: '1 to 4094; left empty it is in the net of the bridge' },
  ...(guest.type === 'lxc'
    ? [
        { name: 'ip', label: 'IPv4', help: 'dhcp, manual, or an address with its prefix: 192.0.2.10/24' },
        { name: 'gw', label: 'gateway', help: 'the way out of its net; it lies inside of it' },
      ]
    : []),
];

const devicePart = (app: AppModel, guest: Guest, key: string, settings: Settings): Part => {
  const now = parseProperties(settings[key] ?? '');
  const bridge = bridgeField(app, guest, key, now.get('bridge') ?? '');
  const texts = lines(guest).map(({ name, label, help }): Field =>
    withNow(
      {
        kind: 'text',
        name: `${key}.${name}`,
        label: `${key} ${label}`,
        help,
        placeholder: 'none',
        check: (value) =>
          told(networkMistake(name === 'gw' ? `ip=${now.get('ip') ?? 'manual'},gw=${value}` : `${name}=${value}`)),
      },
      now.get(name) ?? '',
    ),
  );
  const gone: Field = withNow(
    { kind: 'toggle', name: `${key}.gone`, label: `${key} remove`, help: 'takes the device away' },
    'off',
  );
  return {
    fields: [bridge, ...texts, gone],
    wanted: (values) => {
      if (values[gone.name] === 'on') return { delete: [key] };
      const changes = [bridge, ...texts].flatMap((field) => {
        const answer = changedIn(field, values);
        return answer === undefined ? [] : [`${field.name.slice(key.length + 1)}=${answer === '' ? 'none' : answer}`];
      });
      return changes.length === 0 ? {} : { net: [`${key}=${changes.join(',')}`] };
    },
  };
};

/** The parts of the page of the network, a device each. */
export const networkParts = (app: AppModel, guest: Guest, settings: Settings): readonly Part[] =>
  keysOf(settings).map((key) => devicePart(app, guest, key, settings));

/** The first number that no device has. */
const freeKey = (settings: Settings): string => {
  for (let index = 0; ; index += 1) if (settings[`net${String(index)}`] === undefined) return `net${String(index)}`;
};

/** What a new device asks for, by the answers of the page that asks for one. */
export const newDevice = (settings: Settings, values: Values): Wanted => {
  const device = [deviceText(values), addressText(values)].filter(Boolean).join(',');
  return values['newNet'] === 'on' && values['bridge'] !== undefined && device !== ''
    ? { net: [`${freeKey(settings)}=${device}`] }
    : {};
};
