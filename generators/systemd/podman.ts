import type { ComposeService } from '../../src/models/compose.ts';

const isTrue = (value: unknown): boolean => value === true;
const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? `${value}` : undefined;

/** Keys that `podman run` has a word for and a quadlet has not. */
const flags = {
  cgroup_parent: (value) => (text(value) === undefined ? [] : [`--cgroup-parent=${text(value)}`]),
  device_cgroup_rules: (value) =>
    Array.isArray(value) ? value.map((rule) => `--device-cgroup-rule=${String(rule)}`) : [],
  ipc: (value) => (text(value) === undefined ? [] : [`--ipc=${text(value)}`]),
  mac_address: (value) => (text(value) === undefined ? [] : [`--mac-address=${text(value)}`]),
  mem_swappiness: (value) => (text(value) === undefined ? [] : [`--memory-swappiness=${text(value)}`]),
  oom_kill_disable: (value) => (isTrue(value) ? ['--oom-kill-disable'] : []),
  pid: (value) => (text(value) === undefined ? [] : [`--pid=${text(value)}`]),
  platform: (value) => (text(value) === undefined ? [] : [`--platform=${text(value)}`]),
  privileged: (value) => (isTrue(value) ? ['--privileged'] : []),
  security_opt: (value) =>
    Array.isArray(value)
      ? value
          .map(String)
          .filter((option) => !option.startsWith('no-new-privileges'))
          .map((option) => `--security-opt=${option}`)
      : [],
  stdin_open: (value) => (isTrue(value) ? ['--interactive'] : []),
  storage_opt: (value) =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(([name, option]) => `--storage-opt=${name}=${String(option)}`)
      : [],
  tty: (value) => (isTrue(value) ? ['--tty'] : []),
  uts: (value) => (text(value) === undefined ? [] : [`--uts=${text(value)}`]),
} as const satisfies Readonly<Partial<Record<keyof ComposeService, (value: unknown) => readonly string[]>>>;

type Flagged = keyof typeof flags;
const isFlagged = (key: string): key is Flagged => Object.hasOwn(flags, key);

/** The keys that are carried by a flag. */
export const flaggedKeys: readonly Flagged[] = Object.keys(flags).filter(isFlagged);

/** Returns the flags of `podman run` for what a quadlet has no key for, in the order of their names. */
export const podmanArguments = (service: ComposeService): readonly string[] =>
  flaggedKeys.flatMap((key) => flags[key](service[key]));
