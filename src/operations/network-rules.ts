import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { parseProperties, type Properties } from './property-string.ts';

/** What can be wrong with addresses and VLANs before anybody is asked (contract §11.3). */

interface Family {
  readonly name: string;
  readonly ip: string;
  readonly gateway: string;
  readonly words: readonly string[];
  readonly family: 'ipv4' | 'ipv6';
  readonly bits: number;
  readonly is: (text: string) => boolean;
  readonly example: string;
}

const families: readonly Family[] = [
  {
    name: 'IPv4',
    ip: 'ip',
    gateway: 'gw',
    words: ['dhcp', 'manual'],
    family: 'ipv4',
    bits: 32,
    is: isIPv4,
    example: 'ip=192.0.2.10/24',
  },
  {
    name: 'IPv6',
    ip: 'ip6',
    gateway: 'gw6',
    words: ['dhcp', 'auto', 'manual'],
    family: 'ipv6',
    bits: 128,
    is: isIPv6,
    example: 'ip6=2001:db8::10/64',
  },
];

const addressMistake = (properties: Properties, rules: Family): string | undefined => {
  const { ip, gateway, words, is, bits, family, name, example } = rules;
  const given = properties.get(ip);
  const way = properties.get(gateway);
  if (given === undefined || words.includes(given)) {
    if (way === undefined || given === 'manual') return undefined;
    return `${gateway} needs an address beside it: ${example}`;
  }
  const [address = '', prefix = ''] = given.split('/');
  if (!is(address) || !/^\d+$/.test(prefix) || Number(prefix) > bits)
    return `${ip}=${given} is no ${name} address with its prefix length; write ${example}, or ${words.join(' or ')}`;
  if (way === undefined) return undefined;
  if (!is(way)) return `${gateway}=${way} is no ${name} address`;
  if (way === address) return `${gateway}=${way} is the address of the guest itself`;
  const net = new BlockList();
  net.addSubnet(address, Number(prefix), family);
  return net.check(way, family) ? undefined : `the gateway ${way} lies outside the net of ${given}`;
};

const vlanMistake = (properties: Properties): string | undefined => {
  const vlan = properties.get('tag');
  if (vlan === undefined || vlan === 'none' || (/^\d+$/.test(vlan) && Number(vlan) >= 1 && Number(vlan) <= 4094))
    return undefined;
  return `tag=${vlan} is no VLAN: they are numbered 1 to 4094`;
};

/** What is wrong with a network device, as the end of a sentence; undefined when nothing is. */
export const networkMistake = (text: string): string | undefined => {
  const properties = parseProperties(text);
  return vlanMistake(properties) ?? families.flatMap((rules) => addressMistake(properties, rules) ?? [])[0];
};

/** The fixed addresses of a network device, without prefix length. */
export const fixedAddresses = (text: string): readonly string[] => {
  const properties = parseProperties(text);
  return families.flatMap(({ ip, is }) => {
    const [address = ''] = (properties.get(ip) ?? '').split('/');
    return is(address) ? [address] : [];
  });
};
