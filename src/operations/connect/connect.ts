import os from 'node:os';
import * as z from 'zod';
import { identityFileOf } from '../../config/paths.ts';
import { loginOf, type Config, type ContextConfig, type Login } from '../../config/config.ts';
import { entryOf, saveContext } from '../../config/edit.ts';
import {
  addressSchema,
  contextNameSchema,
  fingerprintSchema,
  jumpSchema,
  tokenSchema,
  usernameSchema,
} from '../../config/schema.ts';
import { parseAddress } from '../../proxmox/address.ts';
import type { ProxmoxClient } from '../../proxmox/types.ts';
import { reaches } from '../abilities.ts';
import { readPermissions } from '../access.ts';
import { blindness } from '../blind.ts';
import type { Context } from '../context.ts';
import { allFingerprints } from '../contexts.ts';
import type { Event } from '../event.ts';
import { operation } from '../operation.ts';
import { connect as openClient, trustOf } from '../session.ts';
import { makeToken, plannedCalls } from './account.ts';
import { placeOf } from './place.ts';
import { requirePasswordRealm } from './realms.ts';
import { levels } from './rights.ts';
import { takeBack, type Undo } from './undoing.ts';

const input = z.object({
  url: addressSchema.describe('address of a node, https://HOST:8006').meta({ positional: true }),
  name: contextNameSchema.exactOptional().describe('what to call the cluster (usually its host)'),
  fingerprint: fingerprintSchema.exactOptional().describe('SHA-256 of the certificate to trust'),
  ca: z.string().exactOptional().describe('file with the certificate authority to trust').meta({ completes: 'file' }),
  jump: jumpSchema.exactOptional().describe('SSH host that it is reached through: USER@BASTION'),
  user: usernameSchema.exactOptional().describe('sign in with the password of this user, USER@REALM'),
  token: tokenSchema.exactOptional().describe('API token, USER@REALM!ID=SECRET').meta({ secret: true }),
  password: z.string().exactOptional().describe('password of the user').meta({ secret: true }),
  tokenCommand: z.string().min(1).exactOptional().describe('command that tells the token: "pass show proxmox/home"'),
  role: z
    .enum([...levels, 'own'])
    .exactOptional()
    .describe('make a token with these rights, keep only that and forget the login'),
  account: usernameSchema.default('proxdeck@pve').describe('whose token that is; the user is made, without a password'),
  tokenId: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9._-]+$/, 'an id has letters, digits, dots, dashes and underscores')
    .exactOptional()
    .describe('id of that token (usually the name of this machine)'),
  prod: z.boolean().exactOptional().describe('mark it as production'),
  readOnly: z.boolean().exactOptional().describe('never change anything there'),
});
type Input = z.output<typeof input>;

/** The name of this machine as the id of a token can be. */
const machineId = (): string => {
  const name = (os.hostname().split('.')[0] ?? '').replaceAll(/[^A-Za-z0-9._-]/g, '');
  return /^[A-Za-z].+/.test(name) ? name : 'proxdeck';
};

/** The address first, and behind it those that the context had. */
const addressesOf = (url: string, known: ContextConfig | undefined): readonly [string, ...string[]] => {
  const { text } = parseAddress(url);
  const others = known?.addresses.filter((one) => parseAddress(one).text !== text) ?? [];
  return [url, ...others];
};

/** How is signed in: what was given, else what the context has. */
const givenLogin = ({ user, password, token, tokenCommand }: Input, known: ContextConfig | undefined): Login => {
  if (user !== undefined) return { username: user, ...(password !== undefined && { password }) };
  if (token !== undefined) return { token };
  if (tokenCommand !== undefined) return { token_command: tokenCommand };
  return loginOf(known);
};

const contextOf = (given: Input, known: ContextConfig | undefined): ContextConfig => {
  const { url, fingerprint = known?.fingerprint, ca = known?.ca, jump = known?.ssh_jump } = given;
  return {
    addresses: [...addressesOf(url, known)],
    ...givenLogin(given, known),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(ca !== undefined && { ca }),
    ...(jump !== undefined && { ssh_jump: jump }),
    prod: given.prod ?? known?.prod ?? false,
    read_only: given.readOnly ?? known?.read_only ?? false,
  };
};

/** What a new context can see and do, asked with what will be kept of the login. */
async function* lookAround(context: Context, client: ProxmoxClient) {
  const { signal } = context;
  const { version } = await client.version({ signal, origin: 'person' });
  const { nodes, guests, ...others } = await client.resources({ signal, origin: 'person' });
  const blind = blindness({ nodes, guests, ...others });
  if (blind !== undefined) yield blind;
  const abilities = reaches(await readPermissions({ ...context, proxmox: () => client }, { origin: 'person' }));
  const may = abilities.filter(({ allowed }) => allowed !== 'no').length;
  return {
    version,
    identity: client.identity,
    nodes: nodes.length,
    guests: guests.length,
    may: `${String(may)} of ${String(abilities.length)} things; \`proxdeck access may\` lists them`,
  };
}

const done = (id: string, title: string): Event => ({ type: 'step', id, title, state: 'done' });

/** The context with a token of its own in place of the login, where one is wanted; else as it is. */
async function* withOwnToken(
  context: Context,
  given: Input,
  signedIn: ProxmoxClient,
  place: ContextConfig,
  made: Undo[],
) {
  const { role: level, account, tokenId = machineId() } = given;
  if (level === undefined) return place;
  const [user = ''] = signedIn.identity.split('!');
  const { token } = yield* makeToken(
    { ...context, proxmox: () => signedIn },
    {
      level,
      userid: level === 'own' ? user : account,
      tokenid: tokenId,
      comment: `Proxdeck of ${context.who.split(' ')[0] ?? ''} on ${os.hostname()}`,
    },
    made,
  );
  const { username: _user, password: _forgotten, token_command: _asked, ...others } = place;
  const { sealed_token: _sealed, sealed_password: _hidden, ...rest } = others;
  return { ...rest, token };
}

/**
 * Connects a cluster: certificate, login, a token of its own with few rights where one is wanted, what it can do, then it is saved.
 * A context that is there keeps what is not given anew, so a changed certificate is pinned with the same call. Nothing is sent to
 * a server that is not trusted; when something fails, what was made is taken back and nothing is saved.
 * Throws `certificate`, `auth`, `permission`, and what the client throws.
 */
export const connectCluster = operation({
  name: 'connect',
  summary: 'Connect a cluster: trust its certificate, sign in, keep a token with few rights',
  risk: 'change',
  input,
  preview: (_resolved, { role, account, user, tokenId = machineId() }) =>
    role === undefined
      ? []
      : plannedCalls({ level: role, userid: role === 'own' ? (user ?? account) : account, tokenid: tokenId }),
  async *run(context, _resolved, given) {
    const { config, signal, secondFactor, passphrase } = context;
    const { name, known } = placeOf(config, given);
    const place = contextOf(given, known);
    if (place.username !== undefined) {
      const { addresses, ssh_jump: jump } = place;
      const server = { addresses, tls: trustOf(place), signal, ...(jump !== undefined && { jump }) };
      await requirePasswordRealm(server, place.username);
    }
    const made: Undo[] = [];
    const identityFile = identityFileOf(config);
    const signedIn = openClient(name, place, {
      signal,
      place: `the context ${name}`,
      secondFactor,
      passphrase,
      identityFile,
    });
    try {
      await signedIn.version({ signal, origin: 'person' });
      yield done('sign-in', `sign in as ${signedIn.identity}`);
      const kept = yield* withOwnToken(context, given, signedIn, place, made);
      // A token is tried before it is kept; a login that was just used is not asked for its second factor again.
      const client = kept === place ? signedIn : openClient(name, kept);
      try {
        return yield* saved(context, name, kept, client);
      } finally {
        client.close();
      }
    } catch (thrown) {
      yield* takeBack(signedIn, made);
      throw thrown;
    } finally {
      signedIn.close();
    }
  },
});

/** Looks around with what will be kept, pins what the trusted node knows of the others, and writes it down. */
async function* saved(context: Context, name: string, kept: ContextConfig, client: ProxmoxClient) {
  const { file } = context.config;
  const seen = yield* lookAround(context, client);
  yield done('look', `look around as ${seen.identity}`);
  const { fingerprint, addresses } = kept;
  const all =
    fingerprint !== undefined && addresses.length > 1 ? await allFingerprints(client, fingerprint) : fingerprint;
  await saveContext(file, name, entryOf({ ...kept, ...(all !== undefined && { fingerprint: all }) }));
  yield done('save', `save ${name} in ${file}`);
  return { name, file, addresses, ...seen };
}

/** Whether a context of this configuration can sign in by itself already. */
export const hasLogin = (config: Config, name: string): boolean => {
  const known = Object.hasOwn(config.contexts, name) ? config.contexts[name] : undefined;
  const { token, token_command, password, sealed_token, sealed_password } = known ?? {};
  return [token, token_command, password, sealed_token, sealed_password].some((way) => way !== undefined);
};
