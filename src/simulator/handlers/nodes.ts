import { numberFact, recordFact, textFact } from '../facts.ts';
import { Bodiless, die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { sampleAt } from '../pvestatd.ts';
import { qemuMachines } from '../qemu-machines.ts';
import type { NodeState } from '../world.ts';
import { nodeFirewallRoutes } from './firewall.ts';
import { noCeph } from './cluster.ts';
import { nodeConsoleRoutes } from './consoles.ts';
import { aptRoutes } from './nodes-apt.ts';
import { diskRoutes } from './nodes-disks.ts';
import { logRoutes } from './nodes-log.ts';
import { networkRoutes } from './nodes-network.ts';
import { replicationRoutes } from './nodes-replication.ts';
import { rrdRoutes } from './nodes-rrd.ts';
import { serviceRoutes } from './nodes-services.ts';
import { settingRoutes } from './nodes-settings.ts';
import { nodeOf, required, splitList } from './params.ts';
import { nodeRow } from './resource-rows.ts';

const fingerprintOf = (call: ApiCall, node: NodeState): string => textFact(node, 'sslFingerprint', call.fingerprint);

const readAll = (call: ApiCall): unknown =>
  [...call.world.nodes.values()].map((node) => ({
    ...nodeRow(call, node),
    ssl_fingerprint: fingerprintOf(call, node),
  }));

const kernelOf = (node: NodeState): Record<string, string> => ({
  sysname: 'Linux',
  release: node.kernel,
  version: textFact(node, 'kernelVersion', '#1 SMP PREEMPT_DYNAMIC PMX 6.17.4-1 (2026-05-20T10:00Z)'),
  machine: 'x86_64',
});

const defaultFlags =
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht syscall nx lm ' +
  'constant_tsc rep_good nopl cpuid pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx avx2 svm';

const cpuInfo = (node: NodeState): Record<string, unknown> => ({
  cpus: node.cpus,
  cores: Math.max(1, Math.ceil(node.cpus / 2)),
  sockets: 1,
  model: node.cpuModel,
  mhz: '3600.000',
  flags: defaultFlags,
  hvm: '1',
  user_hz: 100,
  ...recordFact(node, 'cpuinfo'),
});

const bootInfo = (node: NodeState): Record<string, unknown> => {
  const mode = textFact(node, 'bootMode', 'efi');
  return mode === 'efi' ? { mode, secureboot: 0 } : { mode };
};

/** Of what is available, a little is in caches and not free. */
const freeShare = 0.97;

const readStatus = (call: ApiCall): unknown => {
  const node = nodeOf(call);
  const usage = sampleAt(call.world, call.now()).nodes.get(node.name) ?? die('node is not there');
  const kernel = kernelOf(node);
  const { version, repoid } = call.world.version;
  const available = node.memoryBytes - usage.mem;
  const rootFree = node.rootBytes - node.rootUsedBytes;
  return {
    // Unlike the shared figures, this one is read at once.
    uptime: Math.max(0, Math.floor(call.now() - node.bootedAt)),
    idle: 0,
    loadavg: usage.loadavg.map((load) => load.toFixed(2)),
    kversion: `Linux ${kernel['release']} ${kernel['version']}`,
    'current-kernel': kernel,
    'boot-info': bootInfo(node),
    pveversion: `pve-manager/${version}/${repoid}`,
    cpuinfo: cpuInfo(node),
    cpu: usage.cpu,
    wait: usage.wait,
    memory: {
      total: node.memoryBytes,
      used: usage.mem,
      free: Math.floor(available * freeShare),
      available,
    },
    swap: { total: node.swapBytes, used: usage.swap, free: node.swapBytes - usage.swap },
    ksm: { shared: 0 },
    rootfs: {
      total: node.rootBytes,
      used: node.rootUsedBytes,
      free: rootFree,
      avail: Math.max(0, rootFree - numberFact(node, 'rootReservedBytes')),
    },
  };
};

/** Seconds from the order until the machine is gone. */
const haltSeconds = 5;

const power = (call: ApiCall): null => {
  const command = required(call, 'command') === 'reboot' ? 'reboot' : 'shutdown';
  nodeOf(call).powerOrder = { command, at: call.now() + haltSeconds };
  return null;
};

/** Seconds from the magic packet until the machine answers. */
const wakeSeconds = 60;

const wake = (call: ApiCall): string => {
  const name = required(call, 'node');
  const node = call.world.nodes.get(name) ?? die(`no such cluster node '${name}'`);
  if (node.online) die(`Node '${name}' is already online`);
  const given = String(recordFact(node, 'config')['wakeonlan'] ?? '');
  const mac = splitList(given)[0]?.replace(/^mac=/, '');
  if (mac === undefined) return die(`No wake on LAN MAC address defined for '${name}'!`);
  node.powerOrder = { command: 'wake', at: call.now() + wakeSeconds };
  return mac;
};

const readNetstat = (call: ApiCall): unknown => {
  const node = nodeOf(call);
  const rows = sampleAt(call.world, call.now()).guests;
  return [...call.world.guests.values()]
    .filter((guest) => guest.running && guest.node === node.name)
    .flatMap((guest) =>
      Object.keys(guest.config)
        .filter((key) => /^net\d+$/.test(key))
        .map((dev, index) => {
          const row = index === 0 ? rows.get(guest.vmid) : undefined;
          return { vmid: String(guest.vmid), dev, in: String(row?.['netin'] ?? 0), out: String(row?.['netout'] ?? 0) };
        }),
    );
};

/** The report takes longer than the proxy waits (contract §9.4); http.ts holds the call back that long. */
const report = (): never => {
  throw new Bodiless(596, 'Connection timed out');
};

const cpuModels = ['x86-64-v2-AES', 'x86-64-v3', 'host', 'kvm64', 'qemu64', 'EPYC', 'Skylake-Server'];

/** /nodes (PVE::API2::Nodes and what hangs below it, without guests). */
export const nodeRoutes: Routes = {
  ...aptRoutes,
  ...diskRoutes,
  ...logRoutes,
  ...networkRoutes,
  ...rrdRoutes,
  ...replicationRoutes,
  ...serviceRoutes,
  ...settingRoutes,
  ...nodeFirewallRoutes,
  ...nodeConsoleRoutes,
  'GET /nodes': readAll,
  'GET /nodes/{node}/status': readStatus,
  'POST /nodes/{node}/status': power,
  'POST /nodes/{node}/wakeonlan': wake,
  'GET /nodes/{node}/netstat': readNetstat,
  'GET /nodes/{node}/report': report,
  'GET /nodes/{node}/sdn/zones': (call) =>
    [...(call.world.sections['sdn-zones']?.keys() ?? [])].map((zone) => ({ zone, status: 'available' })),
  'GET /nodes/{node}/capabilities/qemu/cpu': () => cpuModels.map((name) => ({ name, custom: 0, vendor: 'default' })),
  'GET /nodes/{node}/capabilities/qemu/machines': () => qemuMachines,
  'GET /nodes/{node}/ceph/status': noCeph,
  'GET /nodes/{node}/ceph/osd': noCeph,
  'GET /nodes/{node}/ceph/pool': noCeph,
};
