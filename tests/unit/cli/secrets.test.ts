import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configFile, stateFolder } from '../../../src/config/paths.ts';
import { aHome } from '../config/folder.ts';
import { aStackFolder } from '../stacks/folders.ts';
import { runLine } from './surroundings.ts';

/** Secrets of a stack: what goes in comes out nowhere. */

const compose = `
x-proxdeck:
  settings:
    API_KEY: { description: Key of the provider., sensitive: true, required: true, minLength: 12, rotateDays: 30 }
    DB_PASSWORD: { description: Of the database., sensitive: true, required: true, generate: { kind: hex }, rotateDays: 90 }
    HEADERS: { description: For the collector., sensitive: true }
    LEVEL: { description: How much is logged., default: info }
  secrets:
    signing-key: { description: Signs tokens., generate: { kind: ed25519 } }
    web-certificate: { description: Of the server., leaf: { name: web, part: chain } }
  pki:
    authority: { commonName: Shop CA }
    leaves:
      - { name: web, hosts: [shop.home.arpa], days: 90 }
services:
  web:
    image: web:1
    environment:
      API_KEY: \${API_KEY:-}
      DB_URL: postgres://shop:\${DB_PASSWORD:-}@db/shop
      HEADERS: \${HEADERS:-}
      LEVEL: \${LEVEL:-info}
    secrets: [signing-key, web-certificate]
  db:
    image: postgres:18
    environment:
      POSTGRES_PASSWORD: \${DB_PASSWORD:-}
secrets:
  signing-key: { file: ./secrets/signing-key }
  web-certificate: { file: ./secrets/web.pem }
`;

const planted = 'planted-6f1d2c9ab0e4';

let env: Record<string, string>;
let folder: string;
beforeEach(() => {
  folder = path.join(path.dirname(aStackFolder({}, 'x')), 'stacks', 'shop');
  mkdirSync(folder, { recursive: true });
  const workspace = path.join(folder, '../..');
  writeFileSync(path.join(workspace, 'proxdeck.yaml'), 'version: 1\n');
  writeFileSync(path.join(folder, 'compose.yaml'), compose);
  env = { ...aHome(''), PROXDECK_WORKSPACE: workspace };
});

const store = (): string => path.join(folder, 'secrets.age.yaml');
const entries = (): Record<string, { made: string; by: string; value: string; expires?: string }> =>
  (parse(readFileSync(store(), 'utf8')) as { secrets: ReturnType<typeof entries> }).secrets;
const identity = (): string => path.join(path.dirname(configFile(env)), 'age-identity.txt');

const opened = async (name: string, identityText = readFileSync(identity(), 'utf8')): Promise<string> => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identityText.split('\n').find((line) => line.startsWith('AGE-')) ?? '');
  return decrypter.decrypt(armor.decode(entries()[name]?.value ?? ''), 'text');
};

const run = (line: string, answers?: readonly string[]) => runLine(line.split(' '), env, answers);
const rows = async (): Promise<Record<string, Record<string, unknown>>> => {
  const { stdout } = await run('secret list shop --output json');
  return Object.fromEntries((JSON.parse(stdout) as { name: string }[]).map((row) => [row.name, { ...row }]));
};

/** What a command that works writes last. */
const resultOf = (stdout: string): unknown =>
  (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { value: unknown }).value;

const give = (value: string, name = 'API_KEY', flags = ''): ReturnType<typeof run> => {
  const file = path.join(folder, '../../value');
  writeFileSync(file, `${value}\n`, { mode: 0o600 });
  return run(`secret set shop ${name} --value-file ${file}${flags}`);
};

describe('secret list', () => {
  it('names what is needed, by whom, and how it comes about, without a key', async () => {
    expect(await rows()).toMatchObject({
      API_KEY: { state: 'missing', usedBy: ['web'], how: 'given' },
      DB_PASSWORD: { state: 'missing', usedBy: ['web', 'db'], how: 'hex' },
      HEADERS: { state: 'optional' },
      'signing-key': { state: 'missing', usedBy: ['web'], how: 'ed25519' },
      'pki/authority': { state: 'missing', how: 'certificate', usedBy: ['web'] },
      'pki/web': { state: 'missing', usedBy: ['web'] },
    });
    expect(await rows()).not.toHaveProperty('LEVEL');
    expect(await rows()).not.toHaveProperty('web-certificate');
    expect(() => statSync(identity())).toThrow('ENOENT');
  });

  it('says what is due, and what nobody needs any more [S0-134]', async () => {
    await run('secret generate shop');
    const old = readFileSync(store(), 'utf8')
      .replaceAll(/made: .*/g, 'made: 2020-01-02')
      .replace(/expires: .*/, 'expires: 2020-03-01');
    writeFileSync(store(), old.replace('  signing-key:', '  old-key:'));
    expect(await rows()).toMatchObject({
      DB_PASSWORD: { state: 'due', made: '2020-01-02', due: Date.parse('2020-04-01') / 1000 },
      'old-key': { state: 'unused' },
      'signing-key': { state: 'missing' },
      'pki/authority': { state: 'due' },
    });
  });
});

describe('secret generate', () => {
  it('makes what makes itself, once, and names what only a person knows', async () => {
    const { code, stdout, stderr } = await run('secret generate shop --output json');
    expect(code).toBe(0);
    expect(resultOf(stdout)).toEqual({
      stack: 'shop',
      made: ['pki/authority', 'pki/web', 'DB_PASSWORD', 'signing-key'],
      kept: 0,
      missing: ['API_KEY'],
    });
    expect(stdout).toContain('API_KEY is still missing');
    const before = readFileSync(store(), 'utf8');
    expect(resultOf((await run('secret generate shop --output json')).stdout)).toMatchObject({ made: [], kept: 4 });
    expect(readFileSync(store(), 'utf8')).toBe(before);
    expect(await opened('DB_PASSWORD')).toMatch(/^[0-9a-f]{64}$/);
    expect(await opened('pki/web')).toMatch(/^-----BEGIN PRIVATE KEY-----[^]*-----BEGIN CERTIFICATE-----/);
    expect(stdout + stderr).not.toContain(await opened('DB_PASSWORD'));
    for (const file of [store(), identity()]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('makes only the named ones, with the authority that a leaf needs', async () => {
    await run('secret generate shop pki/web');
    expect(Object.keys(entries())).toEqual(['pki/authority', 'pki/web']);
  });

  it('keeps one entry a secret, sorted, so that a diff shows which one changed', async () => {
    await run('secret generate shop');
    const before = entries();
    expect(Object.keys(before)).toEqual(Object.keys(before).toSorted());
    await run('secret rotate shop DB_PASSWORD --yes');
    const after = entries();
    expect(Object.keys(after).filter((name) => after[name]?.value !== before[name]?.value)).toEqual(['DB_PASSWORD']);
  });

  it('encrypts for the team too [S0-132]', async () => {
    const friend = await generateX25519Identity();
    const recipient = await identityToRecipient(friend);
    writeFileSync(path.join(folder, '../../proxdeck.yaml'), `version: 1\nrecipients: { ada: ${recipient} }\n`);
    await run('secret generate shop DB_PASSWORD');
    expect(await opened('DB_PASSWORD', friend)).toBe(await opened('DB_PASSWORD'));
  });
});

describe('secret set', () => {
  it('takes a value from a file and leaves it nowhere but encrypted', async () => {
    const { code, stdout, stderr } = await give(planted);
    expect({ code, stdout: stdout.includes(planted), stderr: stderr.includes(planted) }).toEqual({
      code: 0,
      stdout: false,
      stderr: false,
    });
    expect(await opened('API_KEY')).toBe(planted);
    rmSync(path.join(folder, '../../value'));
    const everywhere = [path.join(folder, '../..'), stateFolder(env), path.dirname(configFile(env))].flatMap((place) =>
      readdirSync(place, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name)),
    );
    expect(everywhere.some((file) => file.endsWith('state.db'))).toBe(true);
    expect(everywhere.filter((file) => readFileSync(file).includes(planted))).toEqual([]);
    const audited = await run('audit list --output json');
    expect(audited.stdout).toContain('secret.set');
    expect(audited.stdout).toContain('***');
  });

  it('asks for it without echo where there is a terminal, and only there', async () => {
    expect(await run('secret set shop API_KEY', [planted])).toMatchObject({ code: 0 });
    expect(await opened('API_KEY')).toBe(planted);
    expect(await run('secret set shop API_KEY')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--value-file'),
    });
  });

  it('has no flag that takes a value', async () => {
    expect(await run(`secret set shop API_KEY --value ${planted}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--value'),
    });
  });

  it.each([
    ['too short', 'short', 'must have at least 12 characters and has 5'],
    ['a placeholder [S0-132]', 'changeme-please', 'only stands in for one'],
    ['empty', '', 'is empty'],
  ])('refuses a value that is %s, without showing it', async (_what, value, told) => {
    const { code, stderr } = await give(value);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(told) });
    expect(value !== '' && stderr.includes(value)).toBe(false);
    expect(() => statSync(store())).toThrow('ENOENT');
  });

  it('keeps a placeholder only when it is told to, and lists it as one', async () => {
    expect((await give('changeme', 'API_KEY', ' --placeholder')).code).toBe(0);
    expect(await rows()).toMatchObject({ API_KEY: { state: 'placeholder' } });
  });

  it.each([
    ['a name that the stack does not know', 'secret set shop API_KEYS', 'Did you mean API_KEY?'],
    ['a certificate', 'secret set shop pki/web', 'is made, not given'],
    ['a stack that is not there', 'secret set shpo API_KEY', 'Did you mean shop?'],
  ])('refuses %s', async (_what, line, told) => {
    const { code, stderr } = await run(line, [planted]);
    expect({ failed: code !== 0, stderr }).toEqual({ failed: true, stderr: expect.stringContaining(told) });
  });
});

describe('secret rotate and remove', () => {
  it('replaces a value after asking, and says who still has the old one', async () => {
    await run('secret generate shop');
    const before = await opened('DB_PASSWORD');
    const { asked, code } = await run('secret rotate shop DB_PASSWORD', ['y']);
    expect({ code, asked: asked.join() }).toEqual({ code: 0, asked: expect.stringContaining('web and db') });
    expect(await opened('DB_PASSWORD')).not.toBe(before);
    expect((await run('secret rotate shop DB_PASSWORD')).code).toBe(6);
  });

  it('makes new leaves for a new authority, which only then are its own', async () => {
    await run('secret generate shop');
    await run('secret rotate shop pki/web --yes');
    const authority = await opened('pki/authority');
    await run('secret rotate shop pki/authority --yes');
    expect(await opened('pki/authority')).not.toBe(authority);
    const pem = (text: string): string => /-----BEGIN CERTIFICATE[^]*$/.exec(text)?.[0] ?? '';
    const { X509Certificate } = await import('node:crypto');
    const leaf = new X509Certificate(pem(await opened('pki/web')));
    expect(leaf.verify(new X509Certificate(pem(await opened('pki/authority'))).publicKey)).toBe(true);
    expect(leaf.verify(new X509Certificate(pem(authority)).publicKey)).toBe(false);
  });

  it('leaves what a person gives to the person', async () => {
    await give(planted);
    const { code, stderr } = await run('secret rotate shop API_KEY --yes');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('secret set shop API_KEY') });
    expect(await opened('API_KEY')).toBe(planted);
  });

  it('forgets a value, and says that git remembers it', async () => {
    await give(planted);
    const { code, asked } = await run('secret remove shop API_KEY', ['y']);
    expect({ code, asked: asked.join() }).toEqual({ code: 0, asked: expect.stringContaining('history of git') });
    expect(entries()).toEqual({});
    expect((await run('secret remove shop API_KEY --yes')).stderr).toContain('has no value');
  });
});

describe('what goes wrong', () => {
  it('a key that does not open the authority is a sentence, and nothing is changed', async () => {
    await run('secret generate shop');
    const before = readFileSync(store(), 'utf8');
    writeFileSync(identity(), `${await generateX25519Identity()}\n`, { mode: 0o600 });
    const { code, stderr } = await run('secret rotate shop pki/web --yes');
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(/pki\/authority is encrypted.*\n.*PROXDECK_AGE_IDENTITY/),
    });
    expect(readFileSync(store(), 'utf8')).toBe(before);
  });

  it.each([
    ['not YAML', 'secrets: [', /secrets\.age\.yaml:1:\d+: this is not YAML/],
    [
      'an unknown key',
      'version: 1\nsecrets:\n  A: { made: 2026-01-01, by: given, vlaue: x }\n',
      /secrets\.age\.yaml:3:\d+: .*(value|vlaue)/,
    ],
    [
      'a value in clear',
      'version: 1\nsecrets:\n  A: { made: 2026-01-01, by: given, value: hunter22 }\n',
      /3:\d+: secrets\.A\.value: this is no text that age encrypted/,
    ],
    ['a newer format', 'version: 2\nsecrets: {}\n', /1:1: version: this file is of another version/],
  ])('a store that is %s is told with its place and never written over', async (_what, text, told) => {
    writeFileSync(store(), text);
    const { code, stderr } = await run('secret generate shop');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(told) });
    expect(stderr).not.toContain('hunter22');
    expect(readFileSync(store(), 'utf8')).toBe(text);
  });

  it('a key file that cannot be read is a sentence', async () => {
    mkdirSync(identity(), { recursive: true });
    chmodSync(identity(), 0o700);
    const { code, stderr } = await run('secret generate shop');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('cannot be read') });
  });
});
