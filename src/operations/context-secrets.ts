import * as z from 'zod';
import { ownRecipients, seal, unseal, type AgeKeys, type AgeReaders } from '../config/age.ts';
import { contextNamed, type ContextConfig } from '../config/config.ts';
import { saveSecrets } from '../config/edit.ts';
import { identityFileOf } from '../config/paths.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { requireStored } from './contexts.ts';
import { operation } from './operation.ts';

/** The secrets of a context in the configuration: encrypted with age, or as plain text. */

const name = z.string().min(1).describe('name of a context').meta({ positional: true, completes: 'context' });

type Secrets = Readonly<Partial<Record<'token' | 'password', string>>>;

const keysOf = ({ config, passphrase }: Context): AgeKeys => ({
  identityFile: identityFileOf(config),
  ...(passphrase !== undefined && { passphrase }),
});

const present = (secrets: { readonly token: string | undefined; readonly password: string | undefined }): Secrets => ({
  ...(secrets.token !== undefined && { token: secrets.token }),
  ...(secrets.password !== undefined && { password: secrets.password }),
});

const plain = ({ token, password }: ContextConfig): Secrets => present({ token, password });
const sealed = ({ sealed_token: token, sealed_password: password }: ContextConfig): Secrets =>
  present({ token, password });

const requireSome = (secrets: Secrets, sentence: string): readonly (readonly ['token' | 'password', string])[] => {
  const found = (['token', 'password'] as const).flatMap((key) => {
    const value = secrets[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  if (found.length > 0) return found;
  throw new ProxdeckError('conflict', sentence);
};

/** A new passphrase, typed twice. */
const newPassphrase = async ({ passphrase }: Context): Promise<string> => {
  if (passphrase === undefined) {
    throw new ProxdeckError('usage', 'A passphrase is asked for on a terminal, and there is none.', {
      hint: 'Leave out --by passphrase: an identity needs nobody to be asked.',
    });
  }
  const first = await passphrase('what is to be encrypted', false);
  if (first !== '' && first === (await passphrase('the same once more', false))) return first;
  throw new ProxdeckError('usage', first === '' ? 'The passphrase is empty.' : 'The two passphrases differ.', {
    hint: 'Nothing was changed. Try again.',
  });
};

/**
 * Encrypts token and password of a context in the configuration with age: for the identity beside it, which is made where there is
 * none, for given recipients, or with a passphrase. What was encrypted is read back before it is saved, where that is possible.
 * Throws `conflict` where the file holds no plain secret, `usage` for recipients that are none.
 */
export const encryptContext = operation({
  name: 'context.encrypt',
  summary: 'Encrypt the secret of a context in the configuration with age',
  risk: 'change',
  input: z.object({
    name,
    by: z.enum(['identity', 'passphrase']).default('identity').describe('what opens it'),
    recipient: z
      .array(z.string().regex(/^age1[0-9a-z]+$/, 'a recipient of age begins with age1'))
      .default([])
      .describe('public key that it is encrypted for, in place of the own identity; may be repeated'),
  }),
  resolve: async ({ config }, input) => requireStored(config, input.name),
  async *run(context, _resolved, { name: wanted, by, recipient }) {
    const { config } = context;
    const secrets = requireSome(
      plain(contextNamed(config, wanted)),
      `${wanted} has no plain secret in ${config.file}: there is nothing to encrypt.`,
    );
    const keys = keysOf(context);
    const readers: AgeReaders =
      by === 'passphrase'
        ? { passphrase: await newPassphrase(context) }
        : { recipients: recipient.length > 0 ? recipient : await ownRecipients(keys, context.now()) };
    const encrypted: Record<string, string> = {};
    for (const [key, secret] of secrets) {
      const text = await seal(secret, readers);
      const mine = 'passphrase' in readers ? { ...keys, passphrase: async () => readers.passphrase } : keys;
      // What nobody could read again must not take the place of what can be read.
      if (recipient.length === 0 && (await unseal(text, `the ${key} of ${wanted}`, mine)) !== secret)
        throw new ProxdeckError('internal', `The ${key} of ${wanted} could not be read back; nothing was changed.`);
      encrypted[key] = text;
    }
    await saveSecrets(config.file, wanted, encrypted);
    const opens =
      by === 'passphrase' ? 'a passphrase' : recipient.length > 0 ? recipient.join(', ') : keys.identityFile;
    yield { type: 'step', id: 'encrypt', title: `encrypt the secrets of ${wanted} in ${config.file}`, state: 'done' };
    return { name: wanted, encrypted: Object.keys(encrypted), opens };
  },
});

/** Writes the secrets of a context as plain text again. Throws `conflict` where none is encrypted, `auth` where nothing opens it. */
export const decryptContext = operation({
  name: 'context.decrypt',
  summary: 'Keep the secret of a context as plain text again',
  risk: 'change',
  input: z.object({ name }),
  resolve: async ({ config }, input) => requireStored(config, input.name),
  hazards: ({ config }, _resolved, input) => [
    `The secret of ${input.name} stands in ${config.file} as plain text then.`,
  ],
  async *run(context, _resolved, { name: wanted }) {
    const { config } = context;
    const secrets = requireSome(
      sealed(contextNamed(config, wanted)),
      `${wanted} has no encrypted secret in ${config.file}: there is nothing to decrypt.`,
    );
    const decrypted: Record<string, string> = {};
    for (const [key, text] of secrets) decrypted[key] = await unseal(text, `the ${key} of ${wanted}`, keysOf(context));
    await saveSecrets(config.file, wanted, decrypted);
    yield { type: 'step', id: 'decrypt', title: `write the secrets of ${wanted} as plain text`, state: 'done' };
    return { name: wanted, decrypted: Object.keys(decrypted) };
  },
});
