import { BlockList, isIPv4 } from 'node:net';

/** Addresses of this machine and of private networks (RFC 1918, RFC 4193, RFC 3927, RFC 4291 §2.5.6). */
const near = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  near.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  near.addSubnet(network, prefix, 'ipv6');

/**
 * Whether a peer is on a network so near that compressing an answer costs more time than it saves, on the node as well as here:
 * for 10,000 guests 50 ms against 3 MB on the wire.
 */
export const isNear = (address: string | undefined): boolean =>
  address !== undefined && near.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
