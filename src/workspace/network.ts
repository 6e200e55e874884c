import ipaddr from 'ipaddr.js';
import type { Vlan } from '../models/workspace.ts';

/** What is wrong, or unwise, in the network plan of proxdeck.yaml. */
interface NetworkFinding {
  readonly severity: 'error' | 'warning';
  /** The key in the file. */
  readonly path: readonly string[];
  readonly message: string;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

interface Subnet {
  readonly text: string;
  readonly first: Address;
  readonly last: Address;
  readonly prefix: number;
}

interface Range {
  readonly first: Address;
  readonly last: Address;
}

/** What Docker takes by itself for its networks, in this order (moby, libnetwork/ipamutils). */
const dockerPools = [
  '172.17.0.0/16',
  '172.18.0.0/15',
  '172.20.0.0/14',
  '172.24.0.0/14',
  '172.28.0.0/14',
  '192.168.0.0/16',
];

const numberOf = (address: Address): bigint =>
  address.toByteArray().reduce((number, byte) => number * 256n + BigInt(byte), 0n);

/** Above, below or equal; addresses of the other family stand apart. */
const isAtMost = (a: Address, b: Address): boolean => a.kind() === b.kind() && numberOf(a) <= numberOf(b);

const isWithin = (inner: Range, outer: Range): boolean =>
  isAtMost(outer.first, inner.first) && isAtMost(inner.last, outer.last);
const doMeet = (one: Range, other: Range): boolean =>
  isAtMost(one.first, other.last) && isAtMost(other.first, one.last);
const isSame = (one: Address, other: Address): boolean => isAtMost(one, other) && isAtMost(other, one);

/** Why a text is no address; the parser's own words say less, and it takes `10.1` and octal numbers. */
const addressTrouble = (text: string): string => {
  const wrong = text.split('.').find((octet) => /^\d+$/.test(octet) && Number(octet) > 255);
  if (wrong !== undefined) return `${text} is no address: ${wrong} is beyond 255, the most an octet can be`;
  return `${text} is no address; write four octets, as in 10.100.0.1, or an IPv6 address`;
};

const addressOf = (text: string): Address | undefined =>
  ipaddr.IPv4.isValidFourPartDecimal(text)
    ? ipaddr.IPv4.parse(text)
    : text.includes(':') && ipaddr.IPv6.isValid(text)
      ? ipaddr.IPv6.parse(text)
      : undefined;

/** Reads `10.100.0.0/24`. Returns the subnet, or why it is none. */
const subnetOf = (text: string): Subnet | string => {
  const [base = '', bits, ...more] = text.split('/');
  const address = addressOf(base);
  if (address === undefined) return addressTrouble(base);
  const longest = address.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined || more.length > 0 || !/^\d{1,3}$/.test(bits))
    return `${text} is no subnet; write how many bits are the network's, as in ${base}/${String(longest === 32 ? 24 : 64)}`;
  const prefix = Number(bits);
  if (prefix > longest) return `${text} is no subnet: a prefix has at most ${String(longest)} bits`;
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const first = family.networkAddressFromCIDR(text);
  if (!isSame(first, address))
    return `${text} has bits set behind the prefix; the network is ${first.toString()}/${bits}`;
  return { text, first, last: family.broadcastAddressFromCIDR(text), prefix };
};

/** A point-to-point network (RFC 3021, RFC 6164) has no address to spare, and IPv6 no broadcast. */
const hostTrouble = (address: Address, text: string, subnet: Subnet): string | undefined => {
  if (!isWithin({ first: address, last: address }, subnet)) return `${text} is outside of ${subnet.text}`;
  if (address.kind() === 'ipv6' || subnet.prefix >= 31) return undefined;
  if (isSame(address, subnet.first)) return `${text} is the address of the network itself`;
  return isSame(address, subnet.last) ? `${text} is the broadcast address of ${subnet.text}` : undefined;
};

/** One address that is taken, or a range of them. */
const rangeOf = (text: string): (Range & { readonly ends: readonly string[] }) | string => {
  const ends = text.split('-').map((end) => end.trim());
  const addresses = ends.map(addressOf);
  const [first, last = first] = addresses;
  const broken = ends.find((_, index) => addresses[index] === undefined);
  if (broken !== undefined || first === undefined || last === undefined) return addressTrouble(broken ?? text);
  if (ends.length > 2) return `${text} is no range; write FIRST-LAST`;
  return isAtMost(first, last) ? { first, last, ends } : `${text} ends before it begins`;
};

interface Taken extends Range {
  readonly path: readonly string[];
  readonly message: string;
}

interface Plan {
  readonly name: string;
  readonly vlan: Vlan;
  readonly at: (...path: readonly string[]) => readonly string[];
  readonly subnet: Subnet | string;
}

type Findings = readonly NetworkFinding[];

const error = (path: readonly string[], message: string): NetworkFinding => ({ severity: 'error', path, message });
const warning = (path: readonly string[], message: string): NetworkFinding => ({ severity: 'warning', path, message });

const idFindings = ({ vlan: { id }, at }: Plan): Findings => {
  if (id === undefined) return [];
  if (id < 1 || id > 4094) return [error(at('id'), `${String(id)} is no VLAN; there are 1 to 4094`)];
  return id === 1
    ? [warning(at('id'), 'VLAN 1 is what most switches send untagged: use another, so that it is clear what is tagged')]
    : [];
};

const dockerFindings = ({ subnet, at }: Plan): Findings => {
  if (typeof subnet === 'string') return [];
  const pool = dockerPools.map(subnetOf).find((one) => typeof one !== 'string' && doMeet(one, subnet));
  if (pool === undefined || typeof pool === 'string') return [];
  return [
    warning(
      at('subnet'),
      `${subnet.text} overlaps with ${pool.text}, where Docker puts networks of its own: containers could not reach it. Choose another, or give Docker others in /etc/docker/daemon.json: "default-address-pools": [{"base": "10.201.0.0/16", "size": 24}]`,
    ),
  ];
};

/** The addresses of a network that are taken, and what is wrong with each by itself. */
const takenIn = ({
  name,
  vlan,
  subnet,
  at,
}: Plan): { readonly findings: Findings; readonly taken: readonly Taken[] } => {
  const gateway: readonly (readonly [path: readonly string[], text: string, who: string])[] =
    vlan.gateway === undefined ? [] : [[at('gateway'), vlan.gateway, `the gateway of ${name}`]];
  const reserved = Object.entries(vlan.reserved).map(
    ([who, text]) => [at('reserved', who), text, `${who} in ${name}`] as const,
  );
  const findings: NetworkFinding[] = [];
  const taken: Taken[] = [];
  for (const [path, text, who] of [...gateway, ...reserved]) {
    const range = rangeOf(text);
    if (typeof range === 'string') findings.push(error(path, range));
    else {
      const trouble =
        typeof subnet === 'string'
          ? undefined
          : [range.first, range.last].flatMap(
              (end, index) => hostTrouble(end, range.ends[index] ?? text, subnet) ?? [],
            )[0];
      if (trouble !== undefined) findings.push(error(path, trouble));
      taken.push({ ...range, path, message: who });
    }
  }
  return { findings, taken };
};

const twice = (taken: readonly Taken[]): Findings =>
  taken.flatMap((one, index) => {
    const before = taken.slice(0, index).find((other) => doMeet(one, other));
    return before === undefined ? [] : [error(one.path, `the address is taken already, by ${before.message}`)];
  });

const overlaps = (plans: readonly Plan[]): Findings =>
  plans.flatMap(({ subnet, at }, index) => {
    if (typeof subnet === 'string') return [error(at('subnet'), subnet)];
    const before = plans
      .slice(0, index)
      .find((other) => typeof other.subnet !== 'string' && doMeet(subnet, other.subnet));
    return before === undefined
      ? []
      : [error(at('subnet'), `${subnet.text} overlaps with ${before.name}, ${before.vlan.subnet}`)];
  });

const sameIds = (plans: readonly Plan[]): Findings =>
  plans.flatMap(({ vlan, at }, index) => {
    const before = plans
      .slice(0, index)
      .find((other) => other.vlan.id === vlan.id && other.vlan.bridge === vlan.bridge);
    if (before === undefined) return [];
    return vlan.id === undefined
      ? [error(at('bridge'), `${before.name} is untagged on ${vlan.bridge} already`)]
      : [error(at('id'), `${before.name} is VLAN ${String(vlan.id)} on ${vlan.bridge} already`)];
  });

/**
 * Checks the networks of a plan together: octets, host bits, overlaps, gateways, reserved addresses, VLANs, Docker's default pools.
 * Errors come before warnings. Nothing is derived from a VLAN: its number and an octet are separate things.
 */
export const networkFindings = (vlans: Readonly<Record<string, Vlan>>): Findings => {
  const plans = Object.entries(vlans).map(([name, vlan]): Plan => ({
    name,
    vlan,
    at: (...path) => ['network', 'vlans', name, ...path],
    subnet: subnetOf(vlan.subnet),
  }));
  const addresses = plans.map(takenIn);
  return [
    ...plans.flatMap(idFindings),
    ...sameIds(plans),
    ...overlaps(plans),
    ...addresses.flatMap(({ findings }) => findings),
    ...twice(addresses.flatMap(({ taken }) => taken)),
    ...plans.flatMap(dockerFindings),
  ].toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
};
