import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pki } from '../../../../generators/pki/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import { stackOf } from '../../../support/stacks.ts';
import { run, tool } from '../../../support/tools.ts';

const stack = stackOf({
  project: {
    name: 'relay',
    services: { proxy: { image: 'a:1', secrets: [{ source: 'tls-key', target: '/run/secrets/tls-key' }] } },
    secrets: { 'tls-key': { file: './secrets/tls-key' } },
  },
  extension: {
    secrets: { 'tls-key': { description: 'Key.', leaf: { name: 'relay', part: 'key' } } },
    pki: {
      authority: { commonName: 'Relay "CA" #1', days: 3_650 },
      leaves: [{ name: 'relay', hosts: ['relay.local', '*.relay.local'], addresses: ['10.100.0.100'], days: 90 }],
    },
  },
});
const { artifacts, losses } = pki(stack, usualOptions);
const textOf = (file: string): string => artifacts.find(({ path: at }) => at === file)?.content ?? '';

const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-pki-'));
afterAll(() => rmSync(folder, { recursive: true }));

const openssl = await tool('openssl');

describe('the plan of the internal authority', () => {
  it('says names, life and who sees what [S0-129, S0-130]', () => {
    expect(parse(textOf('plan.yaml'))).toMatchObject({
      authority: { commonName: 'Relay "CA" #1', days: 3_650, key: 'ECDSA P-256', privateKey: { mode: '0600' } },
      leaves: [
        {
          name: 'relay',
          subjectAltName: { dns: ['relay.local', '*.relay.local'], ip: ['10.100.0.100'] },
          extendedKeyUsage: ['serverAuth'],
          days: 90,
          renewDaysBefore: 30,
          privateKey: { mode: '0600', folder: '0700' },
          mounted: [{ secret: 'tls-key', part: 'key', services: { proxy: '/run/secrets/tls-key' } }],
        },
      ],
    });
    expect(losses).toEqual([]);
  });

  it('holds no key', () => {
    for (const { content } of artifacts) expect(content).not.toContain('PRIVATE KEY');
  });

  it('tells of an apex that no name covers [S0-130]', () => {
    const wild = stackOf({
      project: { name: 'a', services: {} },
      extension: {
        pki: { authority: { commonName: 'A' }, leaves: [{ name: 'a', hosts: ['*.relay.local'] }] },
      },
    });
    expect(pki(wild, usualOptions).losses.map(({ path: at }) => at)).toEqual(['x-proxdeck.pki.leaves.0.hosts']);
  });

  it('is nothing where none is asked for', () => {
    expect(pki(stackOf({ project: { name: 'a', services: {} } }), usualOptions).artifacts).toEqual([]);
  });
});

/** The commands of a file's comment, without the passphrase that a person would type. */
const commands = (file: string): string =>
  textOf(file)
    .split('\n')
    .filter((line) => /^# (umask|mkdir|openssl|cat) /.test(line))
    .map((line) => line.slice(2).replace('-v2 aes-256-cbc', '-nocrypt'))
    .join('\n');

describe.runIf(openssl.wanted)('the same by hand, with OpenSSL', () => {
  mkdirSync(path.join(folder, 'leaves'));
  for (const { path: file, content } of artifacts) writeFileSync(path.join(folder, file), content);
  const made = run('sh', ['-euc', `${commands('authority.cnf')}\n${commands('leaves/relay.cnf')}`], { cwd: folder });
  const certificate = (file: string): X509Certificate => new X509Certificate(readFileSync(path.join(folder, file)));

  it('makes an authority and a leaf with its names, for servers [S0-130]', () => {
    expect(made.code, made.err).toBe(0);
    const leaf = certificate('relay.crt');
    expect(leaf.checkHost('relay.local')).toBe('relay.local');
    expect(leaf.checkHost('voice.relay.local')).toBe('*.relay.local');
    expect(leaf.checkHost('a.b.relay.local')).toBeUndefined();
    expect(leaf.checkIP('10.100.0.100')).toBe('10.100.0.100');
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(leaf.ca).toBe(false);
  });

  it('is signed by an authority that lives longer [S0-129]', () => {
    const leaf = certificate('relay.crt');
    const authority = certificate('authority/authority.crt');
    expect(authority.ca).toBe(true);
    expect(authority.subject).toBe(String.raw`CN=Relay \"CA\" #1`);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    const years = (Date.parse(authority.validTo) - Date.parse(authority.validFrom)) / (365 * 86_400_000);
    expect(years).toBeGreaterThanOrEqual(5);
    expect(Date.parse(leaf.validTo)).toBeLessThan(Date.parse(authority.validTo));
  });

  it('keeps keys to their owner, in a folder that can be searched by its owner [S0-128]', () => {
    const modeOf = (file: string): string => (statSync(path.join(folder, file)).mode & 0o777).toString(8);
    expect(modeOf('authority')).toBe('700');
    expect(modeOf('relay.key')).toBe('600');
    expect(modeOf('authority/authority.key')).toBe('600');
  });
});
