import { listFact, recordFact } from '../facts.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { digestOf, nodeOf, required, text } from './params.ts';

/** Packages that `pveversion -v` lists, with the version of a plain installation of 9.2. */
const packages: readonly (readonly [string, string, string])[] = [
  ['proxmox-ve', '9.2.0', 'Proxmox Virtual Environment'],
  ['pve-manager', '9.2.11', 'Proxmox Virtual Environment Management Tools'],
  ['proxmox-kernel-helper', '9.0.4', 'Function for various kernel maintenance tasks'],
  ['corosync', '3.1.9-pve2', 'cluster engine daemon and utilities'],
  ['ifupdown2', '3.3.0-1+pmx10', 'Network Interface Management tool similar to ifupdown'],
  ['libpve-storage-perl', '9.1.7', 'Proxmox VE storage management library'],
  ['lxc-pve', '6.0.5-1', 'Linux containers userspace tools'],
  ['lxcfs', '6.0.4-pve1', 'LXC userspace filesystem'],
  ['pve-cluster', '9.1.6', 'Cluster Infrastructure for Proxmox Virtual Environment'],
  ['pve-container', '6.1.10', 'Proxmox VE Container management tool'],
  ['pve-firewall', '6.0.4', 'Proxmox VE Firewall'],
  ['pve-ha-manager', '5.2.0', 'Proxmox VE HA Manager'],
  ['pve-qemu-kvm', '10.1.2-3', 'Full virtualization on x86 hardware'],
  ['qemu-server', '9.2.6', 'Qemu Server Tools'],
  ['zfsutils-linux', '2.3.4-pve1', 'command-line tools to manage OpenZFS filesystems'],
];

const readVersions = (call: ApiCall): unknown => {
  const node = nodeOf(call);
  const known = listFact(node, 'aptVersions');
  if (known) return known;
  // A node on Debian's kernel was not installed from the packages of Proxmox.
  const own = ['proxmox-ve', 'pve-manager'];
  const installed = packages.filter(([name]) => !own.includes(name) || node.kernel.endsWith('-pve'));
  return installed.map(([name, version, title]) => ({
    Package: name,
    Title: title,
    Description: title,
    Version: version,
    OldVersion: version,
    Arch: 'amd64',
    Origin: 'Proxmox',
    Priority: 'optional',
    Section: 'admin',
    CurrentState: 'Installed',
    ...(name === 'pve-manager' ? { ManagerVersion: call.world.version.version } : {}),
    ...(name === 'proxmox-ve' ? { RunningKernel: node.kernel } : {}),
  }));
};

const refresh = (call: ApiCall): string => {
  const node = nodeOf(call);
  return call.fork(node.name, 'aptupdate', '', async (worker) => {
    worker.log('starting apt-get update');
    for (const suite of ['trixie', 'trixie-updates', 'trixie-security']) {
      await worker.sleep(400);
      worker.log(`Hit:1 http://deb.debian.org/debian ${suite} InRelease`);
    }
    worker.log('Reading package lists...');
  });
};

const updatesOf = (call: ApiCall): readonly Record<string, unknown>[] => listFact(nodeOf(call), 'aptUpdates') ?? [];

/** What the changelog of a package would say is kept beside the update, but is no part of the list. */
const readUpdates = (call: ApiCall): unknown => updatesOf(call).map(({ changes: _changelog, ...row }) => row);

const readChangelog = (call: ApiCall): string => {
  const name = required(call, 'name');
  const update = updatesOf(call).find((row) => row['Package'] === name);
  const known = update?.['Version'] ?? packages.find(([each]) => each === name)?.[1] ?? '1.0';
  const changes = Array.isArray(update?.['changes']) ? update['changes'] : ['rebuild for Debian 13 (Trixie)'];
  const lines = changes.map((change) => `  * ${String(change)}`).join('\n\n');
  return `${name} (${text(call, 'version') ?? String(known)}) trixie; urgency=medium\n\n${lines}\n\n -- Proxmox Support Team <support@proxmox.com>\n`;
};

const readRepositories = (call: ApiCall): unknown => {
  const known = recordFact(nodeOf(call), 'aptRepositories');
  if (Object.keys(known).length > 0) return known;
  const debian = {
    Types: ['deb'],
    URIs: ['http://deb.debian.org/debian'],
    Suites: ['trixie', 'trixie-updates'],
    Components: ['main', 'contrib'],
    Enabled: 1,
    FileType: 'sources',
  };
  const path = '/etc/apt/sources.list.d/debian.sources';
  const files = [{ path, 'file-type': 'sources', repositories: [debian] }];
  return {
    digest: digestOf(JSON.stringify(files)),
    errors: [],
    files,
    infos: [],
    'standard-repos': [
      { handle: 'enterprise', name: 'Enterprise', status: null },
      { handle: 'no-subscription', name: 'No-Subscription', status: null },
      { handle: 'test', name: 'Test', status: null },
    ],
  };
};

/** /nodes/{node}/apt (PVE::API2::APT). */
export const aptRoutes: Routes = {
  'GET /nodes/{node}/apt/update': readUpdates,
  'POST /nodes/{node}/apt/update': refresh,
  'GET /nodes/{node}/apt/versions': readVersions,
  'GET /nodes/{node}/apt/changelog': readChangelog,
  'GET /nodes/{node}/apt/repositories': readRepositories,
};
