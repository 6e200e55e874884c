import { setImmediate as nextTurn } from 'node:timers/promises';
import { asRootOn } from '../../src/simulator/as-root.ts';
import { createAuthority } from '../../src/simulator/auth.ts';
import { createClock } from '../../src/simulator/clock.ts';
import { dispatch } from '../../src/simulator/dispatch.ts';
import { parseFixture } from '../../src/simulator/fixture.ts';
import { guestRoutes } from '../../src/simulator/handlers/guests.ts';
import { pveSchema } from '../../src/simulator/schema.ts';
import { createTaskEngine } from '../../src/simulator/tasks.ts';
import type { GuestState, TaskState, World } from '../../src/simulator/world.ts';

/** What an API call answered. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly data: unknown;
  readonly errors: Readonly<Record<string, string>> | undefined;
}

const labTime = 1_795_200_000;

const cluster = `
nodes: { pve1: { cpus: 4 }, pve2: { cpus: 4 }, pve3: { online: 0 } }
storages:
  local:
    config: { type: dir, path: /var/lib/vz, content: 'iso,vztmpl,backup', prune-backups: keep-all=1 }
    places:
      pve1:
        volumes:
          local:iso/tiny.iso: { size: 2M }
          local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst: { size: 58542905 }
      pve2: {}
  local-lvm:
    config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }
    places: { pve1: { total: 900G }, pve2: { total: 900G } }
  plain:
    config: { type: dir, path: /srv/plain, content: 'rootdir,images' }
    places: { pve1: {}, pve2: {} }
  nas:
    config: { type: nfs, server: 10.0.0.9, export: /srv, content: 'backup,rootdir,images', shared: 1, prune-backups: keep-last=2 }
    places: { shared: {} }
  away:
    config: { type: nfs, server: 10.0.0.8, export: /srv, content: backup, shared: 1 }
    places: { shared: { active: 0 } }
users: { alice@pve: {} }
`;

/** A guest of every sort: stopped, running, template, on files, under HA, with and without an agent. */
export const someGuests = `
guests:
  101: { type: lxc, node: pve1, config: { hostname: web, memory: 512, cores: 1, ostype: debian, onboot: 1, rootfs: 'local-lvm:vm-101-disk-0,size=4G', net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=10.0.0.5/24,type=veth' } }
  102: { type: lxc, node: pve1, running: 1, diskUsed: 1G, config: { hostname: db, memory: 512, ostype: debian, rootfs: 'local-lvm:vm-102-disk-0,size=4G', net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:60:CC:1D,ip=10.0.2.120/24,type=veth' } }
  103: { type: lxc, node: pve1, config: { hostname: onfiles, memory: 512, ostype: debian, rootfs: 'plain:103/vm-103-disk-0.raw,size=4G' } }
  104: { type: lxc, node: pve1, config: { hostname: tmpl, template: 1, memory: 512, ostype: debian, rootfs: 'local-lvm:base-104-disk-0,size=4G' } }
  105: { type: lxc, node: pve1, config: { hostname: shared, memory: 512, ostype: debian, rootfs: 'nas:105/vm-105-disk-0.raw,size=4G' } }
  200: { type: qemu, node: pve1, running: 1, config: { name: vm, memory: 1024, agent: '1', scsi0: 'local-lvm:vm-200-disk-0,size=8G' } }
  201: { type: qemu, node: pve1, running: 1, agent: { addresses: [10.0.0.9/24] }, config: { name: good, memory: 1024, agent: '1', net0: 'virtio=BC:24:11:00:00:09,bridge=vmbr0', scsi0: 'local-lvm:vm-201-disk-0,size=8G' } }
pools: { prod: { vms: [101, 102] } }
ha: { resources: { 'ct:105': { state: stopped } } }
acl: [{ path: /vms, user: alice@pve, role: PVEAuditor }]
`;

/** Guest handlers over a small cluster, without transport: calls pass schema and permissions, tasks run at once. */
export class GuestLab {
  readonly world: World;
  readonly #clock = createClock(Infinity, labTime);
  readonly #engine;
  readonly #machine;

  /** `fixture` adds guests, rights and so on to the cluster, in the fixture's YAML. */
  constructor(fixture: string) {
    this.world = parseFixture(`${cluster}\n${fixture}`, 'lab.yaml', labTime);
    this.#engine = createTaskEngine(this.world, this.#clock);
    this.#machine = {
      world: this.world,
      schema: pveSchema(),
      routes: guestRoutes,
      clock: this.#clock,
      engine: this.#engine,
      authority: createAuthority(this.#clock),
      fingerprint: 'AA:BB',
    };
  }

  /** Asks `GET /nodes/pve1/lxc`; parameters of a write go into its body. */
  async ask(route: string, params: Readonly<Record<string, unknown>> = {}, as = 'root@pam'): Promise<Reply> {
    const [method = '', path = ''] = route.split(' ');
    const reads = method === 'GET' || method === 'DELETE';
    const answer = await dispatch(this.#machine, {
      method,
      format: 'json',
      path,
      query: reads ? params : {},
      body: reads ? {} : params,
      upload: undefined,
      caller: { authid: as, userid: as.split('!')[0] ?? as, root: as === 'root@pam' },
    });
    const envelope: unknown = JSON.parse(String(answer.body?.content ?? '{}'));
    const { data, errors } = envelope as { data: unknown; errors?: Record<string, string> };
    return { status: answer.status, reason: answer.reason, data, errors };
  }

  /** Asks for something that runs as a task, and waits for its end. Throws when the call itself was refused. */
  async run(route: string, params: Readonly<Record<string, unknown>> = {}, as = 'root@pam'): Promise<TaskState> {
    const { status, reason, data } = await this.ask(route, params, as);
    if (status !== 200) throw new Error(`${String(status)} ${reason}`);
    await this.#engine.idle();
    const task = this.world.tasks.find(({ upid }) => upid === data);
    if (task === undefined) throw new Error(`no task ${JSON.stringify(data)}`);
    return task;
  }

  /** Asks as a daemon of the node does, and waits for what comes of it. */
  async orderAsDaemon(route: string): Promise<void> {
    const [method, path = ''] = route.split(' ');
    if (method === 'POST') await asRootOn(this.#machine)(method, path, {});
    await this.#engine.idle();
  }

  /** Waits for all tasks. */
  async settle(): Promise<void> {
    await this.#engine.idle();
  }

  /** Lets tasks go on until something holds. */
  async until(holds: () => boolean): Promise<void> {
    for (let turn = 0; turn < 10_000; turn += 1) {
      if (holds()) return;
      await nextTurn();
    }
    throw new Error('it never came to that');
  }

  guest(vmid: number): GuestState {
    const guest = this.world.guests.get(vmid);
    if (guest === undefined) throw new Error(`no guest ${String(vmid)}`);
    return guest;
  }

  /** Whether a volume lies on a storage as pve1 sees it. */
  has(volid: string): boolean {
    const storage = this.world.storages.get(volid.split(':')[0] ?? '');
    return (storage?.places.get('pve1') ?? storage?.places.get(''))?.volumes.has(volid) === true;
  }
}
