import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GuestLab } from '../../support/guest-lab.ts';

const guests = `
guests:
  101:
    { type: lxc, node: pve1, running: 1, config: { arch: amd64, cores: 1, hostname: web, memory: 512, swap: 0, ostype: debian,
      rootfs: 'local-lvm:vm-101-disk-0,size=4G', net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp,type=veth', unprivileged: 1 } }
  102: { type: lxc, node: pve1, config: { hostname: db, memory: 512, ostype: debian, rootfs: 'local-lvm:vm-102-disk-0,size=4G' } }
  103: { type: lxc, node: pve1, config: { hostname: busy, memory: 512, ostype: debian, rootfs: 'local-lvm:vm-103-disk-0,size=4G', lock: backup } }
  200:
    { type: qemu, node: pve1, running: 1, config: { name: vm, memory: 1024, cores: 2, sockets: 1, boot: 'order=scsi0;ide2', agent: '1',
      scsi0: 'local-lvm:vm-200-disk-0,size=8G', ide2: 'local:iso/tiny.iso,media=cdrom,size=2M', net0: 'virtio=BC:24:11:00:00:02,bridge=vmbr0' } }
  201: { type: qemu, node: pve1, config: { name: off, memory: 1024, scsi0: 'local-lvm:vm-201-disk-0,size=8G', boot: 'order=scsi0;net0' } }
acl: [{ path: /vms/102, user: alice@pve, role: PVEVMUser }]
`;

const lxc = '/nodes/pve1/lxc';
const qemu = '/nodes/pve1/qemu';
const configOf = async (lab: GuestLab, path: string, params = {}) =>
  (await lab.ask(`GET ${path}/config`, params)).data as Record<string, unknown>;

describe('reading a configuration', () => {
  it('has the SHA-1 of the configuration file as digest, description first and keys sorted', async () => {
    const lab = new GuestLab(guests);
    await lab.ask(`PUT ${lxc}/102/config`, { description: 'two: lines\nof notes', tags: 'Web;app,web' });
    const file = [
      '#two%3A lines',
      '#of notes',
      'hostname: db',
      'memory: 512',
      'ostype: debian',
      'rootfs: local-lvm:vm-102-disk-0,size=4G',
      'tags: app;web',
      '',
    ].join('\n');
    const config = await configOf(lab, `${lxc}/102`);
    expect(config['digest']).toBe(createHash('sha1').update(file).digest('hex'));
    expect(config['tags']).toBe('app;web');
  });

  it('gives containers numbers and a newline behind the description, VMs a text for memory', async () => {
    const lab = new GuestLab(guests);
    await lab.ask(`PUT ${lxc}/102/config`, { description: 'note', cpulimit: '0.5', onboot: 1 });
    await lab.ask(`PUT ${qemu}/201/config`, { description: 'note' });
    expect(await configOf(lab, `${lxc}/102`)).toMatchObject({
      memory: 512,
      description: 'note\n',
      cpulimit: '0.5',
      onboot: 1,
    });
    expect(await configOf(lab, `${qemu}/201`)).toMatchObject({ memory: '1024', description: 'note' });
  });

  it('names the file that is missing, on the wrong node and for the wrong kind too', async () => {
    const lab = new GuestLab(guests);
    expect((await lab.ask(`GET ${qemu}/101/config`)).reason).toBe(
      "Configuration file 'nodes/pve1/qemu-server/101.conf' does not exist",
    );
    expect((await lab.ask('GET /nodes/pve2/lxc/101/config')).reason).toBe(
      "Configuration file 'nodes/pve2/lxc/101.conf' does not exist",
    );
  });
});

describe('changing a container', () => {
  it('takes memory and network live, and leaves what needs a restart pending', async () => {
    const lab = new GuestLab(guests);
    const change = {
      memory: 1024,
      nameserver: '9.9.9.9',
      hostname: 'web2',
      net0: 'name=eth0,bridge=vmbr0,firewall=yes,ip=dhcp',
    };
    expect((await lab.ask(`PUT ${lxc}/101/config`, change)).data).toBeNull();
    const live = await configOf(lab, `${lxc}/101`, { current: 1 });
    expect(live).toMatchObject({ memory: 1024, hostname: 'web2' });
    expect(live['net0']).toMatch(
      /^name=eth0,bridge=vmbr0,firewall=1,hwaddr=BC:24:11(:[0-9A-F]{2}){3},ip=dhcp,type=veth$/,
    );
    expect(live['nameserver']).toBeUndefined();
    expect(await configOf(lab, `${lxc}/101`)).toMatchObject({ nameserver: '9.9.9.9' });
    const { data } = await lab.ask(`GET ${lxc}/101/pending`);
    expect(data).toContainEqual({ key: 'nameserver', pending: '9.9.9.9' });
    await lab.run(`POST ${lxc}/101/status/reboot`);
    expect(lab.guest(101).config['nameserver']).toBe('9.9.9.9');
    expect(lab.guest(101).pending.size).toBe(0);
  });

  it('drops pending changes on revert', async () => {
    const lab = new GuestLab(guests);
    await lab.ask(`PUT ${lxc}/101/config`, { tty: 3 });
    await lab.ask(`PUT ${lxc}/101/config`, { revert: 'tty' });
    expect(await configOf(lab, `${lxc}/101`)).not.toHaveProperty('tty');
  });

  it('makes a volume for a mount point, keeps it unused when removed, and destroys it then', async () => {
    const lab = new GuestLab(guests);
    await lab.ask(`PUT ${lxc}/102/config`, { mp0: 'local-lvm:1,mp=/data,backup=1' });
    expect(lab.guest(102).config['mp0']).toBe('local-lvm:vm-102-disk-1,mp=/data,backup=1,size=1G');
    await lab.ask(`PUT ${lxc}/102/config`, { delete: 'mp0' });
    expect(lab.guest(102).config['unused0']).toBe('local-lvm:vm-102-disk-1');
    expect(lab.has('local-lvm:vm-102-disk-1')).toBe(true);
    await lab.ask(`PUT ${lxc}/102/config`, { delete: 'unused0' });
    expect(lab.has('local-lvm:vm-102-disk-1')).toBe(false);
  });

  it.each([
    [{}, 500, 'no options specified'],
    [{ unprivileged: 0 }, 500, "unable to modify read-only option: 'unprivileged'"],
    [{ delete: 'memory' }, 500, "unable to delete required option 'memory'"],
    [
      { cores: 2, digest: '0'.repeat(40) },
      500,
      'detected modified configuration - file changed by other user? Try again.',
    ],
    [{ delete: 'nosuch' }, 400, 'Parameter verification failed.'],
    [{ mp0: 'nosuch:1,mp=/data' }, 500, "storage 'nosuch' does not exist"],
  ])('refuses %j', async (change, status, reason) => {
    const lab = new GuestLab(guests);
    expect(await lab.ask(`PUT ${lxc}/102/config`, change)).toMatchObject({ status, reason });
  });

  it('refuses a change while something works on the container', async () => {
    const lab = new GuestLab(guests);
    expect((await lab.ask(`PUT ${lxc}/103/config`, { cores: 2 })).reason).toBe('CT is locked (backup)');
  });

  it('asks for the privilege of each option, and leaves host matters to root', async () => {
    const lab = new GuestLab(guests.replace('role: PVEVMUser', 'role: PVEVMAdmin'));
    const put = (change: Record<string, unknown>) => lab.ask(`PUT ${lxc}/102/config`, change, 'alice@pve');
    expect((await put({ cores: 2 })).status).toBe(200);
    expect((await put({ net0: 'name=eth0,bridge=vmbr0' })).reason).toBe(
      'Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)',
    );
    expect((await put({ mp0: 'local-lvm:1,mp=/x' })).reason).toBe(
      'Permission check failed (/storage/local-lvm, Datastore.AllocateSpace)',
    );
    expect((await put({ hookscript: 'local:snippets/a.sh' })).reason).toBe(
      'Permission check failed (changing the hookscript is only allowed for root@pam)',
    );
  });
});

describe('changing a VM', () => {
  it('keeps cores and memory pending until it stops', async () => {
    const lab = new GuestLab(guests);
    await lab.ask(`PUT ${qemu}/200/config`, { cores: 4, description: 'now' });
    expect(await configOf(lab, `${qemu}/200`, { current: 1 })).toMatchObject({ cores: 2, description: 'now' });
    expect(await configOf(lab, `${qemu}/200`)).toMatchObject({ cores: 4 });
    await lab.run(`POST ${qemu}/200/status/stop`);
    expect(lab.guest(200).config['cores']).toBe(4);
  });

  it('does it in a task with POST, and detaches a disk into unused0 and out of the boot order', async () => {
    const lab = new GuestLab(guests);
    const task = await lab.run(`POST ${qemu}/201/config`, { delete: 'scsi0' });
    expect(task).toMatchObject({ type: 'qmconfig', exitstatus: 'OK' });
    expect(task.log).toEqual(['update VM 201: -delete scsi0', 'TASK OK']);
    expect(lab.guest(201).config).toMatchObject({ unused0: 'local-lvm:vm-201-disk-0', boot: 'order=net0' });
    expect((await lab.ask(`PUT ${qemu}/201/unlink`, { idlist: 'unused0' })).data).toBeNull();
    expect(lab.has('local-lvm:vm-201-disk-0')).toBe(false);
  });

  it('lets only root pass over a lock', async () => {
    const lab = new GuestLab(`${guests}\n`);
    lab.guest(201).config['lock'] = 'snapshot';
    expect((await lab.ask(`PUT ${qemu}/201/config`, { cores: 2 })).reason).toBe('VM is locked (snapshot)');
    expect((await lab.ask(`PUT ${qemu}/201/config`, { delete: 'lock', skiplock: 1 })).status).toBe(200);
    expect(lab.guest(201).config).not.toHaveProperty('lock');
    lab.world.access.acl.push({ path: '/vms', type: 'user', ugid: 'alice@pve', roleid: 'PVEVMAdmin', propagate: true });
    const refused = await lab.ask(`PUT ${qemu}/201/config`, { cores: 2, skiplock: 1 }, 'alice@pve');
    expect(refused.errors).toEqual({ skiplock: 'Only root may use this option.' });
  });
});

describe('firewall of a guest', () => {
  it('keeps rules in order, with the digest that Proxmox VE computes', async () => {
    const lab = new GuestLab(guests);
    await lab.ask(`POST ${lxc}/101/firewall/rules`, {
      type: 'in',
      action: 'ACCEPT',
      proto: 'tcp',
      dport: '22',
      enable: 1,
      comment: 'ssh',
    });
    const digest = '82c60ac07c67e29c0f579b5dc1603872d4efa5c1';
    const { data } = await lab.ask(`GET ${lxc}/101/firewall/rules`);
    expect(data).toMatchObject([{ pos: 0, action: 'ACCEPT', dport: '22', enable: 1, comment: 'ssh', digest }]);
    expect((await lab.ask(`DELETE ${lxc}/101/firewall/rules/0`)).data).toBeNull();
    expect((await lab.ask(`GET ${lxc}/101/firewall/rules`)).data).toEqual([]);
  });
});
