import { describe, expect, it } from 'vitest';
import { guestName, newSnapshotName, tagList } from '../../../src/operations/guest-input.ts';
import { bytesOf, diskSize, growth, memorySize } from '../../../src/operations/measures.ts';
import { fixedAddresses, networkMistake } from '../../../src/operations/network-rules.ts';
import { mergeProperties, parseProperties, printProperties } from '../../../src/operations/property-string.ts';

describe('sizes', () => {
  it.each([
    ['512M', 512],
    ['2G', 2048],
    ['512', 512],
    ['1.5g', 1536],
    ['1GiB', 1024],
    ['0.3M', undefined],
    ['2X', undefined],
    ['', undefined],
    ['-1G', undefined],
  ])('of memory: %j is %j MiB', (text, size) => expect(memorySize.safeParse(text).data).toBe(size));

  it.each([
    ['4G', 4],
    ['4', 4],
    ['512M', 0.5],
    ['1T', 1024],
    ['0', undefined],
    ['big', undefined],
  ])('of disks: %j is %j GiB', (text, size) => expect(diskSize.safeParse(text).data).toBe(size));

  it('of growing disks are more or the whole', () => {
    expect(growth.parse('+2G')).toEqual({ more: true, bytes: 2 * 2 ** 30 });
    expect(growth.parse('10G')).toEqual({ more: false, bytes: 10 * 2 ** 30 });
    expect(growth.safeParse('-2G').success).toBe(false);
    expect([bytesOf('4G'), bytesOf(undefined)]).toEqual([4 * 2 ** 30, undefined]);
  });
});

describe('names', () => {
  it.each(['web-9', 'a', 'db.example.org', '9lives'])('%s is one of a guest', (name) =>
    expect(guestName.safeParse(name).success).toBe(true),
  );
  it.each(['web_9', '-web', 'web-', 'a..b', '', 'ä', 'x'.repeat(64)])('%j is none', (name) =>
    expect(guestName.safeParse(name).success).toBe(false),
  );
  it.each(['current', 'vzdump', 'x', '1a', 'a b', 'a'.repeat(41)])('%j is no name of a snapshot', (name) =>
    expect(newSnapshotName.safeParse(name).success).toBe(false),
  );
  it('reads tags with any separator, and none', () => {
    expect(tagList.parse('a,b;c d')).toEqual(['a', 'b', 'c', 'd']);
    expect(tagList.parse('')).toEqual([]);
    expect(tagList.safeParse('a,-b').success).toBe(false);
  });
});

describe('network devices', () => {
  it.each([
    'bridge=vmbr0,ip=dhcp,ip6=auto',
    'bridge=vmbr0,ip=192.0.2.9/24,gw=192.0.2.1,tag=4094',
    'ip6=2001:db8::9/64,gw6=2001:db8::1',
  ])('%s is right', (text) => expect(networkMistake(text)).toBeUndefined());

  it.each([
    ['tag=0', /no VLAN/],
    ['tag=x', /no VLAN/],
    ['ip=192.0.2.300/24', /no IPv4 address/],
    ['ip=192.0.2.9/33', /no IPv4 address/],
    ['ip=192.0.2.9/24,gw=192.0.3.1', /outside the net/],
    ['ip=192.0.2.9/24,gw=192.0.2.9', /the guest itself/],
    ['ip=192.0.2.9/24,gw=router', /no IPv4 address/],
    ['gw=192.0.2.1', /needs an address beside it/],
    ['ip6=2001:db8::9/64,gw6=2001:db9::1', /outside the net/],
  ])('%s is not', (text, mistake) => expect(networkMistake(text)).toMatch(mistake));

  it('has fixed addresses or none', () => {
    expect(fixedAddresses('ip=192.0.2.9/24,ip6=2001:db8::9/64')).toEqual(['192.0.2.9', '2001:db8::9']);
    expect(fixedAddresses('ip=dhcp')).toEqual([]);
  });
});

it('property strings keep what is not named, and lose what is none', () => {
  const old = parseProperties('virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=5');
  expect(printProperties(mergeProperties(old, parseProperties('tag=none,firewall=1')))).toBe(
    'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1',
  );
  expect(printProperties(parseProperties('thin:vm-1-disk-0,size=4G'))).toBe('thin:vm-1-disk-0,size=4G');
});
