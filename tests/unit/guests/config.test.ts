import { describe, expect, it } from 'vitest';
import { configGroups } from '../../../screens/guests/configGroups.ts';
import { notesOf } from '../../../screens/guests/notes.ts';
import { insideOf, netsOf, ownInterfaces } from '../../../screens/guests/nets.ts';
import { yamlLines } from '../../../screens/guests/yaml.ts';

const settings = (...parts: Parameters<typeof configGroups>) =>
  Object.fromEntries(configGroups(...parts).flatMap((group) => group.settings.map((one) => [one.key, one])));

describe('the groups of a configuration', () => {
  it('stand in the order of a person, disks and cards by number, what is unknown at the end', () => {
    const groups = configGroups(
      {
        net10: 'name=eth10',
        net9: 'name=eth9',
        mp0: 'local:vm-1,mp=/data',
        rootfs: 'local:vm-0,size=8G',
        hostname: 'web',
        something: 'new',
        digest: 'abc',
        description: 'a note',
        cores: 2,
      },
      [],
    );
    expect(groups.map(({ title, settings: own }) => [title, own.map(({ key }) => key)])).toEqual([
      ['general', ['hostname']],
      ['cpu', ['cores']],
      ['disks', ['rootfs', 'mp0']],
      ['network', ['net9', 'net10']],
      ['options', ['something']],
    ]);
  });

  it('are told in words', () => {
    const known = settings(
      {
        memory: '4096',
        balloon: '0',
        onboot: 1,
        rootfs: 'local-zfs:subvol-1,size=8G,acl=1',
        mp0: '/srv/films,mp=/media,ro=1',
        sshkeys: encodeURIComponent('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG anna@laptop'),
        lxc: [['lxc.apparmor.profile', 'unconfined']],
      },
      [],
    );
    expect(known['memory']?.texts).toEqual(['4.0 GB']);
    expect(known['balloon']?.texts).toEqual(['off']);
    expect(known['onboot']?.texts).toEqual(['yes']);
    expect(known['rootfs']?.texts).toEqual(['8G  local-zfs:subvol-1', 'acl=1']);
    expect(known['mp0']?.texts[0]).toBe('/srv/films  on /media');
    expect(known['sshkeys']?.texts[0]).toMatch(/^ssh-ed25519 AAAAC3Nz…\S+ anna@laptop$/);
    expect(known['lxc']?.texts).toEqual(['lxc.apparmor.profile: unconfined']);
  });

  it('show what runs now, and what becomes of it', () => {
    const known = settings({ memory: 8192, cores: 2, balloon: 1024 }, [
      { key: 'memory', value: 4096, pending: 8192 },
      { key: 'timezone', value: 'host', delete: 1 },
      { key: 'balloon', pending: 1024 },
    ]);
    expect(known['memory']).toMatchObject({ texts: ['4.0 GB'], next: '8.0 GB' });
    expect(known['timezone']).toMatchObject({ texts: ['host'], next: 'removed' });
    expect(known['balloon']).toMatchObject({ texts: ['not set'], next: '1.0 GB' });
    expect(known['cores']?.next).toBeUndefined();
  });

  it('leave the notes to themselves', () => {
    expect(notesOf({ description: 'one\ntwo\n' })).toEqual(['one', 'two']);
    expect(notesOf({ description: '\n' })).toEqual([]);
    expect(notesOf({})).toEqual([]);
  });

  it('survive keys that nobody encoded', () => {
    expect(settings({ sshkeys: '100% mine' }, [])['sshkeys']?.texts).toEqual(['100% mine']);
  });
});

describe('network cards', () => {
  const config = {
    net1: 'virtio=bc:24:11:00:00:02,bridge=vmbr1,tag=40,link_down=1,queues=4',
    net0: 'name=eth0,bridge=vmbr0,firewall=1,gw=10.0.0.1,hwaddr=BC:24:11:00:00:01,ip=10.0.0.5/24,type=veth',
    ipconfig1: 'ip=dhcp',
  };

  it('of containers and VMs are read alike', () => {
    expect(netsOf(config)).toEqual([
      {
        key: 'net0',
        name: 'eth0',
        mac: 'BC:24:11:00:00:01',
        bridge: 'vmbr0',
        firewall: true,
        down: false,
        configured: ['10.0.0.5/24'],
        gateways: ['10.0.0.1'],
        rest: [],
      },
      {
        key: 'net1',
        model: 'virtio',
        mac: 'BC:24:11:00:00:02',
        bridge: 'vmbr1',
        vlan: '40',
        firewall: false,
        down: true,
        configured: ['dhcp'],
        gateways: [],
        rest: ['queues=4'],
      },
    ]);
  });

  it('are found inside of the guest by their hardware address; what else is there is told', () => {
    const nets = netsOf(config);
    const inside = [
      { name: 'lo', 'hardware-address': '00:00:00:00:00:00', addresses: ['127.0.0.1/8'] },
      { name: 'ens18', 'hardware-address': 'bc:24:11:00:00:02', addresses: ['10.0.0.9/24'] },
      { name: 'docker0', 'hardware-address': '02:42:00:00:00:01', addresses: ['172.17.0.1/16'] },
    ];
    expect(nets.map((net) => insideOf(net, inside)?.name)).toEqual([undefined, 'ens18']);
    expect(ownInterfaces(nets, inside).map(({ name }) => name)).toEqual(['docker0']);
  });
});

describe('YAML', () => {
  it.each([
    ['memory', 512, 'memory: 512'],
    ['memory', '512', 'memory: "512"'],
    ['hostname', 'web-1', 'hostname: web-1'],
    ['agent', 'enabled=1', 'agent: enabled=1'],
    ['description', 'a: b', 'description: "a: b"'],
    ['tags', '', 'tags: ""'],
    ['ostype', 'no', 'ostype: "no"'],
  ] as const)('writes %s %s so that it is read back', (key, value, line) => {
    expect(yamlLines(key, value)).toEqual([line]);
  });

  it('writes notes of several lines as a block, and raw lines as pairs', () => {
    expect(yamlLines('description', 'one\ntwo\n')).toEqual(['description: |-', '  one', '  two']);
    expect(yamlLines('lxc', [['lxc.a', 'b: c']])).toEqual(['lxc:', '  - [lxc.a, "b: c"]']);
  });
});
