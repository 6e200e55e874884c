import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type { StackExtension } from '../../models/stack.ts';

/**
 * An internal certificate authority and what it certifies (RFC 5280): ECDSA P-256, names as subject alternative names, since nobody
 * looks at the common name any more (RFC 9525), and key identifiers, without which strict verifiers refuse a chain.
 */

type Pki = NonNullable<StackExtension['pki']>;
type Leaf = Pki['leaves'][number];

/** A private key and its certificate, both as PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

const day = 86_400_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Its libraries are loaded when a certificate is made: rarely. */
const library = async () => {
  const x509 = await import('./x509.ts');
  x509.cryptoProvider.set(webcrypto);
  return x509;
};

const newKeys = async (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** Positive and of 16 random bytes (RFC 5280 §4.1.2.2; 64 bits of chance are the least of the CA/Browser Forum). */
const serialNumber = (): string => {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
};

const pemOf = async (key: CryptoKey): Promise<string> => {
  const x509 = await library();
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
};

const keyOf = async (pem: string): Promise<CryptoKey> => {
  const x509 = await library();
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), algorithm, true, ['sign']);
};

/** From now on; both ends count (RFC 5280 §4.1.2.5), so the last second is left out. X.509 knows whole seconds only. */
const validity = (days: number, now: number): { readonly notBefore: Date; readonly notAfter: Date } => {
  const start = Math.floor(now / 1_000) * 1_000;
  return { notBefore: new Date(start), notAfter: new Date(start + days * day - 1_000) };
};

/** Makes an authority that may certify servers, but no further authorities. */
export const makeAuthority = async (
  { commonName, days }: Pki['authority'],
  now: number,
): Promise<KeyAndCertificate> => {
  const x509 = await library();
  const keys = await newKeys();
  const dates = validity(days, now);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    ...dates,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    key: await pemOf(keys.privateKey),
    certificate: `${certificate.toString('pem')}\n`,
    expires: dates.notAfter.getTime(),
  };
};

/** Makes a server's certificate. It never outlives its authority. */
export const makeLeaf = async (
  { hosts, addresses, days }: Leaf,
  authority: { readonly key: string; readonly certificate: string },
  now: number,
): Promise<KeyAndCertificate> => {
  const x509 = await library();
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(authority.certificate);
  const { notBefore, notAfter: wanted } = validity(days, now);
  const notAfter = new Date(Math.min(wanted.getTime(), issuer.notAfter.getTime()));
  const names = [
    ...hosts.map((value) => ({ type: 'dns' as const, value })),
    ...addresses.filter((one) => isIP(one) !== 0).map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [hosts[0] ?? ''] }],
    issuer: issuer.subject,
    notBefore,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: await keyOf(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      // ECDSA signs, it enciphers nothing (RFC 8813 §3).
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return {
    key: await pemOf(keys.privateKey),
    certificate: `${certificate.toString('pem')}\n`,
    expires: notAfter.getTime(),
  };
};
