import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { configFile } from '../../../src/config/paths.ts';
import { parseFixture } from '../../../src/simulator/fixture.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { openState } from '../../../src/state/state.ts';
import { aHome } from '../config/folder.ts';
import { runLine } from './surroundings.ts';

/** Secrets of a context encrypted with age, in the form that its own command-line tool reads and writes. */

const fixture = `
nodes: { pve1: {} }
guests: { 101: { type: lxc, node: pve1, config: { hostname: web } } }
users: { ada@pve: { password: correct-horse } }
acl: [{ path: /, user: ada@pve, role: PVEAuditor }]
`;

let simulator: Simulator;
beforeEach(async () => {
  const world = parseFixture(fixture, 'a fixture of a test', Math.floor(Date.now() / 1000));
  simulator = await startSimulator({ world, speed: Infinity, authDelayMs: 0, proxyTimeoutMs: 50 });
  return () => simulator.close();
});

const homeWith = (login: string) =>
  aHome(`# mine\ncontexts:\n  home:\n    url: ${simulator.url}\n    fingerprint: ${simulator.fingerprint}\n${login}`);
const withToken = () => homeWith(`    token: ${simulator.token} # of root\n`);
const textIn = (env: Record<string, string>): string => readFileSync(configFile(env), 'utf8');
const identityIn = (env: Record<string, string>): string =>
  path.join(path.dirname(configFile(env)), 'age-identity.txt');
const list = (env: Record<string, string>, answers?: readonly string[]) =>
  runLine(['guest', 'list', '--output', 'json'], env, answers);

describe('context encrypt', () => {
  it('encrypts the token for an identity of the own, for its owner alone, and the token is still used', async () => {
    const env = withToken();
    const { code, stdout, stderr } = await runLine(['context', 'encrypt', 'home', '--output', 'json'], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout + stderr).not.toContain(simulator.token);
    const text = textIn(env);
    expect(text).not.toContain(simulator.token.split('=')[1]);
    expect(text).toMatch(/# mine[^]*token: \|- # of root\n +-----BEGIN AGE ENCRYPTED FILE-----\n/);
    for (const file of [identityIn(env), configFile(env)]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(identityIn(env), 'utf8')).toMatch(
      /^# created: \S+\n# public key: age1\w+\nAGE-SECRET-KEY-1\w+\n$/,
    );
    expect((await list(env)).stdout).toContain('"web"');
    const listed = await runLine(['context', 'list', '--output', 'json'], env);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'home', encrypted: true }]);

    const state = await openState(path.join(env.XDG_STATE_HOME, 'proxdeck', 'state.db'));
    onTestFinished(() => state.close());
    expect(JSON.stringify(await state.audit.list({ limit: 10 }))).not.toContain(simulator.token.split('=')[1]);
  });

  it('is taken back by decrypt, which says that it stands there as plain text', async () => {
    const env = withToken();
    await runLine(['context', 'encrypt', 'home'], env);
    const { code, asked } = await runLine(['context', 'decrypt', 'home'], env, ['y']);
    expect({ code, asked: asked[0]?.includes('as plain text') }).toEqual({ code: 0, asked: true });
    expect((await loadConfig(env)).contexts['home']?.token).toBe(simulator.token);
  });

  it('encrypts the password of a user too', async () => {
    const env = homeWith('    username: ada@pve\n    password: correct-horse\n');
    expect((await runLine(['context', 'encrypt', 'home'], env)).code).toBe(0);
    expect(textIn(env)).not.toContain('correct-horse');
    expect((await list(env)).stdout).toContain('"web"');
  });

  it('with a passphrase asks for it, again when it is wrong, and never shows it', async () => {
    const env = withToken();
    const made = await runLine(['context', 'encrypt', 'home', '--by', 'passphrase'], env, ['tree frog', 'tree frog']);
    expect(made.code).toBe(0);
    expect(existsSync(identityIn(env))).toBe(false);
    const used = await list(env, ['wrong', 'tree frog']);
    expect(used.stdout).toContain('"web"');
    expect(used.asked).toEqual([
      'Passphrase for the token of home: ',
      'That one was refused. Passphrase for the token of home: ',
    ]);
    const alone = await list(env);
    expect(alone.code).toBe(3);
    expect(alone.stderr).toContain('the token of home is encrypted with a passphrase, and nobody can be asked');
    expect([made, used, alone].map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain('tree frog');
  }, 60_000);

  it('changes nothing when the passphrase is not the same twice', async () => {
    const env = withToken();
    const before = textIn(env);
    const { code, stderr } = await runLine(['context', 'encrypt', 'home', '--by', 'passphrase'], env, ['one', 'two']);
    expect({ code, said: stderr.includes('The two passphrases differ.') }).toEqual({ code: 1, said: true });
    expect(textIn(env)).toBe(before);
  });

  it('encrypts for others as age does: their identity opens it', async () => {
    const env = withToken();
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    expect((await runLine(['context', 'encrypt', 'home', '--recipient', recipient], env)).code).toBe(0);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const sealed = (await loadConfig(env)).contexts['home']?.sealed_token ?? '';
    expect(await decrypter.decrypt(armor.decode(sealed), 'text')).toBe(simulator.token);
    const refused = await list(env);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('there is no identity in');
    const file = path.join(env.HOME, 'key.txt');
    writeFileSync(file, `# mine\n${identity}\n`);
    expect((await list({ ...env, PROXDECK_AGE_IDENTITY: file })).stdout).toContain('"web"');
    writeFileSync(configFile(env), `age_identity: ~/key.txt\n${textIn(env)}`);
    expect((await list(env)).stdout).toContain('"web"');
  });

  it('opens an identity that is encrypted with a passphrase itself', async () => {
    const env = withToken();
    await runLine(['context', 'encrypt', 'home'], env);
    const encrypter = new Encrypter();
    encrypter.setPassphrase('tree frog');
    encrypter.setScryptWorkFactor(10);
    const file = identityIn(env);
    writeFileSync(file, armor.encode(await encrypter.encrypt(readFileSync(file, 'utf8'))));
    const { stdout, asked } = await list(env, ['tree frog']);
    expect(stdout).toContain('"web"');
    expect(asked).toEqual([`Passphrase for ${file}: `]);
  });

  it.each([
    [['context', 'encrypt', 'nowhere'], 4, 'There is no context nowhere.'],
    [['context', 'decrypt', 'home', '--yes'], 1, 'home has no encrypted secret'],
    [['context', 'encrypt', 'home', '--recipient', 'ssh-ed25519'], 1, 'a recipient of age begins with age1'],
    [['context', 'encrypt', 'home', '--recipient', 'age1nonsense'], 1, 'age1nonsense is no recipient of age.'],
    [['context', 'encrypt', 'home', '--by', 'passphrase'], 1, 'A passphrase is asked for on a terminal'],
  ])('%j is refused with what is wrong', async (line, exit, sentence) => {
    const env = withToken();
    const { code, stderr } = await runLine(line, env);
    expect({ code, said: stderr.includes(sentence) ? sentence : stderr }).toEqual({ code: exit, said: sentence });
    expect(textIn(env)).toContain(simulator.token);
  });

  it('says in which line what is cut off stands, and that a token of a command has nothing to encrypt', async () => {
    const cut = homeWith('    token: "-----BEGIN AGE ENCRYPTED FILE-----"\n');
    const { code, stderr } = await list(cut);
    expect(code).toBe(1);
    expect(stderr).toContain(`${configFile(cut)}:6:5: contexts.home.token: this is no whole age file`);
    const command = homeWith('    token_command: pass show home\n');
    const { stderr: said } = await runLine(['context', 'encrypt', 'home'], command);
    expect(said).toContain('home has no plain secret');
  });

  it('stays encrypted when its certificate is pinned anew', async () => {
    const env = withToken();
    await runLine(['context', 'encrypt', 'home'], env);
    expect((await runLine(['connect', simulator.url], env)).code).toBe(0);
    expect(textIn(env)).toContain('-----BEGIN AGE ENCRYPTED FILE-----');
    expect((await list(env)).stdout).toContain('"web"');
  });
});
