import type { CreateInput } from './guest-create.ts';
import type { PlannedCall } from './operation.ts';
import { parseProperties, printProperties, type Properties } from './property-string.ts';
import { planned } from './steps.ts';

/** What is to be made, with everything that was left open decided. */
export interface Wanted extends Omit<CreateInput, 'disk'> {
  readonly vmid: number;
  readonly name: string;
  readonly storage: string;
  /** Size of its disk. */
  readonly gibibytes: number;
}

const listed = (prefix: string, values: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    values.map((value, index) => {
      const [, key = `${prefix}${String(index)}`, rest = value] =
        new RegExp(`^(${prefix}\\d+)=(.+)$`).exec(value) ?? [];
      return [key, rest];
    }),
  );

/** A device of a container has a name inside of it. */
const named = (text: string, index: number): string => {
  const properties = parseProperties(text.replace(/^net\d+=/, ''));
  const withName: Properties = properties.has('name')
    ? properties
    : new Map([['name', `eth${String(index)}`], ...properties]);
  const [key = ''] = /^net\d+=/.exec(text) ?? [];
  return key + printProperties(withName);
};

const models: ReadonlySet<string> = new Set(['virtio', 'e1000', 'e1000e', 'rtl8139', 'vmxnet3']);

/** A device of a VM begins with its model. Addresses are for cloud-init and stand elsewhere. */
const withModel = (text: string): string => {
  const key = /^net\d+=/.exec(text)?.[0] ?? '';
  const properties = new Map(parseProperties(text.slice(key.length)));
  for (const one of ['ip', 'ip6', 'gw', 'gw6']) properties.delete(one);
  const hasModel =
    properties.has('') || properties.has('model') || [...properties.keys()].some((one) => models.has(one));
  return key + printProperties(hasModel ? properties : new Map([['', 'virtio'], ...properties]));
};

/** The addresses of a device, as cloud-init wants them. */
const addressesOf = (text: string): readonly string[] => {
  const kept = [...parseProperties(text.replace(/^net\d+=/, ''))].filter(([key]) =>
    ['ip', 'ip6', 'gw', 'gw6'].includes(key),
  );
  return kept.length === 0 ? [] : [printProperties(new Map(kept))];
};

const common = ({
  vmid,
  cores,
  memory,
  onboot,
  pool,
  tags = [],
  description,
  nameserver,
  searchdomain,
  osType,
}: Wanted) => ({
  vmid,
  cores,
  memory,
  onboot,
  pool,
  tags: tags.length === 0 ? undefined : tags.join(';'),
  description,
  nameserver,
  searchdomain,
  ostype: osType,
});

/** The call that makes a container: `POST /nodes/{node}/lxc` (contract §11.3). */
export const createContainer = (wanted: Wanted): PlannedCall => {
  const { node, name, template, storage, gibibytes, swap, unprivileged, features, net, mount, password, sshKey } =
    wanted;
  return planned('POST', `/nodes/${node}/lxc`, {
    ...common(wanted),
    hostname: name,
    ostemplate: template,
    storage,
    rootfs: `${storage}:${String(gibibytes)}`,
    swap,
    unprivileged,
    features,
    password,
    'ssh-public-keys': sshKey.length === 0 ? undefined : sshKey.join('\n'),
    ...listed('net', net.map(named)),
    ...listed('mp', mount),
  });
};

/** The call that makes a VM: `POST /nodes/{node}/qemu` (contract §12.2); with an image or a user it gets a cloud-init drive. */
export const createVm = (wanted: Wanted): PlannedCall => {
  const {
    node,
    name,
    iso,
    image,
    storage,
    gibibytes,
    net,
    user,
    password,
    sshKey,
    ipConfig,
    nameserver,
    searchdomain,
    agent,
    tpm,
  } = wanted;
  const isUefi = wanted.firmware === 'uefi';
  const addresses = ipConfig.length > 0 ? ipConfig : net.flatMap(addressesOf);
  const isCloud = image !== undefined || user !== undefined || addresses.length > 0;
  const size = image === undefined ? `${storage}:${String(gibibytes)}` : `${storage}:0,import-from=${image}`;
  return planned('POST', `/nodes/${node}/qemu`, {
    ...common(wanted),
    ostype: wanted.osType ?? 'l26',
    name,
    nameserver: isCloud ? nameserver : undefined,
    searchdomain: isCloud ? searchdomain : undefined,
    scsihw: 'virtio-scsi-single',
    scsi0: `${size},discard=on,iothread=1`,
    agent: agent ? 'enabled=1' : undefined,
    bios: isUefi ? 'ovmf' : undefined,
    machine: isUefi ? 'q35' : undefined,
    efidisk0: isUefi ? `${storage}:1,efitype=4m,pre-enrolled-keys=1` : undefined,
    tpmstate0: tpm ? `${storage}:1,version=v2.0` : undefined,
    ide2: iso === undefined ? undefined : `${iso},media=cdrom`,
    ide0: isCloud ? `${storage}:cloudinit` : undefined,
    boot: `order=${['scsi0', ...(iso === undefined ? [] : ['ide2']), ...(net.length === 0 ? [] : ['net0'])].join(';')}`,
    serial0: image === undefined ? undefined : 'socket',
    vga: image === undefined ? undefined : 'serial0',
    ...listed('net', net.map(withModel)),
    ...(isCloud && {
      ciuser: user,
      cipassword: password,
      sshkeys: sshKey.length === 0 ? undefined : encodeURIComponent(sshKey.join('\n')),
      ...listed('ipconfig', addresses),
    }),
  });
};
