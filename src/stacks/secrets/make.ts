import { ownRecipients, seal, unsealExactly, type AgeKeys } from '../../config/age.ts';
import { ProxdeckError } from '../../models/error.ts';
import { didYouMean } from '../../models/nearest.ts';
import type { Stack } from '../../models/stack.ts';
import { makeAuthority, makeLeaf, type KeyAndCertificate } from './pki.ts';
import type { Secrets, StoredSecret } from './store.ts';
import { makeValue } from './values.ts';
import { authorityName, wantedSecrets, type WantedSecret } from './wanted.ts';

/** How secrets are written and read here, and when. */
export interface Keeping {
  readonly keys: AgeKeys;
  /** Who else reads them: recipients of the team. */
  readonly recipients: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Encrypts a value for its keeper and the team. */
export const sealed = async (
  value: string,
  { keys, recipients, now }: Keeping,
  about: Omit<StoredSecret, 'made' | 'value'>,
): Promise<StoredSecret> => {
  const own = await ownRecipients(keys, now);
  const text = await seal(value, { recipients: [...new Set([...own, ...recipients])] });
  return { made: dateOf(now), ...about, value: text };
};

/** Reads a value of the store. Throws `auth` where no key here opens it. */
const opened = async (name: string, { value }: StoredSecret, keys: AgeKeys): Promise<string> => {
  try {
    return await unsealExactly(value, `The secret ${name}`, keys);
  } catch (thrown) {
    if (!(thrown instanceof ProxdeckError) || thrown.code !== 'auth') throw thrown;
    throw new ProxdeckError('auth', thrown.message, {
      hint: `Name the file of your key with PROXDECK_AGE_IDENTITY, have somebody who can read it add your recipient to proxdeck.yaml and set it again, or give a new value: \`proxdeck secret set\`.`,
      cause: thrown,
    });
  }
};

/** Whether nobody has to be asked for it. */
export const makesItself = (wanted: WantedSecret): boolean =>
  wanted.kind === 'authority' || wanted.kind === 'leaf' || wanted.generate !== undefined;

/** Returns a secret of a stack. Throws `not-found` for a name that the stack does not know. */
export const wantedNamed = (stack: Stack, name: string): WantedSecret => {
  const all = wantedSecrets(stack);
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = all.map((one) => one.name);
  const known = names.length === 0 ? 'It needs none.' : `It needs: ${names.join(', ')}.`;
  throw new ProxdeckError('not-found', `${stack.name} has no secret ${name}.${didYouMean(name, names)}`, {
    hint: `${known} One is declared in x-proxdeck: a setting that is sensitive, or an entry of secrets.`,
  });
};

/** Key and certificate are one text in the store. */
const joined = ({ key, certificate }: KeyAndCertificate): string => `${key}${certificate}`;

const pemBlock = (text: string, label: string): string =>
  new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`).exec(text)?.[0] ?? '';

const certificateEntry = async (made: KeyAndCertificate, keeping: Keeping): Promise<StoredSecret> =>
  sealed(joined(made), keeping, { by: 'generated', expires: dateOf(made.expires) });

const authorityIn = async (
  secrets: Secrets,
  { keys }: Keeping,
): Promise<Pick<KeyAndCertificate, 'key' | 'certificate'>> => {
  const entry = secrets[authorityName];
  if (entry === undefined) throw new ProxdeckError('internal', 'There is no authority to certify anything yet.');
  const text = await opened(authorityName, entry, keys);
  return { key: pemBlock(text, 'PRIVATE KEY'), certificate: pemBlock(text, 'CERTIFICATE') };
};

const newEntry = async (
  stack: Stack,
  wanted: WantedSecret,
  secrets: Secrets,
  keeping: Keeping,
): Promise<StoredSecret> => {
  const { pki } = stack.extension;
  if (wanted.kind === 'authority' && pki !== undefined)
    return certificateEntry(await makeAuthority(pki.authority, keeping.now), keeping);
  if (wanted.kind === 'leaf')
    return certificateEntry(await makeLeaf(wanted.leaf, await authorityIn(secrets, keeping), keeping.now), keeping);
  const generate = 'generate' in wanted ? wanted.generate : undefined;
  if (generate === undefined || generate.kind === 'certificate')
    throw new ProxdeckError('usage', `The secret ${wanted.name} does not make itself.`, {
      hint: `Give it with \`proxdeck secret set ${stack.name} ${wanted.name}\`, or say in x-proxdeck how it is made: generate.`,
    });
  return sealed(await makeValue(generate.kind, generate.bytes), keeping, { by: 'generated' });
};

/** A leaf needs an authority, and a new authority new leaves. The authority is made first. */
const withCertificates = (stack: Stack, chosen: readonly WantedSecret[], secrets: Secrets): readonly WantedSecret[] => {
  const all = wantedSecrets(stack);
  const needsAuthority = chosen.some(({ kind }) => kind === 'leaf') && secrets[authorityName] === undefined;
  const renews = needsAuthority || chosen.some(({ kind }) => kind === 'authority');
  const authority = all.filter(({ kind }) => renews && kind === 'authority');
  const leaves = all.filter((one) => one.kind === 'leaf' && (renews || chosen.some(({ name }) => name === one.name)));
  return [...authority, ...leaves, ...chosen.filter(({ kind }) => kind === 'setting' || kind === 'file')];
};

/**
 * Makes values anew and returns the store with them, and what was made. Throws `usage` for one that has to be given by a person,
 * `auth` where the authority is needed and cannot be read; nothing is written.
 */
export const makeSecrets = async (
  stack: Stack,
  chosen: readonly WantedSecret[],
  before: Secrets,
  keeping: Keeping,
): Promise<{ readonly secrets: Secrets; readonly made: readonly string[] }> => {
  let secrets = before;
  const todo = withCertificates(stack, chosen, before);
  for (const wanted of todo) secrets = { ...secrets, [wanted.name]: await newEntry(stack, wanted, secrets, keeping) };
  return { secrets, made: todo.map(({ name }) => name) };
};
