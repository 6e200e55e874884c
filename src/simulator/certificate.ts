import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the DER certificate: uppercase hex pairs with colons. */
  readonly fingerprint: string;
}

const describe = (key: string, cert: string): Certificate => ({
  key,
  cert,
  fingerprint: new X509Certificate(cert).fingerprint256,
});

const make = async (names: readonly string[], addresses: readonly string[]): Promise<Certificate> => {
  // Loaded only when one is made: its libraries take longer than the rest of a start.
  const { makeCertificate } = await import('./make-certificate.ts');
  const { key, cert } = await makeCertificate(names, addresses);
  return describe(key, cert);
};

/** Returns the certificate kept in `stateDir`, or makes one (and keeps it there). Without a folder it lives in memory only. */
export const certificateFor = async (
  stateDir: string | undefined,
  names: readonly string[],
  addresses: readonly string[],
): Promise<Certificate> => {
  if (stateDir === undefined) return make(names, addresses);
  const [keyFile, certFile] = [path.join(stateDir, 'simulator-key.pem'), path.join(stateDir, 'simulator.pem')];
  if (existsSync(keyFile) && existsSync(certFile))
    return describe(readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8'));
  const made = await make(names, addresses);
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(keyFile, made.key, { mode: 0o600 });
  writeFileSync(certFile, made.cert);
  return made;
};
