/** Machine versions of QEMU 10.0 for Proxmox VE, newest first (PVE::QemuServer::Machine, /usr/share/kvm/machine-versions-x86_64.json). */
const versions = [
  '10.0+pve1 10.0 9.2+pve1 9.2 9.1 9.0 8.2 8.1 8.0 7.2 7.1 7.0 6.2 6.1 6.0 5.2 5.1 5.0 4.2 4.1+pve2 4.1+pve1 4.1 4.0.1 4.0',
  '3.1 3.0 2.12 2.11 2.10 2.9 2.8 2.7 2.6 2.5 2.4',
].flatMap((line) => line.split(' '));

/** What Proxmox changed in a version of its own. */
const changes: Readonly<Record<string, string>> = {
  '10.0+pve1': 'Set host_mtu vNIC option even with default value for migration compat.',
  '9.2+pve1': 'Disables S3/S4 power states by default.',
  '4.1+pve2': 'Increases the number of SCSI drives supported.',
  '4.1+pve1': 'Introduction of pveX versioning, no changes.',
};

/** 4.0.1 was for q35 alone. */
const typesOf = (version: string): string[] => (version === '4.0.1' ? ['q35'] : ['i440fx', 'q35']);

/** What a VM's `machine` may be: `GET /nodes/{node}/capabilities/qemu/machines`. */
export const qemuMachines: readonly Readonly<Record<string, string>>[] = versions.flatMap((version) =>
  typesOf(version).map((type) => ({
    id: `pc-${type}-${version}`,
    type,
    version,
    ...(changes[version] === undefined ? {} : { changes: changes[version] }),
  })),
);
