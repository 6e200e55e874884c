import { describe, expect, it } from 'vitest';
import { GuestLab, someGuests as guests } from '../../support/guest-lab.ts';

const lxc = '/nodes/pve1/lxc';
const qemu = '/nodes/pve1/qemu';

describe('power: what fails at once and what fails in the task', () => {
  it('starts a container, and refuses a second start at once', async () => {
    const lab = new GuestLab(guests);
    expect(await lab.run(`POST ${lxc}/101/status/start`)).toMatchObject({
      type: 'vzstart',
      id: '101',
      exitstatus: 'OK',
    });
    expect((await lab.ask(`POST ${lxc}/101/status/start`)).reason).toBe('CT 101 already running');
    const { data } = await lab.ask(`GET ${lxc}/101/status/current`);
    expect(data).toMatchObject({ status: 'running', ha: { managed: 0 }, pressurecpusome: expect.any(String) });
  });

  it('answers a start of a running VM with a task that fails, and a stop of a stopped one with one that does not', async () => {
    const lab = new GuestLab(guests);
    expect((await lab.run(`POST ${qemu}/200/status/start`)).exitstatus).toBe('VM 200 already running');
    expect((await lab.run(`POST ${qemu}/200/status/stop`)).exitstatus).toBe('OK');
    expect((await lab.run(`POST ${qemu}/200/status/stop`)).exitstatus).toBe('OK');
  });

  it.each(['stop', 'shutdown', 'suspend'])('refuses %s of a stopped container at once', async (action) => {
    const lab = new GuestLab(guests);
    expect((await lab.ask(`POST ${lxc}/101/status/${action}`)).reason).toBe('CT 101 not running');
  });

  it('does not start a template, and finds out in the task', async () => {
    const lab = new GuestLab(guests);
    expect((await lab.run(`POST ${lxc}/104/status/start`)).exitstatus).toBe("you can't start a CT if it's a template");
  });

  it('does not start a guest whose storage is away', async () => {
    const lab = new GuestLab(guests);
    const place = lab.world.storages.get('local-lvm')?.places.get('pve1');
    if (place !== undefined) place.active = false;
    expect((await lab.run(`POST ${lxc}/101/status/start`)).exitstatus).toBe("storage 'local-lvm' is not online");
  });

  it('waits in vain for a VM whose agent is dead, unless it may kill it', async () => {
    const lab = new GuestLab(guests);
    const task = await lab.run(`POST ${qemu}/200/status/shutdown`, { timeout: 8 });
    expect(task.log).toEqual([
      "QEMU Guest Agent is not running - VM 200 qga command 'guest-ping' failed - got timeout",
      'TASK ERROR: VM quit/powerdown failed - got timeout',
    ]);
    expect((await lab.run(`POST ${qemu}/200/status/shutdown`, { timeout: 8, forceStop: 1 })).exitstatus).toBe('OK');
    expect(lab.guest(200).running).toBe(false);
  });

  it('pauses and resumes; a paused VM cannot shut down', async () => {
    const lab = new GuestLab(guests);
    await lab.run(`POST ${qemu}/201/status/suspend`);
    expect((await lab.ask(`GET ${qemu}/201/status/current`)).data).toMatchObject({
      status: 'running',
      qmpstatus: 'paused',
    });
    expect((await lab.ask(`POST ${qemu}/201/status/shutdown`)).reason).toBe('VM is paused - cannot shutdown');
    await lab.run(`POST ${qemu}/201/status/resume`);
    expect(lab.guest(201).qmpstatus).toBe('running');
  });

  it('only hands a start over to HA', async () => {
    const lab = new GuestLab(guests);
    const task = await lab.run(`POST ${lxc}/105/status/start`);
    expect(task.log).toEqual(['Requesting HA start for CT 105', 'TASK OK']);
    expect(lab.world.ha.resources.get('ct:105')?.state).toBe('started');
    expect(lab.guest(105).running).toBe(false);
  });

  it('starts what HA manages when HA itself orders it', async () => {
    const lab = new GuestLab(guests);
    await lab.orderAsDaemon(`POST ${lxc}/105/status/start`);
    expect(lab.world.tasks.map(({ type }) => type)).toEqual(['vzstart']);
    expect(lab.guest(105).running).toBe(true);
  });

  it('names path and privilege to who may not', async () => {
    const lab = new GuestLab(guests);
    const { status, reason } = await lab.ask(`POST ${lxc}/101/status/start`, {}, 'alice@pve');
    expect([status, reason]).toEqual([403, 'Permission check failed (/vms/101, VM.PowerMgmt)']);
  });

  it('starts with startall only what is marked onboot', async () => {
    const lab = new GuestLab(guests);
    await lab.run('POST /nodes/pve1/startall');
    expect([101, 103].map((vmid) => lab.guest(vmid).running)).toEqual([true, false]);
    expect(lab.world.tasks.map(({ type }) => type)).toEqual(['startall', 'vzstart']);
  });
});

describe('snapshots', () => {
  it('keeps the configuration, goes back to it and gives a new volume up as unused', async () => {
    const lab = new GuestLab(guests);
    const task = await lab.run(`POST ${lxc}/101/snapshot`, { snapname: 'before', description: 'clean' });
    expect(task.log).toEqual(['  Logical volume "snap_vm-101-disk-0_before" created.', 'TASK OK']);
    await lab.ask(`PUT ${lxc}/101/config`, { hostname: 'changed', mp0: 'local-lvm:1,mp=/data' });
    await lab.run(`POST ${lxc}/101/snapshot/before/rollback`);
    expect(lab.guest(101).config).toMatchObject({
      hostname: 'web',
      parent: 'before',
      unused0: 'local-lvm:vm-101-disk-1',
    });
    const { data } = await lab.ask(`GET ${lxc}/101/snapshot`);
    expect(data).toMatchObject([
      { name: 'before', description: 'clean\n' },
      { name: 'current', description: 'You are here!', running: 0, parent: 'before' },
    ]);
  });

  it('shrinks a grown disk again on rollback', async () => {
    const lab = new GuestLab(guests);
    await lab.run(`POST ${lxc}/101/snapshot`, { snapname: 'small' });
    await lab.run(`PUT ${lxc}/101/resize`, { disk: 'rootfs', size: '+2G' });
    expect(lab.guest(101).config['rootfs']).toBe('local-lvm:vm-101-disk-0,size=6G');
    await lab.run(`POST ${lxc}/101/snapshot/small/rollback`);
    expect((await lab.ask(`PUT ${lxc}/101/resize`, { disk: 'rootfs', size: '4G' })).reason).toBe(
      'disk is already at specified size',
    );
  });

  it.each([
    ['current', 500, "unable to use snapshot name 'current' (reserved name)"],
    ['1bad name', 400, 'Parameter verification failed.'],
  ])('refuses the name %s at once', async (snapname, status, reason) => {
    const lab = new GuestLab(guests);
    expect(await lab.ask(`POST ${lxc}/101/snapshot`, { snapname })).toMatchObject({ status, reason });
  });

  it('fails in the task: a name in use, a name that nobody has, storage without snapshots, a template', async () => {
    const lab = new GuestLab(guests);
    await lab.run(`POST ${lxc}/101/snapshot`, { snapname: 'one' });
    expect((await lab.run(`POST ${lxc}/101/snapshot`, { snapname: 'one' })).exitstatus).toBe(
      "snapshot name 'one' already used",
    );
    expect((await lab.run(`DELETE ${lxc}/101/snapshot/nosuch`)).exitstatus).toBe("snapshot 'nosuch' does not exist");
    expect((await lab.run(`POST ${lxc}/103/snapshot`, { snapname: 'one' })).exitstatus).toBe(
      'snapshot feature is not available',
    );
    expect((await lab.run(`POST ${lxc}/104/snapshot`, { snapname: 'one' })).exitstatus).toBe(
      "you can't take a snapshot if it's a template",
    );
  });

  it('leaves lock and snapstate behind on a stock QEMU, and root clears them', async () => {
    const lab = new GuestLab(guests);
    const node = lab.world.nodes.get('pve1');
    if (node !== undefined) node.facts['stockQemu'] = '10.0.13';
    const task = await lab.run(`POST ${qemu}/200/snapshot`, { snapname: 's1' });
    expect(task.log[0]).toBe('skipping guest filesystem freeze - agent configured but not running?');
    expect(task.exitstatus).toContain('The command query-savevm has not been found');
    expect((await lab.run(`POST ${qemu}/200/snapshot`, { snapname: 's2' })).exitstatus).toBe('VM is locked (snapshot)');
    await lab.ask(`PUT ${qemu}/200/config`, { delete: 'lock', skiplock: 1 });
    expect((await lab.run(`DELETE ${qemu}/200/snapshot/s1`, { force: 1 })).exitstatus).toBe('OK');
    expect(lab.guest(200).snapshots.size).toBe(0);
  });
});

describe('looking inside', () => {
  it('lists only guests that the caller may see', async () => {
    const lab = new GuestLab(guests.replace('path: /vms,', 'path: /vms/101,'));
    const { data } = await lab.ask(`GET ${lxc}`, {}, 'alice@pve');
    expect(data).toMatchObject([{ vmid: 101, type: 'lxc', status: 'stopped', cpu: 0, uptime: 0 }]);
  });

  it('knows the addresses of a running container, and none of a stopped one', async () => {
    const lab = new GuestLab(guests);
    expect((await lab.ask(`GET ${lxc}/101/interfaces`)).data).toBeNull();
    expect((await lab.ask(`GET ${lxc}/102/interfaces`)).data).toMatchObject([
      { name: 'lo' },
      { name: 'eth0', inet: '10.0.2.120/24', inet6: 'fe80::be24:11ff:fe60:cc1d/64', hwaddr: 'bc:24:11:60:cc:1d' },
    ]);
  });

  it('tells the three ways in which an agent does not answer, and what one answers', async () => {
    const lab = new GuestLab(guests);
    const ask = () => lab.ask(`GET ${qemu}/200/agent/network-get-interfaces`);
    expect((await ask()).reason).toBe('QEMU guest agent is not running');
    await lab.run(`POST ${qemu}/200/status/stop`);
    expect((await ask()).reason).toBe('VM 200 is not running');
    delete lab.guest(200).config['agent'];
    expect((await ask()).reason).toBe('No QEMU guest agent configured');
    const { data } = await lab.ask(`GET ${qemu}/201/agent/network-get-interfaces`);
    expect(data).toMatchObject({
      result: [{ name: 'lo' }, { name: 'eth0', 'ip-addresses': [{ 'ip-address': '10.0.0.9', prefix: 24 }] }],
    });
    const { data: started } = await lab.ask(`POST ${qemu}/201/agent/exec`, { command: ['echo', 'hello'] });
    const { data: ended } = await lab.ask(`GET ${qemu}/201/agent/exec-status`, started as Record<string, unknown>);
    expect(ended).toEqual({ exited: 1, exitcode: 0, 'out-data': 'hello\n' });
  });

  it('opens a console for which nobody came', async () => {
    const lab = new GuestLab(guests);
    const { data } = await lab.ask(`POST ${lxc}/102/termproxy`);
    expect(data).toMatchObject({
      port: '5900',
      user: 'root@pam',
      ticket: expect.stringMatching(/^PVEVNC:[0-9A-F]{8}::/),
      upid: expect.stringContaining(':vncproxy:102:'),
    });
    await lab.settle();
    expect(lab.world.tasks[0]?.exitstatus).toMatch(/termproxy 5900 .* failed: exit code 1/);
  });
});
