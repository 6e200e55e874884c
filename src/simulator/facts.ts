import type { NodeState } from './world.ts';

/**
 * Facts of a node by name, as far as handlers ask for them. None is needed: each has a default.
 * Texts: `timezone`, `internet` (on, off), `hosts`, `kernelVersion` (`#1 SMP …`), `bootMode` (efi, legacy-bios), `level`, `sslFingerprint`.
 * Objects: `dns`, `config`, `subscription`, `cpuinfo` (added to what the node's own fields say).
 * Lists: `aptUpdates`, `aptVersions`, `certificates`, `pci`, `usb`, `lvm`, `lvmthin`, `zfs`, `directories`, `aplinfo`.
 * Numbers: `installedAt` (seconds since 1970: the RRD knows nothing before), `rootReservedBytes` (not available to users).
 */
export type FactName =
  | 'timezone'
  | 'internet'
  | 'hosts'
  | 'kernelVersion'
  | 'bootMode'
  | 'level'
  | 'sslFingerprint'
  | 'dns'
  | 'config'
  | 'subscription'
  | 'cpuinfo'
  | 'aptRepositories'
  | 'aptUpdates'
  | 'aptVersions'
  | 'certificates'
  | 'pci'
  | 'usb'
  | 'lvm'
  | 'lvmthin'
  | 'zfs'
  | 'directories'
  | 'aplinfo'
  | 'installedAt'
  | 'rootReservedBytes';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A fact that is text; the fallback when it is not known. */
export const textFact = (node: NodeState, name: FactName, fallback = ''): string => {
  const value = node.facts[name];
  return typeof value === 'string' ? value : fallback;
};

/** A fact that is a number. */
export const numberFact = (node: NodeState, name: FactName, fallback = 0): number => {
  const value = node.facts[name];
  return typeof value === 'number' ? value : fallback;
};

/** A fact that is an object; an empty one when it is not known. */
export const recordFact = (node: NodeState, name: FactName): Readonly<Record<string, unknown>> => {
  const value = node.facts[name];
  return isRecord(value) ? value : {};
};

/** A fact that is a list; undefined when it is not known, which is not the same as empty. */
export const listFact = (node: NodeState, name: FactName): readonly Record<string, unknown>[] | undefined => {
  const value = node.facts[name];
  return Array.isArray(value) ? value.filter(isRecord) : undefined;
};
