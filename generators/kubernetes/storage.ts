import type { ComposeMount } from '../../src/models/compose.ts';
import type { Loss } from '../../src/models/artifact.ts';
import { dnsLabel } from './names.ts';
import { filesBelow, hasPods, initsOf, isAtLeast, type Plan, type Workload } from './plan.ts';
import { anyText, dnsName, memoryQuantity, size, value, yesNo } from './schemas.ts';
import {
  allOf,
  type Computed,
  filled,
  isSet,
  not,
  When,
  type Condition,
  type Hole,
  type Tree,
  type TreeMap,
} from './tree.ts';

/** What a container finds in its file system: volumes, files of the stack, secrets, scratch. */

export interface Mounted {
  readonly mounts: readonly TreeMap[];
  readonly volumes: readonly Tree[];
  /** volumeClaimTemplates of a StatefulSet, under the condition that one of them is wanted. */
  readonly claimTemplates: Tree | undefined;
  /** Texts for the ConfigMap of its files, by key. */
  readonly files: Readonly<Record<string, string>>;
  readonly losses: readonly Loss[];
}

/** A claim: what the Compose file calls a volume. */
export interface Claim {
  /** Of the volume in the pod, and in values.yaml. */
  readonly name: string;
  /** The claim's own name, where it is an object by itself. */
  readonly object: Computed;
  readonly made: Condition;
  readonly existing: Hole;
  readonly enabled: Hole;
  readonly spec: TreeMap;
  /** Several pods mount it. */
  readonly isShared: boolean;
}

const camel = (label: string): string => label.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The volume of a mount, by its name in the Compose file; a folder of the stack that is written counts as one. */
const volumeName = (mount: ComposeMount): string => {
  const named = mount.source ?? mount.target ?? 'data';
  return dnsLabel(named.replace(/^\.+\//, ''));
};

const isClaimed = (plan: Plan, { type, source = '', read_only }: ComposeMount): boolean =>
  type === 'volume' ||
  (type === 'bind' &&
    source.startsWith('./') &&
    read_only !== true &&
    filesBelow(plan.stack.files, source).length === 0);

/** Names of the services in whose pods a volume is mounted. */
const podsWith = (plan: Plan, name: string): readonly string[] =>
  plan.workloads
    .filter(hasPods)
    .filter((workload) =>
      [workload, ...initsOf(plan, workload)].some(({ compose }) =>
        (compose.volumes ?? []).some(
          (mount) => mount.source !== undefined && isClaimed(plan, mount) && volumeName(mount) === name,
        ),
      ),
    )
    .map(({ service }) => service);

/** A claim belongs to a StatefulSet alone, or stands by itself: shared, or of another kind of workload. */
const isOwn = (plan: Plan, workload: Workload, mount: ComposeMount): boolean =>
  workload.kind === 'StatefulSet' && (mount.source === undefined || podsWith(plan, volumeName(mount)).length < 2);

/** Where the values of a volume stand: with its service, or with the first of several that share it. */
const sectionOf = (plan: Plan, workload: Workload, mount: ComposeMount): string => {
  const [first] = mount.source === undefined ? [] : podsWith(plan, volumeName(mount));
  return plan.workloads.find(({ service }) => service === first)?.section ?? workload.section;
};

const claimOf = (plan: Plan, workload: Workload, mount: ComposeMount): Claim => {
  const { stack, names } = plan;
  const name = volumeName(mount);
  const path = `${sectionOf(plan, workload, mount)}.persistence.${camel(name)}`;
  const volume = mount.source === undefined ? undefined : stack.project.volumes?.[mount.source];
  const isShared = !isOwn(plan, workload, mount) && podsWith(plan, name).length > 1;
  const wanted = workload.extension.kubernetes.storage[mount.source ?? name];
  const enabled = value(`${path}.enabled`, true, yesNo, 'Off: the data goes with the pod.');
  const existing = value(
    `${path}.existingClaim`,
    volume?.external === true ? dnsLabel(volume.name) : '',
    dnsName,
    'A PersistentVolumeClaim that is there already; then none is made.',
  );
  const bytes = value(`${path}.size`, memoryQuantity(wanted) ?? '1Gi', size, 'How large it is.');
  const storageClass = value(
    `${path}.storageClass`,
    stack.extension.kubernetes.storageClass,
    anyText,
    "Empty: the cluster's default.",
  );
  const mode = value(
    `${path}.accessMode`,
    isShared ? 'ReadWriteMany' : 'ReadWriteOnce',
    { type: 'string', enum: ['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany', 'ReadOnlyMany'] },
    isShared ? 'Several pods share it: the storage class must be able to.' : 'How many may write it at once.',
  );
  return {
    name,
    isShared,
    object: names.object(isShared ? `-${name}` : `${workload.suffix}-${name}`),
    made: allOf(isSet(enabled), not(isSet(existing))),
    existing,
    enabled,
    spec: { accessModes: [mode], storageClassName: storageClass, resources: { requests: { storage: bytes } } },
  };
};

const claimsOf = (
  plan: Plan,
  workload: Workload,
): readonly { readonly mount: ComposeMount; readonly claim: Claim }[] => {
  const seen = new Set<string>();
  return (workload.compose.volumes ?? [])
    .filter((mount) => isClaimed(plan, mount))
    .filter((mount) => !seen.has(volumeName(mount)) && seen.add(volumeName(mount)))
    .map((mount) => ({ mount, claim: claimOf(plan, workload, mount) }));
};

/** Returns the claims that are objects by themselves, each once. */
export const standaloneClaims = (plan: Plan): readonly { readonly claim: Claim; readonly workload: Workload }[] => {
  const seen = new Set<string>();
  return plan.workloads.flatMap((workload) =>
    claimsOf(plan, workload)
      .filter(({ mount }) => !isOwn(plan, workload, mount))
      .filter(({ mount }) => {
        const key = mount.source ?? `${workload.service}/${volumeName(mount)}`;
        return !seen.has(key) && seen.add(key);
      })
      .map(({ claim }) => ({ claim, workload })),
  );
};

const claimVolumes = (claim: Claim, own: boolean): readonly Tree[] => {
  const name = claim.name;
  return [
    new When(not(isSet(claim.enabled)), { name, emptyDir: {} }),
    new When(allOf(isSet(claim.enabled), isSet(claim.existing)), {
      name,
      persistentVolumeClaim: { claimName: filled(claim.existing) },
    }),
    ...(own ? [] : [new When(claim.made, { name, persistentVolumeClaim: { claimName: claim.object } })]),
  ];
};

const claimTemplate = ({ name, spec }: Claim): TreeMap => ({ metadata: { name }, spec });

const claimTemplates = (claims: readonly Claim[]): Tree | undefined => {
  const [first, ...others] = claims;
  if (first === undefined) return undefined;
  if (others.length === 0) return new When(first.made, [claimTemplate(first)]);
  return claims.map((claim) => new When(claim.made, claimTemplate(claim)));
};

/** An octal mode of the Compose file as the number that Kubernetes wants. */
const modeOf = (mode: string | undefined): number | undefined =>
  mode !== undefined && /^0?[0-7]{3,4}$/.test(mode) ? Number.parseInt(mode, 8) : undefined;

const tmpfsSize = (options: string | undefined): string | undefined =>
  memoryQuantity(/(?:^|,)size=([^,]+)/.exec(options ?? '')?.[1]);

const memoryVolume = (name: string, limit: string | undefined): TreeMap => ({
  name,
  emptyDir: { medium: 'Memory', ...(limit === undefined ? {} : { sizeLimit: limit }) },
});

/** Texts that the stack gives a container, where they stand in it. */
interface PlacedFile {
  readonly target: string;
  readonly content: string;
}

const grantedFiles = (
  { stack }: Plan,
  workload: Workload,
): { placed: readonly PlacedFile[]; losses: readonly Loss[] } => {
  const placed: PlacedFile[] = [];
  const losses: Loss[] = [];
  for (const [index, { source, target = `/${source}` }] of (workload.compose.configs ?? []).entries()) {
    const config = stack.project.configs?.[source];
    const content = config?.content ?? filesBelow(stack.files, config?.file ?? source)[0]?.[1];
    if (content === undefined)
      losses.push({
        path: `services.${workload.service}.configs.${index}`,
        message: `Its text is not part of the stack: the file is missing at ${target}.`,
      });
    else placed.push({ target: target.startsWith('/') ? target : `/${target}`, content });
  }
  return { placed, losses };
};

const mountedFiles = ({ stack }: Plan, mount: ComposeMount): readonly PlacedFile[] =>
  mount.type === 'bind' && mount.source?.startsWith('.') === true
    ? filesBelow(stack.files, mount.source).map(([below, content]) => ({
        target: below === '' ? (mount.target ?? '/') : `${(mount.target ?? '').replace(/\/$/, '')}/${below}`,
        content,
      }))
    : [];

/** A key of a ConfigMap: letters, digits, `-`, `_` and `.`, each file its own. */
const fileKeys = (placed: readonly PlacedFile[]): readonly (PlacedFile & { readonly key: string })[] => {
  const taken = new Set<string>();
  return placed.map((file) => {
    const parts = file.target.split('/').filter((part) => part !== '');
    let key = '';
    for (let length = 1; length <= parts.length && (key === '' || taken.has(key)); length += 1)
      key = parts
        .slice(-length)
        .join('_')
        .replaceAll(/[^\w.-]/g, '_');
    taken.add(key);
    return { ...file, key };
  });
};

const scratchPaths = ({ compose, extension, facts }: Workload): readonly string[] => {
  const mounted = new Set((compose.volumes ?? []).map(({ target }) => target));
  const paths = [...extension.scratch, ...(facts?.scratch ?? []), '/tmp'];
  const tmpfs = new Set((compose.tmpfs ?? []).map((entry) => entry.split(':')[0]));
  return extension.writesRoot === undefined
    ? [...new Set(paths)].filter((path) => !mounted.has(path) && !tmpfs.has(path))
    : extension.scratch.filter((path) => !mounted.has(path));
};

const runSecrets = '/run/secrets';

/** Returns what one container mounts, and what its pod must have for it. `prefix` keeps the volumes of several containers apart. */
export const mountedBy = (plan: Plan, workload: Workload, secretName: Computed, prefix = ''): Mounted => {
  const { compose, service } = workload;
  const mounts: TreeMap[] = [];
  const volumes: Tree[] = [];
  const losses: Loss[] = [];

  const claims = claimsOf(plan, workload);
  for (const { claim, mount } of claims) volumes.push(...claimVolumes(claim, isOwn(plan, workload, mount)));

  const { placed: granted, losses: missing } = grantedFiles(plan, workload);
  losses.push(...missing);
  const placed = [...granted];

  for (const [index, mount] of (compose.volumes ?? []).entries()) {
    const path = `services.${service}.volumes.${index}`;
    const mountPath = mount.target ?? '/';
    const readOnly = mount.read_only === true ? { readOnly: true } : {};
    const subPath = mount.volume?.subpath === undefined ? {} : { subPath: mount.volume.subpath };
    const claim = isClaimed(plan, mount) ? claims.find(({ claim: { name } }) => name === volumeName(mount)) : undefined;
    const files = mountedFiles(plan, mount);
    if (claim !== undefined) mounts.push({ name: claim.claim.name, mountPath, ...subPath, ...readOnly });
    else if (files.length > 0) placed.push(...files);
    else if (mount.type === 'tmpfs') {
      const name = `${prefix}memory-${index}`;
      mounts.push({ name, mountPath });
      volumes.push(memoryVolume(name, memoryQuantity(mount.tmpfs?.size)));
    } else if (mount.type === 'image' && isAtLeast(plan, '1.35')) {
      const name = `${prefix}image-${index}`;
      mounts.push({ name, mountPath, readOnly: true });
      volumes.push({ name, image: { reference: mount.source ?? '', pullPolicy: 'IfNotPresent' } });
    } else if (mount.type === 'bind' && mount.source?.startsWith('/') === true && workload.kind === 'DaemonSet') {
      const name = `${prefix}host-${index}`;
      mounts.push({ name, mountPath, ...readOnly });
      volumes.push({ name, hostPath: { path: mount.source } });
    } else
      losses.push({
        path,
        message:
          mount.type === 'bind'
            ? `The path ${mount.source ?? ''} lies on the machine of Docker; pods run on any node, so nothing is mounted at ${mountPath}.`
            : `Kubernetes has no volume of type ${mount.type}; nothing is mounted at ${mountPath}.`,
      });
    if (claim !== undefined && mount.type === 'bind')
      losses.push({
        path,
        message: `It becomes a claim of its own; what lies in ${mount.source ?? ''} is not copied into it.`,
      });
  }

  for (const [index, entry] of (compose.tmpfs ?? []).entries()) {
    const [mountPath = '/tmp', options] = entry.split(':');
    const name = `${prefix}tmpfs-${index}`;
    mounts.push({ name, mountPath });
    volumes.push(memoryVolume(name, tmpfsSize(options)));
  }
  if (compose.shm_size !== undefined) {
    mounts.push({ name: `${prefix}shm`, mountPath: '/dev/shm' });
    volumes.push(memoryVolume(`${prefix}shm`, memoryQuantity(compose.shm_size)));
  }

  const files = fileKeys(placed);
  if (files.length > 0) {
    const isProgram = files.some(({ content }) => content.startsWith('#!'));
    for (const { key, target } of files)
      mounts.push({ name: `${prefix}files`, mountPath: target, subPath: key, readOnly: true });
    volumes.push({
      name: `${prefix}files`,
      configMap: {
        name: plan.names.object(`${workload.suffix}-files`),
        defaultMode: isProgram ? 0o555 : 0o444,
      },
    });
  }

  const grants = compose.secrets ?? [];
  if (grants.length > 0) {
    const items = grants.map(({ source, mode }) => ({
      key: source,
      path: source,
      ...(modeOf(mode) === undefined ? {} : { mode: modeOf(mode) ?? 0o440 }),
    }));
    volumes.push({ name: `${prefix}secrets`, secret: { secretName, items, defaultMode: 0o440 } });
    const usual = grants.every(
      ({ source, target }) => target === undefined || target === source || target === `${runSecrets}/${source}`,
    );
    if (usual) mounts.push({ name: `${prefix}secrets`, mountPath: runSecrets, readOnly: true });
    else
      for (const { source, target = source } of grants)
        mounts.push({
          name: `${prefix}secrets`,
          mountPath: target.startsWith('/') ? target : `${runSecrets}/${target}`,
          subPath: source,
          readOnly: true,
        });
  }

  for (const [index, mountPath] of scratchPaths(workload).entries()) {
    const name = mountPath === '/tmp' ? `${prefix}tmp` : `${prefix}scratch-${index}`;
    mounts.push({ name, mountPath });
    volumes.push({ name, emptyDir: {} });
  }

  return {
    mounts,
    volumes,
    claimTemplates: claimTemplates(
      claims.filter(({ mount }) => isOwn(plan, workload, mount)).map(({ claim }) => claim),
    ),
    files: Object.fromEntries(files.map(({ key, content }) => [key, content])),
    losses,
  };
};
