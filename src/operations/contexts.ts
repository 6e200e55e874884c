import * as z from 'zod';
import { contextNamed, loginOf, type Config, type ContextConfig } from '../config/config.ts';
import { entryOf, removeContext, saveContext, useContext } from '../config/edit.ts';
import { identityFileOf } from '../config/paths.ts';
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
  {
    addresses,
    token,
    token_command,
    sealed_token,
    sealed_password,
    username,
    fingerprint,
    ca,
    ssh_jump,
    prod,
    read_only,
  }: ContextConfig,
) => ({
  name,
  current: config.current === name,
  addresses,
  ...((token ?? username) !== undefined && { identity: token?.slice(0, token.lastIndexOf('=')) ?? username }),
  ...(token_command !== undefined && { token_command }),
  ...((sealed_token ?? sealed_password) !== undefined && { encrypted: true }),
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
const contextOf = (config: Config, input: z.output<typeof addInput>): ContextConfig => {
  const { name, url, user, token, password, fingerprint, ca, prod, readOnly } = input;
  const old = Object.hasOwn(config.contexts, name) ? config.contexts[name] : undefined;
  const jump = input.jump ?? old?.ssh_jump;
  const given =
    user !== undefined
      ? { username: user, ...(password !== undefined && { password }) }
      : token !== undefined
        ? { token }
        : undefined;
  return {
    addresses: url,
    ...(given ?? loginOf(old)),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(ca !== undefined && { ca }),
    ...(jump !== undefined && { ssh_jump: jump }),
    prod,
    read_only: readOnly,
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
  async *run({ config, signal, passphrase }, _resolved, input) {
    let context = contextOf(config, input);
    let version: string | undefined;
    if (input.check) {
      const client = connect(input.name, context, {
        identityFile: identityFileOf(config),
        ...(passphrase !== undefined && { passphrase }),
      });
      try {
        version = (await client.version({ signal, origin: 'person' })).version;
        const blind = blindness(await client.resources({ signal, origin: 'person' }));
        if (blind !== undefined) yield blind;
        if (context.fingerprint !== undefined && input.url.length > 1)
          context = { ...context, fingerprint: await allFingerprints(client, context.fingerprint) };
      } finally {
        client.close();
      }
    }
    await saveContext(config.file, input.name, entryOf(context));
    return { name: input.name, file: config.file, addresses: input.url, ...(version !== undefined && { version }) };
  },
});

const name = z.string().min(1).describe('name of a context').meta({ positional: true, completes: 'context' });

/** Throws `usage` or `not-found` for a context that is not in the file. */
export const requireStored = (config: Config, wanted: string): void => {
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
