import { describe, expect, it } from 'vitest';
import { vlanSchema } from '../../../src/models/workspace.ts';
import { networkFindings } from '../../../src/workspace/network.ts';
import type { z } from 'zod';

const findingsOf = (vlans: Readonly<Record<string, z.input<typeof vlanSchema>>>): readonly string[] =>
  networkFindings(Object.fromEntries(Object.entries(vlans).map(([name, vlan]) => [name, vlanSchema.parse(vlan)]))).map(
    ({ severity, path, message }) => `${severity} ${path.slice(2).join('.')}: ${message}`,
  );

const relay = {
  development: { id: 100, subnet: '10.100.0.0/24', gateway: '10.100.0.1' },
  services: { id: 200, subnet: '10.200.0.0/24', gateway: '10.200.0.1' },
  management: { id: 300, subnet: '10.30.0.0/24', gateway: '10.30.0.1' },
  external: { id: 400, subnet: '10.40.0.0/24', gateway: '10.40.0.1' },
};

describe('the network plan', () => {
  it('takes four VLANs with networks of their own [S0-013, S0-017, S0-018]', () => {
    expect(findingsOf(relay)).toEqual([]);
  });

  it('refuses an octet that cannot be, however well it goes with the number of the VLAN [S0-019, S0-020]', () => {
    expect(findingsOf({ ...relay, management: { id: 300, subnet: '10.300.0.0/24' } })).toEqual([
      'error management.subnet: 10.300.0.0 is no address: 300 is beyond 255, the most an octet can be',
    ]);
  });

  it.each([
    ['10.1/16', 'error lan.subnet: 10.1 is no address; write four octets, as in 10.100.0.1, or an IPv6 address'],
    [
      '010.1.0.0/16',
      'error lan.subnet: 010.1.0.0 is no address; write four octets, as in 10.100.0.1, or an IPv6 address',
    ],
    ['10.1.0.0', "error lan.subnet: 10.1.0.0 is no subnet; write how many bits are the network's, as in 10.1.0.0/24"],
    ['10.1.0.0/33', 'error lan.subnet: 10.1.0.0/33 is no subnet: a prefix has at most 32 bits'],
    ['10.1.0.5/24', 'error lan.subnet: 10.1.0.5/24 has bits set behind the prefix; the network is 10.1.0.0/24'],
    ['fd00::1/64', 'error lan.subnet: fd00::1/64 has bits set behind the prefix; the network is fd00::/64'],
  ])('refuses the subnet %s', (subnet, finding) => {
    expect(findingsOf({ lan: { subnet } })).toEqual([finding]);
  });

  it('refuses networks that overlap [S0-021]', () => {
    expect(findingsOf({ wide: { id: 2, subnet: '10.0.0.0/8' }, narrow: { id: 3, subnet: '10.100.0.0/24' } })).toEqual([
      'error narrow.subnet: 10.100.0.0/24 overlaps with wide, 10.0.0.0/8',
    ]);
  });

  it.each([
    ['10.101.0.1', '10.101.0.1 is outside of 10.100.0.0/24'],
    ['10.100.0.0', '10.100.0.0 is the address of the network itself'],
    ['10.100.0.255', '10.100.0.255 is the broadcast address of 10.100.0.0/24'],
    ['fd00::1', 'fd00::1 is outside of 10.100.0.0/24'],
  ])('refuses the gateway %s [S0-021]', (gateway, message) => {
    expect(findingsOf({ lan: { subnet: '10.100.0.0/24', gateway } })).toEqual([`error lan.gateway: ${message}`]);
  });

  it('takes both addresses of a point-to-point network', () => {
    expect(
      findingsOf({ link: { subnet: '10.0.0.0/31', gateway: '10.0.0.0', reserved: { peer: '10.0.0.1' } } }),
    ).toEqual([]);
  });

  it('refuses an address that is taken twice, in ranges too [S0-021]', () => {
    const reserved = { dhcp: '10.100.0.100-10.100.0.200', nas: '10.100.0.150', router: '10.100.0.1' };
    expect(findingsOf({ lan: { subnet: '10.100.0.0/24', gateway: '10.100.0.1', reserved } })).toEqual([
      'error lan.reserved.nas: the address is taken already, by dhcp in lan',
      'error lan.reserved.router: the address is taken already, by the gateway of lan',
    ]);
  });

  it('refuses a range that ends before it begins, and one that leaves the network', () => {
    const reserved = { back: '10.100.0.20-10.100.0.10', out: '10.100.0.200-10.100.1.10' };
    expect(findingsOf({ lan: { subnet: '10.100.0.0/24', reserved } })).toEqual([
      'error lan.reserved.back: 10.100.0.20-10.100.0.10 ends before it begins',
      'error lan.reserved.out: 10.100.1.10 is outside of 10.100.0.0/24',
    ]);
  });

  it.each([0, 4095])('refuses VLAN %i', (id) => {
    expect(findingsOf({ lan: { id, subnet: '10.100.0.0/24' } })).toEqual([
      `error lan.id: ${String(id)} is no VLAN; there are 1 to 4094`,
    ]);
  });

  it('takes VLANs 2 and 4094, and warns of 1', () => {
    expect(findingsOf({ a: { id: 2, subnet: '10.1.0.0/24' }, b: { id: 4094, subnet: '10.2.0.0/24' } })).toEqual([]);
    expect(findingsOf({ lan: { id: 1, subnet: '10.1.0.0/24' } })).toEqual([
      expect.stringContaining('warning lan.id: VLAN 1 is what most switches send untagged'),
    ]);
  });

  it('refuses a VLAN twice on one bridge, not on two', () => {
    const lan = { id: 5, subnet: '10.1.0.0/24' };
    expect(findingsOf({ lan, dmz: { id: 5, subnet: '10.2.0.0/24' } })).toEqual([
      'error dmz.id: lan is VLAN 5 on vmbr0 already',
    ]);
    expect(findingsOf({ lan, dmz: { id: 5, subnet: '10.2.0.0/24', bridge: 'vmbr1' } })).toEqual([]);
  });

  it.each([
    ['172.17.0.0/24', '172.17.0.0/16'],
    ['172.31.255.0/24', '172.28.0.0/14'],
    ['172.16.0.0/12', '172.17.0.0/16'],
    ['192.168.1.0/24', '192.168.0.0/16'],
  ])('warns that Docker takes %s for itself, and says what to do [S0-021]', (subnet, pool) => {
    expect(findingsOf({ lan: { subnet } })).toEqual([
      expect.stringMatching(
        new RegExp(
          `^warning lan.subnet: ${RegExp.escape(subnet)} overlaps with ${RegExp.escape(pool)}, .*default-address-pools`,
        ),
      ),
    ]);
  });

  it.each(['172.16.0.0/16', '172.32.0.0/16', '192.169.0.0/16', 'fd00::/64'])('does not warn of %s', (subnet) => {
    expect(findingsOf({ lan: { subnet } })).toEqual([]);
  });

  it('puts errors before warnings', () => {
    const findings = findingsOf({ lan: { id: 1, subnet: '192.168.1.0/24', gateway: '192.168.2.1' } });
    expect(findings.map((finding) => finding.split(' ')[0])).toEqual(['error', 'warning', 'warning']);
  });
});
