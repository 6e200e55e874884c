import { readFile } from 'node:fs/promises';
import { ProxdeckError } from '../models/error.ts';
import { writeAtomically } from './edit.ts';
import { sealedForm } from './schema.ts';

/** Secrets of the configuration encrypted with age (age-encryption.org/v1), as its own command-line tool reads and writes them. */

/** How what is encrypted can be read. */
export interface AgeKeys {
  /** File with identities, `AGE-SECRET-KEY-1…` a line; it may be encrypted with a passphrase itself. */
  readonly identityFile: string;
  /** Asks a person for a passphrase, again when one was `refused`; absent where nobody can be asked. */
  readonly passphrase?: AskPassphrase;
}

export type AskPassphrase = (what: string, refused: boolean) => Promise<string>;

/** For whom something is encrypted: who has one of the identities, or who knows the passphrase. */
export type AgeReaders = { readonly recipients: readonly string[] } | { readonly passphrase: string };

/** A wrong passphrase is asked for again: so often may somebody try. */
const tries = 3;

/** Loaded when something is encrypted: most never need it. */
const library = () => import('age-encryption');

const bytesOf = async (text: string): Promise<Uint8Array> => (await library()).armor.decode(text);

/** The header says it: a passphrase stands alone (age-encryption.org/v1). */
const needsPassphrase = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 64)).toString('latin1').startsWith('age-encryption.org/v1\n-> scrypt ');

/** Opens what a passphrase closes; `what` says what that is. Throws `auth` where nobody knows it. */
const openByPassphrase = async (bytes: Uint8Array, what: string, { passphrase }: AgeKeys): Promise<string> => {
  if (passphrase === undefined) {
    throw new ProxdeckError('auth', `${what} is encrypted with a passphrase, and nobody can be asked for it here.`, {
      hint: 'Run it on a terminal, or encrypt it for an identity instead: `proxdeck context encrypt NAME`.',
    });
  }
  const { Decrypter } = await library();
  for (let attempt = 1; ; attempt += 1) {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(await passphrase(what, attempt > 1));
    try {
      return await decrypter.decrypt(bytes, 'text');
    } catch (cause) {
      if (attempt === tries)
        throw new ProxdeckError('auth', `The passphrase of ${what} was refused ${String(tries)} times.`, { cause });
    }
  }
};

/** The identities of a file; none where there is no file. Throws `config` for a file that cannot be read. */
const identitiesIn = async (keys: AgeKeys): Promise<readonly string[]> => {
  const file = keys.identityFile;
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw new ProxdeckError('config', `The age identity ${file} cannot be read: ${error.message}`, { cause: error });
  });
  const text = content.toString('utf8');
  const lines = sealedForm.test(text.trim())
    ? await openByPassphrase(await bytesOf(text.trim()), file, keys)
    : needsPassphrase(content)
      ? await openByPassphrase(content, file, keys)
      : text;
  return lines.split(/\r?\n/).filter((line) => line.startsWith('AGE-SECRET-KEY-'));
};

/**
 * Reads an encrypted secret as it was given; `what` says which it is, for what is asked and told. Throws `auth` where no identity and no
 * passphrase opens it, `config` for what is no age file.
 */
export const unsealExactly = async (sealed: string, what: string, keys: AgeKeys): Promise<string> => {
  const bytes = await bytesOf(sealed).catch((cause: unknown) => {
    throw new ProxdeckError('config', `${what} is no whole age file.`, { cause });
  });
  if (needsPassphrase(bytes)) return openByPassphrase(bytes, what, keys);
  const identities = await identitiesIn(keys);
  const { Decrypter } = await library();
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(bytes, 'text');
  } catch (cause) {
    throw new ProxdeckError(
      'auth',
      `${what} is encrypted with age, and ${identities.length === 0 ? `there is no identity in ${keys.identityFile}` : `no identity of ${keys.identityFile} opens it`}.`,
      {
        cause,
        hint: 'Put the identity there, name its file with PROXDECK_AGE_IDENTITY or age_identity, or sign in anew with `proxdeck connect`.',
      },
    );
  }
};

/** Like `unsealExactly`, without space around it: a token that was encrypted by hand has a line end. */
export const unseal = async (sealed: string, what: string, keys: AgeKeys): Promise<string> =>
  (await unsealExactly(sealed, what, keys)).trim();

/** Encrypts a secret as an armored age file. Throws `usage` for a recipient that is none. */
export const seal = async (secret: string, readers: AgeReaders): Promise<string> => {
  const { Encrypter, armor } = await library();
  const encrypter = new Encrypter();
  if ('passphrase' in readers) encrypter.setPassphrase(readers.passphrase);
  else {
    for (const recipient of readers.recipients) {
      try {
        encrypter.addRecipient(recipient);
      } catch (cause) {
        throw new ProxdeckError('usage', `${recipient} is no recipient of age.`, {
          cause,
          hint: 'It begins with age1; `age-keygen -y FILE` tells the one of an identity.',
        });
      }
    }
  }
  return armor.encode(await encrypter.encrypt(secret)).trim();
};

/** Returns the recipients of the identities of the file. Where there is no file one is made, for its owner alone, as age-keygen does. */
export const ownRecipients = async (keys: AgeKeys, now: number): Promise<readonly string[]> => {
  const { generateX25519Identity, identityToRecipient } = await library();
  const known = await identitiesIn(keys);
  if (known.length > 0) return Promise.all(known.map((identity) => identityToRecipient(identity)));
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const text = `# created: ${new Date(now).toISOString()}\n# public key: ${recipient}\n${identity}\n`;
  await writeAtomically(keys.identityFile, text);
  return [recipient];
};
