import { die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { NodeState } from '../world.ts';
import { nodeOf, required } from './params.ts';

interface Service {
  readonly desc: string;
  active: boolean;
  state: string;
  unitState: string;
}

const running = (desc: string): Service => ({ desc, active: true, state: 'running', unitState: 'enabled' });
const absent = (name: string): Service => ({
  desc: `${name}.service`,
  active: false,
  state: 'dead',
  unitState: 'not-found',
});

/** Every service that Proxmox VE watches (PVE::API2::Services), as on a node of a cluster. */
const usual: Readonly<Record<string, Service>> = {
  chrony: running('chrony, an NTP client/server'),
  corosync: running('Corosync Cluster Engine'),
  cron: running('Regular background program processing daemon'),
  ksmtuned: running('Kernel Samepage Merging (KSM) Tuning Daemon'),
  lxcfs: running('FUSE filesystem for LXC'),
  postfix: { desc: 'Postfix Mail Transport Agent', active: true, state: 'exited', unitState: 'enabled' },
  'proxmox-firewall': running('Proxmox nftables firewall'),
  'pve-cluster': running('The Proxmox VE cluster filesystem'),
  'pve-firewall': running('Proxmox VE firewall'),
  'pve-ha-crm': running('PVE Cluster HA Resource Manager Daemon'),
  'pve-ha-lrm': running('PVE Local HA Resource Manager Daemon'),
  'pve-lxc-syscalld': running('Proxmox VE LXC Syscall Daemon'),
  pvedaemon: running('PVE API Daemon'),
  'pvefw-logger': running('Proxmox VE firewall logger'),
  pveproxy: running('PVE API Proxy Server'),
  pvescheduler: running('Proxmox VE scheduler'),
  pvestatd: running('PVE Status Daemon'),
  qmeventd: running('PVE Qemu Event Daemon'),
  spiceproxy: running('PVE SPICE Proxy Server'),
  sshd: running('OpenBSD Secure Shell server'),
  syslog: absent('syslog'),
  'systemd-journald': { desc: 'Journal Service', active: true, state: 'running', unitState: 'static' },
  'systemd-timesyncd': absent('systemd-timesyncd'),
};

const serviceOf = (node: NodeState, name: string): Service =>
  node.services.get(name) ?? { ...(usual[name] ?? absent(name)) };

const activeState = (state: string, active: boolean): string => {
  if (state === 'failed') return 'failed';
  return active ? 'active' : 'inactive';
};

const row = (node: NodeState, name: string): Record<string, unknown> => {
  const { desc, active, state, unitState } = serviceOf(node, name);
  return { service: name, name, desc, state, 'active-state': activeState(state, active), 'unit-state': unitState };
};

const readState = (call: ApiCall): unknown => row(nodeOf(call), required(call, 'service'));

const essential = new Set(['pveproxy', 'pvedaemon', 'pve-cluster']);

type Action = 'start' | 'stop' | 'restart' | 'reload';

const act =
  (action: Action) =>
  (call: ApiCall): string => {
    const node = nodeOf(call);
    const name = required(call, 'service');
    return call.fork(node.name, `srv${action}`, name, async (worker) => {
      if (action === 'stop' && essential.has(name)) {
        die(`invalid service cmd '${name} stop': refusing to stop essential service!`);
      }
      const service = serviceOf(node, name);
      if (service.unitState === 'not-found') die(`command 'systemctl ${action} ${name}' failed: exit code 5`);
      await worker.sleep(500);
      const active = action !== 'stop';
      node.services.set(name, { ...service, active, state: active ? 'running' : 'dead' });
    });
  };

/** /nodes/{node}/services (PVE::API2::Services). */
export const serviceRoutes: Routes = {
  'GET /nodes/{node}/services': (call) => Object.keys(usual).map((name) => row(nodeOf(call), name)),
  'GET /nodes/{node}/services/{service}/state': readState,
  'POST /nodes/{node}/services/{service}/start': act('start'),
  'POST /nodes/{node}/services/{service}/stop': act('stop'),
  'POST /nodes/{node}/services/{service}/restart': act('restart'),
  'POST /nodes/{node}/services/{service}/reload': act('reload'),
};
