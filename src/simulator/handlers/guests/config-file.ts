import { pveSchema, paramSpec } from '../../schema.ts';
import type { ParamSpec } from '../../schema.ts';
import type { ConfigValue, GuestState } from '../../world.ts';
import { digestOf } from '../params.ts';

export type GuestType = GuestState['type'];
export type GuestConfig = GuestState['config'];

/** How `PUT config` describes an option (`net0` under `net[n]`); undefined for what only the server writes (parent, lock …). */
export const optionSpec = (type: GuestType, key: string): ParamSpec | undefined => {
  const methods = pveSchema().paths.get(`/nodes/{node}/${type}/{vmid}/config`);
  return paramSpec(methods?.['PUT']?.params ?? {}, key);
};

/** Types as an answer has them: integers and booleans as numbers, all else as text; containers give descriptions a last newline. */
export const typedValue = (type: GuestType, key: string, value: ConfigValue): ConfigValue => {
  if (key === 'snaptime') return Number(value);
  if (key === 'description') return type === 'lxc' ? `${String(value).replace(/\n$/, '')}\n` : String(value);
  const kind = optionSpec(type, key)?.type;
  return kind === 'integer' || kind === 'boolean' ? Number(value) : String(value);
};

/** A configuration as an answer has it. */
export const typedConfig = (type: GuestType, config: GuestConfig): GuestConfig =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [key, typedValue(type, key, value)]));

/** PVE::Tools::encode_text: control characters, `%`, `:` and everything beyond ASCII. */
const encodeText = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) => {
      const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && byte !== 0x3a;
      return plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');

/** One section of a configuration file: description as comment, then the options by name. */
export const configText = (config: Readonly<Record<string, ConfigValue>>): string => {
  const { description, ...rest } = config;
  const notes = String(description ?? '').replace(/\n$/, '');
  const comment = notes === '' ? '' : notes.split('\n').map((line) => `#${encodeText(line)}\n`);
  const lines = Object.keys(rest)
    .toSorted()
    .map((key) => `${key}: ${rest[key]}\n`);
  return [...comment, ...lines].join('');
};

const pendingSection = (guest: GuestState): string => {
  if (guest.pending.size === 0) return '';
  const changes: Record<string, ConfigValue> = {};
  const deleted: string[] = [];
  for (const [key, value] of guest.pending) {
    if (value === null) deleted.push(key);
    else changes[key] = value;
  }
  if (deleted.length > 0) changes['delete'] = deleted.toSorted().join(',');
  return `\n[${guest.type === 'lxc' ? 'pve:pending' : 'PENDING'}]\n${configText(changes)}`;
};

/** The snapshot as its section of the file keeps it. */
export const snapshotSection = (
  snapshot: GuestState['snapshots'] extends Map<string, infer S> ? S : never,
): GuestConfig => ({
  ...snapshot.config,
  snaptime: snapshot.snaptime,
  ...(snapshot.description === undefined ? {} : { description: snapshot.description }),
  ...(snapshot.parent === undefined ? {} : { parent: snapshot.parent }),
  ...(snapshot.snapstate === undefined ? {} : { snapstate: snapshot.snapstate }),
});

/** The text of /etc/pve/…/{vmid}.conf, as write_pct_config and write_vm_config print it. */
const configFile = (guest: GuestState): string => {
  const snapshots = [...guest.snapshots.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const sections = snapshots.map((snapshot) => `\n[${snapshot.name}]\n${configText(snapshotSection(snapshot))}`);
  return [configText(guest.config), pendingSection(guest), ...sections].join('');
};

/** SHA-1 of the file: what a client sends back to notice a change by somebody else. */
export const configDigest = (guest: GuestState): string => digestOf(configFile(guest));
