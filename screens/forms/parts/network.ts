import { nameservers } from '../../../src/operations/guest-input.ts';
import { networkMistake } from '../../../src/operations/network-rules.ts';
import type { ResultOf } from '../../../src/operations/catalog.ts';
import type { Answer } from '../../../src/ui/answers.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { Choice, Field, Values } from '../../../src/ui/form.ts';
import { atOnce, mistakeBy, sentence } from './answers.ts';

/** The network of a new guest: bridge, addresses, VLAN, names. */

type Interface = ResultOf<'node.network'>[number];

/** The two kinds of addresses: what they are called here and in a network device of Proxmox VE. */
const families = [
  { way: 'ip', address: 'address', gateway: 'gateway', ip: 'ip', gw: 'gw', name: 'IPv4', example: '192.0.2.10/24' },
  {
    way: 'ip6',
    address: 'address6',
    gateway: 'gateway6',
    ip: 'ip6',
    gw: 'gw6',
    name: 'IPv6',
    example: '2001:db8::10/64',
  },
] as const;
type Family = (typeof families)[number];

const bridgesOf = (app: AppModel, node: string): Answer<readonly Interface[]> =>
  app.look('node.network', { node, bridges: true }, atOnce);

const bridgeChoice = ({ iface, cidr, cidr6, gateway, bridge_ports: ports, comments }: Interface): Choice => ({
  value: iface,
  label: iface,
  detail: [
    cidr ?? cidr6,
    gateway === undefined ? undefined : `gateway ${gateway}`,
    ports === '' ? 'no port' : undefined,
    comments?.trim(),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(', '),
});

const bridgeField = ({ value: bridges, error }: Answer<readonly Interface[]>): Field => {
  const usual = bridges?.find(({ gateway }) => gateway !== undefined) ?? bridges?.[0];
  const isNone = bridges?.length === 0;
  return {
    kind: 'choice',
    name: 'bridge',
    label: 'Bridge',
    help:
      error?.message ??
      (isNone ? 'the node has no bridge that this login may use (SDN.Use)' : 'the network of the node that it is in'),
    choices:
      bridges === undefined && error === undefined
        ? undefined
        : [...(bridges ?? []).map(bridgeChoice), { value: '', label: 'none', detail: 'no network at all' }],
    ...(usual !== undefined && { usual: usual.iface }),
  };
};

/** A mistake as rules of network devices tell it, without the names of their settings. */
const told = (mistake: string | undefined): string | undefined =>
  mistake === undefined ? undefined : sentence(mistake.replaceAll(/\b(?:ip6?|gw6?|tag)=/g, ''));

/** Who has an address already, as far as that is known here; all settings are looked at before anything is sent. */
const holderOf = (app: AppModel, address: string, bridge: Interface | undefined): string | undefined => {
  const isOwn = [bridge?.cidr, bridge?.cidr6].some((cidr) => cidr?.split('/')[0] === address);
  if (isOwn) return `the node itself on ${bridge?.iface ?? ''}`;
  const guest = app.live
    .getState()
    .snapshot.guests.find((one) => app.session?.facts.addressesOf(one)?.value.includes(address) === true);
  return guest === undefined ? undefined : `${String(guest.vmid)} ${guest.name}`;
};

const ways: readonly Choice[] = [
  { value: 'dhcp', label: 'DHCP' },
  { value: 'fixed', label: 'a fixed address' },
  { value: 'none', label: 'none' },
];
const slaac: Choice = { value: 'auto', label: 'SLAAC', detail: 'as the router of the net says' };

/** Where the gateway of the bridge lies in the net of the address, the guest will need the same. */
const usualGateway = ({ ip, gw }: Family, address: string, bridge: Interface | undefined): string => {
  const gateway = ip === 'ip' ? bridge?.gateway : bridge?.gateway6;
  const fits = gateway !== undefined && networkMistake(`${ip}=${address},${gw}=${gateway}`) === undefined;
  return fits ? gateway : '';
};

const addressFields = (
  app: AppModel,
  family: Family,
  values: Values,
  bridge: Interface | undefined,
): readonly Field[] => {
  const { way, ip, gw, name, example } = family;
  const address = values[family.address] ?? '';
  const choices = ip === 'ip' ? ways : [slaac, ...ways];
  const usual = ip === 'ip' ? 'dhcp' : 'none';
  const net = ip === 'ip' ? bridge?.cidr : bridge?.cidr6;
  const help = `how it gets its ${name} address`;
  const first: Field = { kind: 'choice', name: way, label: name, help, choices, usual };
  if (values[way] !== 'fixed') return [first];
  return [
    first,
    {
      kind: 'text',
      name: family.address,
      label: `${name} address`,
      required: true,
      placeholder: `as ${example}`,
      help: net === undefined ? 'with the length of its prefix' : `with the length of its prefix; the node has ${net}`,
      check: (text) => {
        const mistake = networkMistake(`${ip}=${text}`);
        const [plain = ''] = text.split('/');
        if (mistake !== undefined || !text.includes('/'))
          return `${text} is no ${name} address with the length of its prefix: write it as ${example}.`;
        const holder = holderOf(app, plain, bridge);
        return holder === undefined ? undefined : `The address ${plain} is in use by ${holder}. Take another one.`;
      },
    },
    {
      kind: 'text',
      name: family.gateway,
      label: `${name} gateway`,
      usual: usualGateway(family, address, bridge),
      placeholder: 'none',
      help: 'the way out of its net; it lies inside of it',
      check: (text) => told(networkMistake(`${ip}=${address},${gw}=${text}`)),
    },
  ];
};

const vlanField: Field = {
  kind: 'text',
  name: 'vlan',
  label: 'VLAN',
  placeholder: 'none',
  help: '1 to 4094; left empty it is in the net of the bridge',
  check: (text) => told(networkMistake(`tag=${text}`)),
};

const firewallField: Field = {
  kind: 'toggle',
  name: 'firewall',
  label: 'Firewall',
  usual: 'on',
  help: 'whether the rules of the firewall count for it, where it is switched on',
};

const nameFields: readonly Field[] = [
  {
    kind: 'text',
    name: 'nameserver',
    label: 'DNS servers',
    placeholder: 'as the node',
    help: 'separated by blanks; left empty those of the node',
    check: mistakeBy(nameservers),
  },
  {
    kind: 'text',
    name: 'searchdomain',
    label: 'Search domain',
    placeholder: 'as the node',
    help: 'what is put behind short names; left empty that of the node',
  },
];

/** What is asked about the network. `addresses`: whether the guest is told its addresses; `between`: fields after the bridge. */
export const networkFields = (
  app: AppModel,
  values: Values,
  { addresses, between = [] }: { readonly addresses: boolean; readonly between?: readonly Field[] },
): readonly Field[] => {
  const bridges = bridgesOf(app, values['node'] ?? '');
  const bridge = bridges.value?.find(({ iface }) => iface === values['bridge']);
  const first = bridgeField(bridges);
  if (values['bridge'] === '') return [first];
  return [
    first,
    ...between,
    ...(addresses ? families.flatMap((family) => addressFields(app, family, values, bridge)) : []),
    vlanField,
    firewallField,
    ...(addresses ? nameFields : []),
  ];
};

/** The addresses, as a network device or cloud-init is told them: `ip=dhcp`; empty where there are none. */
export const addressText = (values: Values): string =>
  families
    .flatMap(({ way, address, gateway, ip, gw }) => {
      if (values[way] !== 'fixed') return values[way] === 'none' ? [] : [`${ip}=${values[way] ?? ''}`];
      const out = values[gateway] ?? '';
      return [`${ip}=${values[address] ?? ''}`, ...(out === '' ? [] : [`${gw}=${out}`])];
    })
    .join(',');

/** The network device without addresses: `bridge=vmbr0,tag=30,firewall=1`; empty where there is none. */
export const deviceText = ({ bridge = '', vlan = '', firewall }: Values): string =>
  bridge === ''
    ? ''
    : [`bridge=${bridge}`, ...(vlan === '' ? [] : [`tag=${vlan}`]), ...(firewall === 'on' ? ['firewall=1'] : [])].join(
        ',',
      );
