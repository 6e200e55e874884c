import type { ComposeFileGrant, ComposeMount, ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { placesOf, type Unit } from '../shared/systemdUnits.ts';

/** What a service finds in its file system, by where it comes from on the machine. */
export interface Mount {
  readonly kind: 'volume' | 'file' | 'host' | 'memory';
  /** The path on the machine; for a volume its key in the Compose file, `''` for one without a name. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Of memory: bytes and mode, as mount(8) writes them. */
  readonly options: readonly string[];
}

/** Returns the files of the stack that a source names: one, or those of a folder, by their path below the stack's folder. */
const filesAt = (stack: Stack, source: string): readonly string[] => {
  const below = source.replace(/^\.\//, '').replace(/\/$/, '');
  return Object.keys(stack.files).filter(
    (file) => file === below || file.startsWith(`${below}/`) || below.endsWith(`/${file}`),
  );
};

/** Where a file of the stack lies below the folder of the settings, and beside install.sh. */
const placeOf = (file: string): string => (file.startsWith('files/') ? file : `files/${file}`);

/** Where a source is after install.sh: files of the stack lie in /etc, whatever else is named is the machine's own. */
const onMachine = (stack: Stack, source: string): Pick<Mount, 'kind' | 'source'> => {
  const [first, ...more] = filesAt(stack, source);
  if (first === undefined) return { kind: 'host', source };
  const below = source.replace(/^\.\//, '').replace(/\/$/, '');
  const path = more.length === 0 && (first === below || below.endsWith(`/${first}`)) ? first : below;
  return { kind: 'file', source: `${placesOf(stack).settings}/${placeOf(path)}` };
};

const ofMount = (stack: Stack, mount: ComposeMount): readonly Mount[] => {
  const { target } = mount;
  if (target === undefined) return [];
  const readOnly = mount.read_only === true;
  if (mount.type === 'volume')
    return [
      {
        kind: 'volume',
        source: mount.source ?? '',
        target,
        readOnly,
        options: mount.volume?.nocopy === true ? ['nocopy'] : [],
      },
    ];
  if (mount.type === 'bind')
    return [
      {
        ...onMachine(stack, mount.source ?? ''),
        target,
        readOnly,
        options: [mount.bind?.propagation, mount.bind?.selinux].filter(
          (option): option is string => option !== undefined && option !== '',
        ),
      },
    ];
  if (mount.type !== 'tmpfs') return [];
  const { size, mode } = mount.tmpfs ?? {};
  return [
    {
      kind: 'memory',
      source: 'tmpfs',
      target,
      readOnly,
      options: [
        ...(size === undefined ? [] : [`size=${size}`]),
        ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
      ],
    },
  ];
};

const ofGrant = (stack: Stack, grant: ComposeFileGrant): readonly Mount[] => {
  const config = stack.project.configs?.[grant.source];
  const source =
    config?.file === undefined
      ? { kind: 'file' as const, source: `${placesOf(stack).settings}/${placeOf(`configs/${grant.source}`)}` }
      : onMachine(stack, config.file);
  return [{ ...source, target: grant.target ?? `/${grant.source}`, readOnly: true, options: [] }];
};

const ofTmpfs = (text: string): Mount => {
  const [target = '', options = ''] = text.split(':');
  return {
    kind: 'memory',
    source: 'tmpfs',
    target,
    readOnly: false,
    options: options === '' ? [] : options.split(','),
  };
};

/** Returns everything that is mounted into a service. */
export const mountsOf = (stack: Stack, { definition, extension }: Unit): readonly Mount[] => [
  ...(definition.volumes ?? []).flatMap((mount) => ofMount(stack, mount)),
  ...(definition.configs ?? []).flatMap((grant) => ofGrant(stack, grant)),
  ...(definition.tmpfs ?? []).map(ofTmpfs),
  ...extension.scratch.map((target) => ofTmpfs(target)),
];

/** Returns the texts that install.sh puts below /etc, by their path there: files of the stack that its units mount. */
export const filesOf = (
  stack: Stack,
  units: readonly Unit[],
): readonly (readonly [path: string, content: string])[] => {
  const used = new Map<string, string>();
  const take = (source: string): void => {
    for (const file of filesAt(stack, source)) used.set(placeOf(file), stack.files[file] ?? '');
  };
  for (const { definition, way } of units) {
    if (way === 'provided') continue;
    for (const { type, source } of definition.volumes ?? []) if (type === 'bind' && source !== undefined) take(source);
    for (const { source } of definition.configs ?? []) {
      const config = stack.project.configs?.[source];
      if (config?.file !== undefined) take(config.file);
      else if (config?.content !== undefined) used.set(placeOf(`configs/${source}`), config.content);
    }
  }
  return [...used].toSorted(([a], [b]) => (a < b ? -1 : 1));
};

/** Returns mounts whose kind no way of systemd knows, for the report of losses. */
export const strangeMounts = ({ volumes }: ComposeService): readonly number[] =>
  (volumes ?? []).flatMap(({ type }, index) => (['volume', 'bind', 'tmpfs'].includes(type) ? [] : [index]));
