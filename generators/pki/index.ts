import type { Artifact, Loss } from '../../src/models/artifact.ts';
import type { Generator, Stack, StackExtension } from '../../src/models/stack.ts';
import { yamlText } from '../shared/yaml.ts';
import { authorityConfiguration, leafConfiguration } from './openssl.ts';

type Pki = NonNullable<StackExtension['pki']>;

/** Secrets that are a part of a leaf or of its authority, with the services that see them and where. */
const holders = (stack: Stack, leaf: string): readonly Readonly<Record<string, unknown>>[] =>
  Object.entries(stack.extension.secrets).flatMap(([secret, said]) =>
    said.leaf?.name !== leaf
      ? []
      : [
          {
            secret,
            part: said.leaf.part,
            services: Object.fromEntries(
              Object.entries(stack.project.services).flatMap(([service, { secrets = [] }]) =>
                secrets
                  .filter(({ source }) => source === secret)
                  .map(({ target }) => [
                    service,
                    target?.startsWith('/') === true ? target : `/run/secrets/${target ?? secret}`,
                  ]),
              ),
            ),
          },
        ],
  );

/** A third of its life before the end: time enough to find out that it did not work. */
const renewal = (days: number): number => Math.ceil(days / 3);

const plan = (stack: Stack, pki: Pki): Readonly<Record<string, unknown>> => ({
  authority: {
    commonName: pki.authority.commonName,
    days: pki.authority.days,
    key: 'ECDSA P-256',
    signature: 'SHA-256',
    basicConstraints: 'CA, signs leaves only',
    keyUsage: ['keyCertSign', 'cRLSign'],
    certificate: { mode: '0644', trustedBy: 'every machine that opens these names' },
    privateKey: { mode: '0600', kept: 'encrypted in the workspace, on no server' },
  },
  leaves: pki.leaves.map(({ name, hosts, addresses, days }) => ({
    name,
    subjectAltName: { dns: hosts, ...(addresses.length > 0 ? { ip: addresses } : {}) },
    days,
    renewDaysBefore: renewal(days),
    key: 'ECDSA P-256',
    signature: 'SHA-256',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['serverAuth'],
    certificate: { mode: '0644' },
    privateKey: { mode: '0600', folder: '0700' },
    mounted: holders(stack, name),
  })),
});

const losses = ({ leaves }: Pki): readonly Loss[] =>
  leaves.flatMap(({ hosts }, index) =>
    hosts
      .filter((host) => host.startsWith('*.') && !hosts.includes(host.slice(2)))
      .map((host) => ({
        path: `x-proxdeck.pki.leaves.${index}.hosts`,
        message: `${host} is not good for ${host.slice(2)} itself; name that too if it is asked for.`,
      })),
  );

/** What `secret generate` makes of `x-proxdeck.pki`: names, validity, who sees what. No key is in it. */
export const pki: Generator = (stack) => {
  const said = stack.extension.pki;
  if (said === undefined) return { artifacts: [], losses: [] };
  const file = (path: string, content: string): Artifact => ({ path, content, mode: 0o644 });
  const header =
    'What `proxdeck secret generate` makes, once. Keys stay encrypted in the workspace and reach the target when it is deployed.';
  return {
    artifacts: [
      file('plan.yaml', yamlText(plan(stack, said), { header })),
      file('authority.cnf', authorityConfiguration(said)),
      ...said.leaves.map((leaf) => file(`leaves/${leaf.name}.cnf`, leafConfiguration(leaf))),
    ],
    losses: losses(said),
  };
};
