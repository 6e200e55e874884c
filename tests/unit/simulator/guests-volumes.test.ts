import { describe, expect, it } from 'vitest';
import { GuestLab, someGuests as guests } from '../../support/guest-lab.ts';

const lxc = '/nodes/pve1/lxc';
const qemu = '/nodes/pve1/qemu';

describe('creating, cloning, destroying', () => {
  const template = 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst';

  it('creates a container with its defaults, starts it by a second task and puts it into the pool', async () => {
    const lab = new GuestLab(guests);
    const task = await lab.run(`POST ${lxc}`, {
      vmid: 300,
      ostemplate: template,
      rootfs: 'local-lvm:2',
      start: 1,
      pool: 'prod',
    });
    expect(task.log).toContain('Creating filesystem with 524288 4k blocks and 131072 inodes');
    expect(task.log).toContain('\t32768, 98304, 163840, 229376, 294912');
    expect(lab.guest(300)).toMatchObject({
      running: true,
      config: {
        hostname: 'CT300',
        memory: 512,
        swap: 512,
        ostype: 'debian',
        unprivileged: 1,
        rootfs: 'local-lvm:vm-300-disk-0,size=2G',
      },
    });
    expect(lab.world.pools.get('prod')?.vms.has(300)).toBe(true);
    expect(lab.world.tasks.map(({ type }) => type)).toEqual(['vzcreate', 'vzstart']);
  });

  it('leaves nothing of a container whose template is missing, but holds the id meanwhile', async () => {
    const lab = new GuestLab(guests);
    const wanted = { vmid: 300, ostemplate: 'local:vztmpl/nosuch.tar.gz', storage: 'local-lvm' };
    await lab.ask(`POST ${lxc}`, wanted);
    expect((await lab.ask(`POST ${lxc}`, wanted)).reason).toBe("CT 300 already exists on node 'pve1'");
    await lab.settle();
    expect(lab.world.tasks[0]?.exitstatus).toBe(
      "unable to create CT 300 - volume 'local:vztmpl/nosuch.tar.gz' does not exist",
    );
    expect(lab.world.guests.has(300)).toBe(false);
    expect(lab.has('local-lvm:vm-300-disk-0')).toBe(false);
  });

  it.each([
    [{ storage: 'nas2' }, 500, "storage 'nas2' does not exist"],
    [{ storage: 'local' }, 400, 'Parameter verification failed.'],
    [{ rootfs: 'local-lvm:1', 'ssh-public-keys': 'garbage' }, 500, 'SSH public key validation failed'],
    [{ mp0: 'local-lvm:1,mp=/data' }, 500, "mount points configured, but 'rootfs' not set - aborting"],
  ])('refuses a container with %j', async (options, status, reason) => {
    const lab = new GuestLab(guests);
    expect(await lab.ask(`POST ${lxc}`, { vmid: 300, ostemplate: template, ...options })).toMatchObject({
      status,
      reason,
    });
  });

  it('creates a VM with a MAC, a boot order and the size of its CD image', async () => {
    const lab = new GuestLab(guests);
    const disk = 'local-lvm:1,discard=on,ssd=1';
    const task = await lab.run(`POST ${qemu}`, {
      vmid: 300,
      memory: 128,
      scsi0: disk,
      ide2: 'local:iso/tiny.iso,media=cdrom',
      net0: 'virtio,bridge=vmbr0',
    });
    expect(task.log).toContain("scsi0: successfully created disk 'local-lvm:vm-300-disk-0,discard=on,size=1G,ssd=1'");
    const { config } = lab.guest(300);
    expect(config).toMatchObject({
      memory: '128',
      boot: 'order=scsi0;ide2;net0',
      ide2: 'local:iso/tiny.iso,media=cdrom,size=2M',
    });
    expect(config['net0']).toMatch(/^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0$/);
    expect((await lab.ask(`POST ${qemu}`, { vmid: 300 })).reason).toBe(
      "unable to create VM 300 - VM 300 already exists on node 'pve1'",
    );
  });

  it('copies a container in full with a new MAC, and locks the source meanwhile', async () => {
    const lab = new GuestLab(guests);
    await lab.ask(`POST ${lxc}/101/clone`, { newid: 300, hostname: 'copy' });
    expect(lab.guest(101).config['lock']).toBe('disk');
    expect(lab.guest(300).config['lock']).toBe('create');
    await lab.settle();
    expect(lab.guest(101).config).not.toHaveProperty('lock');
    expect(lab.guest(300).config).toMatchObject({ hostname: 'copy', rootfs: 'local-lvm:vm-300-disk-0,size=4G' });
    expect(lab.guest(300).config['net0']).not.toContain('BC:24:11:00:00:01');
  });

  it.each([
    [101, { newid: 102 }, "CT 102 already exists on node 'pve1'"],
    [102, { newid: 300 }, 'Full clone of a running container is only possible from a snapshot'],
    [104, { newid: 300, storage: 'plain' }, "parameter 'storage' not allowed for linked clones"],
    [101, { newid: 300, full: 0 }, "Linked clone feature for 'local-lvm:vm-101-disk-0' is not available"],
  ])('refuses to clone %i with %j', async (vmid, options, reason) => {
    const lab = new GuestLab(guests);
    expect((await lab.ask(`POST ${lxc}/${vmid}/clone`, options)).reason).toBe(reason);
  });

  it('links a clone of a template, and makes a template by a task that it does not name', async () => {
    const lab = new GuestLab(guests);
    expect((await lab.run(`POST ${lxc}/104/clone`, { newid: 300 })).log).toContain(
      'create linked clone of mountpoint rootfs (local-lvm:base-104-disk-0)',
    );
    expect((await lab.ask(`POST ${lxc}/101/template`)).data).toBeNull();
    expect(lab.guest(101).config).not.toHaveProperty('template');
    await lab.settle();
    expect(lab.guest(101).config).toMatchObject({ template: 1, rootfs: 'local-lvm:base-101-disk-0,size=4G' });
    expect(lab.world.tasks.at(-1)?.type).toBe('vztemplate');
  });

  it('destroys with volumes, pool membership and permissions', async () => {
    const lab = new GuestLab(guests);
    lab.world.access.acl.push({
      path: '/vms/101',
      type: 'user',
      ugid: 'alice@pve',
      roleid: 'PVEVMUser',
      propagate: true,
    });
    const task = await lab.run(`DELETE ${lxc}/101`, { purge: 1 });
    expect(task.log).toEqual([
      '  Logical volume "vm-101-disk-0" successfully removed.',
      'purging CT 101 from related configurations..',
      'TASK OK',
    ]);
    expect(lab.world.guests.has(101)).toBe(false);
    expect(lab.world.pools.get('prod')?.vms.has(101)).toBe(false);
    expect(lab.world.access.acl.some(({ path }) => path === '/vms/101')).toBe(false);
  });

  it('refuses to destroy what runs, is protected, or belongs to HA', async () => {
    const lab = new GuestLab(guests);
    expect((await lab.ask(`DELETE ${lxc}/102`)).reason).toBe('unable to destroy CT 102 - container is running');
    expect((await lab.ask(`DELETE ${qemu}/200`)).reason).toBe('VM 200 is running - destroy failed');
    expect((await lab.ask(`DELETE ${lxc}/105`)).reason).toBe(
      'unable to remove CT 105 - used in HA resources and purge parameter not set.',
    );
    await lab.ask(`PUT ${lxc}/101/config`, { protection: 1 });
    expect((await lab.ask(`DELETE ${lxc}/101`)).reason).toBe("can't remove CT 101 - protection mode enabled");
    expect((await lab.run(`DELETE ${lxc}/102`, { force: 1 })).log[0]).toBe('forced to stop CT 102 before destroying!');
  });
});

describe('moving', () => {
  it('moves a volume and keeps the old one as unused', async () => {
    const lab = new GuestLab(guests);
    await lab.run(`POST ${lxc}/101/move_volume`, { volume: 'rootfs', storage: 'plain' });
    expect(lab.guest(101).config).toMatchObject({
      rootfs: 'plain:101/vm-101-disk-0.raw,size=4G',
      unused0: 'local-lvm:vm-101-disk-0',
    });
    expect((await lab.ask(`POST ${lxc}/102/move_volume`, { volume: 'rootfs', storage: 'plain' })).reason).toBe(
      'cannot move volumes of a running container',
    );
  });

  it('migrates with local volumes, and says why not', async () => {
    const lab = new GuestLab(guests);
    expect((await lab.ask(`POST ${lxc}/101/migrate`, { target: 'pve9' })).reason).toBe("no such cluster node 'pve9'");
    expect((await lab.ask(`POST ${lxc}/101/migrate`, { target: 'pve1' })).errors).toEqual({
      target: 'target is local node.',
    });
    expect((await lab.ask(`POST ${lxc}/102/migrate`, { target: 'pve2' })).reason).toBe(
      "can't migrate running container without --online or --restart",
    );
    expect((await lab.run(`POST ${lxc}/102/migrate`, { target: 'pve2', restart: 1 })).exitstatus).toBe('OK');
    expect(lab.guest(102)).toMatchObject({ node: 'pve2', running: true });
    expect(lab.has('local-lvm:vm-102-disk-0')).toBe(false);
    expect(lab.world.storages.get('local-lvm')?.places.get('pve2')?.volumes.has('local-lvm:vm-102-disk-0')).toBe(true);
  });
});

describe('backup and restore', () => {
  const backups = (lab: GuestLab, storage: string) =>
    [...(lab.world.storages.get(storage)?.places.values() ?? [])]
      .flatMap((place) => [...place.volumes.values()])
      .filter(({ content }) => content === 'backup');

  it('leaves an archive with notes, and shows its lock meanwhile', async () => {
    const lab = new GuestLab(guests);
    const call = lab.run('POST /nodes/pve1/vzdump', {
      vmid: '102',
      storage: 'local',
      mode: 'snapshot',
      compress: 'zstd',
      'notes-template': '{{guestname}}, {{vmid}}',
    });
    await lab.until(() => lab.guest(102).config['lock'] === 'backup');
    expect((await call).log).toEqual(
      expect.arrayContaining([
        'INFO: backup mode: snapshot',
        "INFO: create storage snapshot 'vzdump'",
        'INFO: Backup job finished successfully',
      ]),
    );
    expect(lab.guest(102).config).not.toHaveProperty('lock');
    expect(backups(lab, 'local')).toMatchObject([{ vmid: 102, format: 'tar.zst', notes: 'db, 102', subtype: 'lxc' }]);
  });

  it('keeps what the retention of the storage allows', async () => {
    const lab = new GuestLab(guests);
    const old = (ctime: number) => ({
      volid: `nas:backup/vzdump-lxc-101-${String(ctime)}.tar.zst`,
      content: 'backup',
      format: 'tar.zst',
      sizeBytes: 1,
      ctime,
      vmid: 101,
      subtype: 'lxc',
    });
    for (const ctime of [1000, 2000])
      lab.world.storages.get('nas')?.places.get('')?.volumes.set(old(ctime).volid, old(ctime));
    const task = await lab.run('POST /nodes/pve1/vzdump', { vmid: '101', storage: 'nas', compress: 'zstd' });
    expect(task.log).toContain("INFO: removing backup 'nas:backup/vzdump-lxc-101-1000.tar.zst'");
    expect(backups(lab, 'nas').map(({ ctime }) => ctime)).not.toContain(1000);
    expect(backups(lab, 'nas')).toHaveLength(2);
  });

  it('ends with job errors for a guest that nobody has, and for a locked one goes on with the next', async () => {
    const lab = new GuestLab(guests);
    expect((await lab.run('POST /nodes/pve1/vzdump', { vmid: '777', storage: 'local' })).log).toContain(
      "ERROR: Backup of VM 777 failed - unable to find VM '777'",
    );
    lab.guest(101).config['lock'] = 'disk';
    const task = await lab.run('POST /nodes/pve1/vzdump', { vmid: '101,103', storage: 'local', compress: 'gzip' });
    expect(task).toMatchObject({ id: '', exitstatus: 'job errors' });
    expect(backups(lab, 'local').map(({ vmid }) => vmid)).toEqual([103]);
  });

  it('fails as a whole without its storage, and answers OK when nothing here is meant', async () => {
    const lab = new GuestLab(guests);
    expect((await lab.run('POST /nodes/pve1/vzdump', { vmid: '101', storage: 'away' })).exitstatus).toBe(
      "could not activate storage 'away': storage 'away' is not online could not get storage information for 'away': storage 'away' is not online",
    );
    expect((await lab.ask('POST /nodes/pve2/vzdump', { vmid: '101', storage: 'local' })).data).toBe('OK');
    expect((await lab.ask('POST /nodes/pve1/vzdump', { storage: 'local' })).errors).toEqual({
      vmid: 'property is missing',
    });
  });

  it('cleans up when it is stopped', async () => {
    const lab = new GuestLab(guests);
    const call = lab.run('POST /nodes/pve1/vzdump', { vmid: '102', storage: 'local' });
    await lab.until(() => lab.guest(102).config['lock'] === 'backup');
    lab.world.tasks[0]?.abort?.abort();
    expect((await call).exitstatus).toBe('job errors');
    expect(lab.guest(102).config).not.toHaveProperty('lock');
    expect(backups(lab, 'local')).toEqual([]);
  });

  it('restores a container under a new id, over the old one only by force', async () => {
    const lab = new GuestLab(guests);
    await lab.run('POST /nodes/pve1/vzdump', { vmid: '101', storage: 'local', compress: 'zstd' });
    const [archive] = backups(lab, 'local');
    const wanted = { vmid: 310, ostemplate: archive?.volid, restore: 1, storage: 'local-lvm' };
    expect((await lab.run(`POST ${lxc}`, wanted)).log.at(-2)).toBe('merging backed-up and given configuration..');
    expect(lab.guest(310).config).toMatchObject({ hostname: 'web', rootfs: 'local-lvm:vm-310-disk-0,size=4G' });
    expect((await lab.ask(`POST ${lxc}`, wanted)).reason).toBe("CT 310 already exists on node 'pve1'");
    await lab.run(`POST ${lxc}`, { ...wanted, force: 1 });
    expect(lab.guest(310).config['rootfs']).toBe('local-lvm:vm-310-disk-1,size=4G');
    expect(lab.has('local-lvm:vm-310-disk-0')).toBe(false);
  });

  it('restores a VM to its old storage', async () => {
    const lab = new GuestLab(guests);
    await lab.run('POST /nodes/pve1/vzdump', { vmid: '201', storage: 'nas', compress: 'zstd' });
    const [archive] = backups(lab, 'nas');
    expect(archive?.volid).toMatch(/^nas:backup\/vzdump-qemu-201-.*\.vma\.zst$/);
    await lab.run(`POST ${qemu}`, { vmid: 310, archive: archive?.volid, unique: 1 });
    expect(lab.guest(310).config).toMatchObject({ name: 'good', scsi0: 'local-lvm:vm-310-disk-0,size=8G' });
    expect(lab.guest(310).config['net0']).not.toContain('BC:24:11:00:00:09');
  });
});
