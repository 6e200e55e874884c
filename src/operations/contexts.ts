import * as z from 'zod';
import { contextNamed, type Config, type ContextConfig } from '../config/config.ts';
import { removeContext, saveContext, useContext, type ContextEntry } from '../config/edit.ts';
import { environmentContext } from '../config/quick.ts';
import {
  addressSchema,
  contextNameSchema,
  fingerprintSchema,
  jumpSchema,
  tokenSchema,
  usernameSchema,
} from '../config/schema.ts';
import { ProxdeckError } from '../models/error.ts';
import type { ProxmoxClient } from '../proxmox/types.ts';
import { blindness } from './blind.ts';
import { operation, type Column } from './operation.ts';
import { connect } from './session.ts';

const columns: readonly Column[] = [
  { field: 'current', title: 'CURRENT' },
  { field: 'name', title: 'NAME' },
  { field: 'addresses', title: 'ADDRESSES' },
  { field: 'identity', title: 'IDENTITY' },
  { field: 'prod', title: 'PROD' },
  { field: 'read_only', title: 'READ-ONLY' },
];

/** One context without its secrets. */
const described = (
  config: Config,
  name: string,
  { addresses, token, token_command, username, fingerprint, ca, ssh_jump, prod, read_only }: ContextConfig,
) => ({
  name,
  current: config.current === name,
  addresses,
  ...((token ?? username) !== undefined && { identity: token?.slice(0, token.lastIndexOf('=')) ?? username }),
  ...(token_command !== undefined && { token_command }),
  ...(fingerprint !== undefined && { fingerprint }),
  ...(ca !== undefined && { ca }),
  ...(ssh_jump !== undefined && { ssh_jump }),
  prod,
  read_only,
});

/** Lists the configured clusters without their secrets. */
export const listContexts = operation({
  name: 'context.list',
  summary: 'List the configured clusters',
  risk: 'read',
  input: z.object({}),
  columns,
  async *run({ config }) {
    return Object.entries(config.contexts).map(([name, context]) => described(config, name, context));
  },
});

const addInput = z.object({
  name: contextNameSchema.describe('what to call the cluster').meta({ positional: true }),
  url: z
    .array(addressSchema)
    .min(1, 'say where it is: --url https://HOST:8006')
    .describe('address of a node; may be repeated, the next one is asked when one is away'),
  user: usernameSchema.exactOptional().describe('sign in with a password instead of a token: USER@REALM'),
  token: tokenSchema.exactOptional().describe('API token, USER@REALM!ID=SECRET').meta({ secret: true }),
  password: z.string().exactOptional().describe('password of the user').meta({ secret: true }),
  fingerprint: fingerprintSchema.exactOptional().describe('SHA-256 of the certificate to trust'),
  ca: z.string().exactOptional().describe('file with the certificate authority to trust').meta({ completes: 'file' }),
  jump: jumpSchema.exactOptional().describe('SSH host that it is reached through: USER@BASTION'),
  prod: z.boolean().default(false).describe('mark it as production'),
  readOnly: z.boolean().default(false).describe('never change anything there'),
  check: z.boolean().default(true).describe('test the connection first'),
});

/** A context that is added again keeps its credential unless another one is given. */
const entryOf = (config: Config, input: z.output<typeof addInput>): ContextEntry => {
  const { name, url, user, token, password, fingerprint, ca, prod, readOnly } = input;
  const old = Object.hasOwn(config.contexts, name) ? config.contexts[name] : undefined;
  const jump = input.jump ?? old?.ssh_jump;
  const given =
    user !== undefined
      ? { username: user, ...(password !== undefined && { password }) }
      : token !== undefined
        ? { token }
        : undefined;
  const kept = {
    ...(old?.token !== undefined && { token: old.token }),
    ...(old?.token_command !== undefined && { token_command: old.token_command }),
    ...(old?.username !== undefined && { username: old.username }),
    ...(old?.password !== undefined && { password: old.password }),
  };
  return {
    addresses: url,
    ...(given ?? kept),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(ca !== undefined && { ca }),
    ...(jump !== undefined && { ssh_jump: jump }),
    ...(prod && { prod }),
    ...(readOnly && { read_only: true }),
  };
};

const nodeList = z.array(z.looseObject({ ssl_fingerprint: z.string().exactOptional() }));

/** The trusted node knows the certificates of the others (`GET /nodes`): so the next address is trusted too. */
export const allFingerprints = async (client: ProxmoxClient, pinned: string): Promise<string> => {
  const { data } = await client.request('GET', '/nodes', {}, { origin: 'person' });
  const others = nodeList.parse(data).flatMap(({ ssl_fingerprint: fingerprint }) => fingerprint ?? []);
  return [...new Set([...pinned.split(/\s*,\s*/), ...others])].join(',');
};

/** Adds a cluster, or changes it. Tests the connection before anything is saved; throws what the client throws. */
export const addContext = operation({
  name: 'context.add',
  summary: 'Add a cluster',
  risk: 'change',
  input: addInput,
  async *run({ config, signal }, _resolved, input) {
    let entry = entryOf(config, input);
    let version: string | undefined;
    if (input.check) {
      const client = connect(input.name, {
        ...entry,
        addresses: input.url,
        prod: input.prod,
        read_only: input.readOnly,
      });
      try {
        version = (await client.version({ signal, origin: 'person' })).version;
        const blind = blindness(await client.resources({ signal, origin: 'person' }));
        if (blind !== undefined) yield blind;
        if (entry.fingerprint !== undefined && input.url.length > 1)
          entry = { ...entry, fingerprint: await allFingerprints(client, entry.fingerprint) };
      } finally {
        client.close();
      }
    }
    await saveContext(config.file, input.name, entry);
    return { name: input.name, file: config.file, addresses: input.url, ...(version !== undefined && { version }) };
  },
});

const name = z.string().min(1).describe('name of a context').meta({ positional: true, completes: 'context' });

const requireStored = (config: Config, wanted: string): void => {
  if (wanted === environmentContext && Object.hasOwn(config.contexts, wanted)) {
    throw new ProxdeckError(
      'usage',
      `${wanted} stands for what the PROXDECK_* variables say; it is not in ${config.file}.`,
    );
  }
  contextNamed(config, wanted);
};

/** Makes a cluster the current one. */
export const chooseContext = operation({
  name: 'context.use',
  summary: 'Choose the cluster to work with',
  risk: 'change',
  input: z.object({ name }),
  async *run({ config }, _resolved, input) {
    requireStored(config, input.name);
    if (config.current === environmentContext) {
      yield {
        type: 'warning',
        code: 'environment',
        message: 'PROXDECK_* variables are set and go before the chosen context.',
        hint: 'Unset them.',
      };
    }
    await useContext(config.file, input.name);
    return { name: input.name, current: true };
  },
});

/** Forgets a cluster. The token in the file is lost with it. */
export const forgetContext = operation({
  name: 'context.remove',
  summary: 'Forget a cluster and its credential',
  risk: 'destroy',
  input: z.object({ name }),
  resolve: async ({ config }, input) => requireStored(config, input.name),
  hazards: (_context, _resolved, input) => [`The credential of ${input.name} is deleted from the configuration.`],
  async *run({ config }, _resolved, input) {
    await removeContext(config.file, input.name);
    return { name: input.name, removed: true };
  },
});
