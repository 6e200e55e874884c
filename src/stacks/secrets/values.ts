import { generateKeyPair, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { Setting } from '../../models/stack.ts';

/** Values that nobody has to think of, from the cryptographic random numbers of the system. */

export type Generate = NonNullable<Setting['generate']>;

/** What makes a value by itself; a certificate needs an authority (pki.ts). */
type Kind = Exclude<Generate['kind'], 'certificate'>;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits only, so that no dialect needs a quote; as many as carry the asked bytes of chance. */
const password = (bytes: number): string => {
  const length = Math.ceil((bytes * 8) / Math.log2(alphabet.length));
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
};

const keyPair = promisify(generateKeyPair);

/** NIST SP 800-57: as strong as 128 bits, what ECDSA P-256 and Ed25519 are. */
const rsaBits = 3_072;

const makers: Readonly<Record<Kind, (bytes: number) => Promise<string> | string>> = {
  password,
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  base64: (bytes) => randomBytes(bytes).toString('base64'),
  uuid: () => randomUUID(),
  ed25519: async () => (await keyPair('ed25519')).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  rsa: async () =>
    (await keyPair('rsa', { modulusLength: rsaBits })).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

/** Returns a new value: a text, or a private key as PEM (PKCS #8). */
export const makeValue = async (kind: Kind, bytes: number): Promise<string> => makers[kind](bytes);
