import type { Setting, Stack, StackExtension } from '../../models/stack.ts';
import type { Generate } from './values.ts';

/** Which secrets a stack needs, and who uses them. */

type Leaf = NonNullable<StackExtension['pki']>['leaves'][number];

interface Common {
  readonly name: string;
  readonly description: string;
  /** Services that get it. */
  readonly usedBy: readonly string[];
  /** It is to be made anew after so many days. */
  readonly rotateDays: number | undefined;
}

/** A value that is kept in the store. */
export type WantedSecret =
  /** A sensitive setting: a variable of the environment. */
  | (Common & { readonly kind: 'setting'; readonly generate: Generate | undefined; readonly setting: Setting })
  /** A file in the container. */
  | (Common & { readonly kind: 'file'; readonly generate: Generate | undefined })
  | (Common & { readonly kind: 'authority' })
  | (Common & { readonly kind: 'leaf'; readonly leaf: Leaf });

/** Key and certificate of the authority stand in the store as one text under this name. */
export const authorityName = 'pki/authority';
const leafName = (leaf: string): string => `pki/${leaf}`;

const settingsOf = ({ extension, environment }: Stack): readonly WantedSecret[] =>
  Object.entries(extension.settings)
    .filter(([, { sensitive }]) => sensitive)
    .map(([name, setting]) => ({
      kind: 'setting',
      name,
      description: setting.description,
      generate: setting.generate,
      rotateDays: setting.rotateDays,
      setting,
      usedBy: Object.entries(environment).flatMap(([service, variables]) =>
        Object.values(variables)
          .flat()
          .some((part) => typeof part !== 'string' && part.setting === name)
          ? [service]
          : [],
      ),
    }));

const usersOfFile = ({ project }: Stack, file: string): readonly string[] =>
  Object.entries(project.services).flatMap(([service, { secrets = [] }]) =>
    secrets.some(({ source }) => source === file) ? [service] : [],
  );

/** Secrets of the Compose file that somebody has to give: not those another one keeps, and not those that are settings. */
const filesOf = (stack: Stack): readonly WantedSecret[] => {
  const { extension, project } = stack;
  const open = Object.entries(project.secrets ?? {}).flatMap(([name, { external, environment }]) =>
    external === true || environment !== undefined ? [] : [name],
  );
  return [...new Set([...Object.keys(extension.secrets), ...open])].flatMap((name) => {
    const said = extension.secrets[name];
    if (said?.leaf !== undefined) return [];
    return [
      {
        kind: 'file' as const,
        name,
        description: said?.description ?? '',
        generate: said?.generate,
        rotateDays: said?.rotateDays,
        usedBy: usersOfFile(stack, name),
      },
    ];
  });
};

const certificatesOf = (stack: Stack): readonly WantedSecret[] => {
  const { pki, secrets } = stack.extension;
  if (pki === undefined) return [];
  const usersOf = (takes: (leaf: string, part: string) => boolean): readonly string[] => {
    const files = Object.entries(secrets).flatMap(([name, { leaf }]) =>
      leaf !== undefined && takes(leaf.name, leaf.part) ? [name] : [],
    );
    return [...new Set(files.flatMap((name) => usersOfFile(stack, name)))];
  };
  return [
    {
      kind: 'authority',
      name: authorityName,
      description: `The authority ${pki.authority.commonName}: key and certificate.`,
      rotateDays: undefined,
      usedBy: usersOf((_leaf, part) => part === 'authority' || part === 'chain'),
    },
    ...pki.leaves.map((leaf) => ({
      kind: 'leaf' as const,
      name: leafName(leaf.name),
      description: `Key and certificate for ${leaf.hosts.join(', ')}.`,
      rotateDays: undefined,
      leaf,
      usedBy: usersOf((name) => name === leaf.name),
    })),
  ];
};

/** Returns what has to be in the store, by name. */
export const wantedSecrets = (stack: Stack): readonly WantedSecret[] =>
  [...settingsOf(stack), ...filesOf(stack), ...certificatesOf(stack)].toSorted((a, b) => (a.name < b.name ? -1 : 1));
