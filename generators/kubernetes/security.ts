import type { Loss } from '../../src/models/artifact.ts';
import type { Workload } from './plan.ts';
import type { TreeMap } from './tree.ts';

/** Users, capabilities and the rest of what Pod Security Standards call restricted. */

/** Who runs in a container. `uid` is not known where the image's own user is taken. */
interface User {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** For an image whose user is root only to bind ports below 1024: a pod may let everybody do that. */
const nobody = 65_532;

const numeric = (user: string | undefined): User | undefined => {
  const match = /^(\d+)(?::(\d+))?$/.exec(user ?? '');
  if (match === null) return undefined;
  return { uid: Number(match[1]), gid: match[2] === undefined ? Number(match[1]) : Number(match[2]) };
};

const onlyBindsPorts = ({ facts }: Workload): boolean =>
  facts?.root === true &&
  facts.capabilities.length > 0 &&
  facts.capabilities.every((capability) => capability === 'NET_BIND_SERVICE');

/** Returns the user of a workload: as the Compose file or the hint says by number, else what is known of the image. */
const userOf = (workload: Workload): User => {
  const { compose, extension, facts } = workload;
  const { uid } = extension.kubernetes;
  if (compose.user === 'root') return { uid: 0, gid: 0 };
  return (
    numeric(compose.user) ??
    (uid === undefined ? undefined : { uid, gid: uid }) ??
    numeric(facts?.user) ??
    (onlyBindsPorts(workload) ? { uid: nobody, gid: nobody } : undefined) ??
    // An image that is known to begin as root and to step down by itself.
    (facts?.root === true ? { uid: 0, gid: 0 } : { uid: undefined, gid: undefined })
  );
};

const withoutPrefix = (capability: string): string => capability.toUpperCase().replace(/^CAP_/, '');

const addedCapabilities = (workload: Workload): readonly string[] => {
  const { compose, extension, facts } = workload;
  const isRoot = userOf(workload).uid === 0;
  const own = isRoot ? (facts?.capabilities ?? []) : [];
  return [...new Set([...own, ...(compose.cap_add ?? []), ...extension.capabilities].map(withoutPrefix))].toSorted();
};

/** What the whole pod has: of the workload itself. */
export const podSecurity = (workload: Workload): TreeMap => {
  const { compose, ports } = workload;
  const { uid, gid } = userOf(workload);
  const groups = (compose.group_add ?? []).filter((group) => /^\d+$/.test(group)).map(Number);
  const bindsLow = uid !== 0 && compose.network_mode !== 'host' && ports.some(({ number }) => number < 1_024);
  const sysctls = {
    ...(bindsLow ? { 'net.ipv4.ip_unprivileged_port_start': '0' } : {}),
    ...compose.sysctls,
  };
  return {
    runAsNonRoot: uid !== 0,
    ...(uid === undefined ? {} : { runAsUser: uid, runAsGroup: gid ?? uid }),
    ...(gid === undefined || gid === 0 ? {} : { fsGroup: gid, fsGroupChangePolicy: 'OnRootMismatch' }),
    ...(groups.length === 0 ? {} : { supplementalGroups: groups }),
    ...(Object.keys(sysctls).length === 0
      ? {}
      : { sysctls: Object.entries(sysctls).map(([name, value]) => ({ name, value: `${value}` })) }),
    seccompProfile: {
      type: compose.security_opt?.includes('seccomp:unconfined') === true ? 'Unconfined' : 'RuntimeDefault',
    },
  };
};

/** What one container has. `own`: it stands in another workload's pod and says its user itself. */
export const containerSecurity = (workload: Workload, own: boolean): TreeMap => {
  const { compose, extension } = workload;
  const { uid, gid } = userOf(workload);
  const add = addedCapabilities(workload);
  const isPrivileged = compose.privileged === true;
  return {
    ...(own ? { runAsNonRoot: uid !== 0 } : {}),
    ...(own && uid !== undefined ? { runAsUser: uid, runAsGroup: gid ?? uid } : {}),
    allowPrivilegeEscalation: isPrivileged,
    ...(isPrivileged ? { privileged: true } : {}),
    readOnlyRootFilesystem: extension.writesRoot === undefined || compose.read_only === true,
    capabilities: { drop: ['ALL'], ...(add.length === 0 ? {} : { add }) },
  };
};

/** Returns how strictly a namespace may check pods like these. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export const podSecurityLevel = (workloads: readonly Workload[]): 'restricted' | 'baseline' | 'privileged' => {
  const levels = workloads.map((workload) => {
    const { compose, kind } = workload;
    const sharesHost = [compose.network_mode, compose.pid, compose.ipc].includes('host');
    const mountsHost =
      kind === 'DaemonSet' &&
      (compose.volumes ?? []).some(({ source = '', type }) => type === 'bind' && source.startsWith('/'));
    const usual = new Set([
      'AUDIT_WRITE',
      'CHOWN',
      'DAC_OVERRIDE',
      'FOWNER',
      'FSETID',
      'KILL',
      'MKNOD',
      'NET_BIND_SERVICE',
      'SETFCAP',
      'SETGID',
      'SETPCAP',
      'SETUID',
      'SYS_CHROOT',
    ]);
    const add = addedCapabilities(workload);
    if (compose.privileged === true || sharesHost || mountsHost || add.some((capability) => !usual.has(capability)))
      return 2;
    return userOf(workload).uid === 0 || add.some((capability) => capability !== 'NET_BIND_SERVICE') ? 1 : 0;
  });
  return (['restricted', 'baseline', 'privileged'] as const)[Math.max(0, ...levels)] ?? 'privileged';
};

/** What nobody could find out about the user. */
export const userLosses = (workload: Workload): readonly Loss[] => {
  const { uid } = userOf(workload);
  const path = `services.${workload.service}.user`;
  if (uid === undefined)
    return [
      {
        path,
        message:
          "No user is known by number: the image's own must be a number and not root, else the pod is refused; x-proxdeck.kubernetes.uid says another.",
      },
    ];
  if (uid === 0 && workload.compose.user === undefined)
    return [{ path, message: 'The image begins as root and steps down by itself: the pod is allowed to.' }];
  return [];
};
