import { createPrivateKey, X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeAuthority, makeLeaf, type KeyAndCertificate } from '../../../../src/stacks/secrets/pki.ts';

const now = Date.now();
const day = 86_400_000;
const leaf = { name: 'web', hosts: ['relay.local', '*.relay.local'], addresses: ['127.0.0.1'], days: 398 };

let authority: KeyAndCertificate;
let server: KeyAndCertificate;
beforeAll(async () => {
  authority = await makeAuthority({ commonName: 'Relay internal CA', days: 3_650 }, now);
  server = await makeLeaf(leaf, authority, now);
});

const lifeOf = (pem: string): number => {
  const { validFrom, validTo } = new X509Certificate(pem);
  return (Date.parse(validTo) - Date.parse(validFrom)) / day;
};

/** What openssl says of a certificate; it reads it from a file of its own. */
const openssl = (...args: readonly string[]): string => execFileSync('openssl', args, { encoding: 'utf8' });

const inFiles = (texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-pki-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const file = path.join(folder, `${name}.pem`);
      writeFileSync(file, text, { mode: 0o600 });
      return [name, file];
    }),
  );
};

describe('an internal certificate authority', () => {
  it('outlives its leaves by years and certifies no further authority [S0-129]', () => {
    expect(lifeOf(authority.certificate)).toBeGreaterThanOrEqual(5 * 365);
    expect(new X509Certificate(authority.certificate).ca).toBe(true);
    expect(lifeOf(server.certificate)).toBeLessThanOrEqual(398);
    expect(lifeOf(server.certificate)).toBeGreaterThan(397);
  });

  it('certifies every name and the apex as subject alternative names, for servers, by ECDSA P-256 [S0-130]', () => {
    const files = inFiles({ leaf: server.certificate });
    const text = openssl('x509', '-in', files['leaf'] ?? '', '-noout', '-text');
    expect(text).toContain('DNS:relay.local, DNS:*.relay.local, IP Address:127.0.0.1');
    expect(text).toMatch(/Extended Key Usage: *\n\s+TLS Web Server Authentication\n/);
    expect(text).toContain('NIST CURVE: P-256');
    expect(text).toContain('CA:FALSE');
    expect(createPrivateKey(server.key).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  });

  it('is a chain that the strictest look of openssl accepts, for each name and no other', () => {
    const files = inFiles({ ca: authority.certificate, leaf: server.certificate });
    const verify = (host: string): string =>
      openssl(
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-verify_hostname',
        host,
        '-CAfile',
        files['ca'] ?? '',
        files['leaf'] ?? '',
      );
    for (const host of ['relay.local', 'api.relay.local']) expect(verify(host)).toContain('OK');
    expect(() => verify('relay.example')).toThrow(/hostname mismatch/);
  });

  it('is what a client of Node trusts', async () => {
    const https = createServer({ key: server.key, cert: server.certificate }, (_request, response) =>
      response.end('hello'),
    );
    await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void https.close());
    const { port } = https.address() as AddressInfo;
    const status = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, ca: authority.certificate, servername: 'api.relay.local' }, ({ statusCode }) =>
        resolve(statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });

  it('never certifies for longer than it lives', async () => {
    const late = now + (3_650 - 30) * day;
    const { expires } = await makeLeaf(leaf, authority, late);
    expect(expires).toBe(authority.expires);
  });
});
