import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { configFile } from '../../../src/config/paths.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { parseFixture } from '../../../src/simulator/fixture.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { totpCode } from '../../../src/simulator/totp.ts';
import { openState } from '../../../src/state/state.ts';
import { fakeSsh } from '../../support/fakeSsh.ts';
import { aHome } from '../config/folder.ts';
import { certificate, listen, makeCertificate } from '../proxmox/server.ts';
import { runLine } from './surroundings.ts';

const secret = 'JBSWY3DPEHPK3PXP';
const password = 'a long horse battery';

const fixture = `
nodes: { pve1: { cpus: 4, memory: 8G } }
guests: { 101: { type: lxc, node: pve1, running: true, config: { hostname: web, memory: 512 } } }
realms:
  pam: { type: pam, comment: Linux PAM standard authentication }
  pve: { type: pve, comment: Proxmox VE authentication server }
  sso: { type: openid, comment: of the company, issuer-url: 'https://sso.example', client-id: pve }
users:
  root@pam:
    password: ${password}
    tfa:
      - { id: a, type: totp, secret: ${secret} }
      - { id: recovery, type: recovery, secret: 'aaaa-bbbb cccc-dddd' }
  ada@pve: { password: ${password} }
acl:
  - { path: /, user: ada@pve, role: PVEAuditor }
`;

let simulator: Simulator;
beforeEach(async () => {
  const world = parseFixture(fixture, 'a fixture of a test', Math.floor(Date.now() / 1000));
  simulator = await startSimulator({ world, speed: Infinity, authDelayMs: 0, proxyTimeoutMs: 50 });
  return () => simulator.close();
});

const code = (): string => totpCode(secret, Date.now() / 1000);
const textIn = (env: Record<string, string>): string => readFileSync(configFile(env), 'utf8');
const errorIn = (stderr: string): unknown => JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
const aclOf = (ugid: string) => simulator.world.access.acl.filter((entry) => entry.ugid === ugid);

/** A TLS server that counts the bytes that come through the handshake. */
const startRecorder = async () => {
  let bytes = 0;
  const server = tls.createServer({ key: certificate.key, cert: certificate.cert }, (socket) => {
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('error', () => socket.destroy());
  });
  server.on('tlsClientError', () => undefined);
  const address = await listen(server);
  onTestFinished(() => void server.close());
  return { address, received: () => bytes };
};

describe('connect on a terminal', () => {
  it('trusts, signs in with TOTP, makes a token with few rights, forgets the password, and the token is what is used', async () => {
    const env = aHome();
    const answers = ['y', '', '', password, '', code()];
    const { code: exit, stderr, asked } = await runLine(['connect', simulator.url, '--name', 'home'], env, answers);
    expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' });
    expect(asked[0]).toContain(simulator.fingerprint);
    expect(asked[0]).toMatch(/subject +\S[^]*issuer +\S[^]*valid +\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/);
    expect(asked.at(-1)).toMatch(/^Second factor \(.*totp.*\): $/);

    expect(statSync(configFile(env)).mode & 0o777).toBe(0o600);
    expect(textIn(env)).not.toContain(password);
    const { home } = (await loadConfig(env)).contexts;
    expect(home?.token).toMatch(/^proxdeck@pve![\w.-]+=[0-9a-f-]{36}$/);
    expect(home).not.toHaveProperty('username');

    const id = home?.token?.split('=')[0] ?? '';
    expect(aclOf('proxdeck@pve')).toMatchObject([{ path: '/', roleid: 'ProxdeckOperator', propagate: true }]);
    expect(aclOf(id)).toMatchObject([{ path: '/', type: 'token', roleid: 'ProxdeckOperator' }]);
    const { roles, users } = simulator.world.access;
    const held = roles.get('ProxdeckOperator')?.privileges;
    for (const privilege of ['VM.Audit', 'VM.PowerMgmt', 'Sys.Syslog', 'VM.Backup']) expect(held).toContain(privilege);
    for (const privilege of ['VM.Allocate', 'Permissions.Modify', 'Sys.Modify']) expect(held).not.toContain(privilege);
    expect(users.get('proxdeck@pve')?.password).toBeUndefined();
    expect(users.get('proxdeck@pve')?.tokens.get(id.split('!')[1] ?? '')?.privsep).toBe(true);

    // The password does not work any more, and nobody asks for it.
    const root = users.get('root@pam');
    if (root !== undefined) root.password = 'another one';
    expect((await runLine(['guest', 'list', '--output', 'json'], env)).stdout).toContain('"web"');

    const state = await openState(path.join(env.XDG_STATE_HOME, 'proxdeck', 'state.db'));
    onTestFinished(() => state.close());
    expect(JSON.stringify(await state.audit.list({ limit: 10 }))).not.toMatch(
      new RegExp(`${password}|${home?.token ?? ''}`),
    );
  });

  it('takes a recovery key for the second factor', async () => {
    const env = aHome();
    const answers = ['y', 'p', 'root@pam', password, 'viewer', 'cccc-dddd'];
    expect((await runLine(['connect', simulator.url], env, answers)).code).toBe(0);
    expect(simulator.world.access.roles.get('ProxdeckViewer')?.privileges).not.toContain('VM.PowerMgmt');
  });

  it('asks for the second factor again when it is wrong, and not for the password', async () => {
    const env = aHome();
    const answers = ['y', '', '', password, 'viewer', '000000', code()];
    const { code: exit, asked } = await runLine(['connect', simulator.url], env, answers);
    expect({ exit, asked: asked.length }).toEqual({ exit: 0, asked: 7 });
    expect(asked.at(-1)).toMatch(/^That one was refused\. Second factor \(totp, recovery\): $/);
  });

  it('saves nothing when the second factor stays wrong', async () => {
    const env = aHome();
    const answers = ['y', '', '', password, '', '000000', 'no-such-key', '111111'];
    const { code: exit, stderr } = await runLine(['connect', simulator.url], env, answers);
    expect({ exit, saved: existsSync(configFile(env)) }).toEqual({ exit: 3, saved: false });
    expect(stderr).toContain('The second factor of root@pam was refused 3 times.');
    expect(simulator.world.access.users.has('proxdeck@pve')).toBe(false);
  });

  it('says of an account with WebAuthn only that a token is the way, and how', async () => {
    simulator.world.access.users
      .get('ada@pve')
      ?.tfa.push({ id: 'key', type: 'webauthn', description: 'key', created: 0, enable: true, secret: 'Y3JlZA' });
    const env = aHome();
    const { code: exit, stderr } = await runLine(['connect', simulator.url], env, [
      'y',
      '',
      'ada@pve',
      password,
      'own',
    ]);
    expect({ exit, saved: existsSync(configFile(env)) }).toEqual({ exit: 3, saved: false });
    expect(stderr).toMatch(/second factor of ada@pve \(webauthn\) needs a browser[^]*Permissions → API Tokens → Add/);
  });

  it('sends nothing to a server that the person does not trust', async () => {
    const { address, received } = await startRecorder();
    const { code: exit, stderr } = await runLine(['connect', `https://${address}`], aHome(), ['n']);
    expect({ exit, bytes: received() }).toEqual({ exit: 5, bytes: 0 });
    expect(stderr).toContain('Nothing was sent.');
  });

  it('keeps the password where the person wants that, and asks for the second factor once', async () => {
    const env = aHome();
    const { code: exit, asked } = await runLine(['connect', simulator.url, '--name', 'home'], env, [
      'y',
      '',
      '',
      password,
      'no',
      code(),
    ]);
    expect({ exit, asked: asked.length }).toEqual({ exit: 0, asked: 6 });
    expect((await loadConfig(env)).contexts['home']).toMatchObject({ username: 'root@pam', password });
    expect(simulator.world.access.users.has('proxdeck@pve')).toBe(false);
  });

  it('says before the password is typed that a realm signs in by a browser', async () => {
    const { code: exit, stderr, asked } = await runLine(['connect', simulator.url], aHome(), ['y', '', 'bob@sso']);
    expect({ exit, asked: asked.length }).toEqual({ exit: 3, asked: 3 });
    expect(stderr).toMatch(/signs in by a browser \(OpenID\)[^]*Permissions → API Tokens → Add/);
  });

  it('gives a second machine a token of its own, beside the one that is there', async () => {
    const run = () =>
      runLine(['connect', simulator.url, '--name', 'home', '--user', 'root@pam', '--role', 'viewer'], aHome(), [
        'y',
        password,
        code(),
      ]);
    expect((await run()).code).toBe(0);
    const { code: exit, stderr } = await run();
    expect(exit).toBe(0);
    expect(stderr).toContain('make the role ProxdeckViewer: nothing to do');
    expect(simulator.world.access.users.get('proxdeck@pve')?.tokens.size).toBe(2);
  });
});

describe('a cluster behind a jump host', () => {
  it('is connected through it, and reached through it from then on', async () => {
    // From here nobody listens at that address.
    const url = 'https://127.0.0.1:9';
    using ssh = fakeSsh({}, simulator.url.replace('https://', ''));
    vi.stubEnv('PATH', ssh.path);
    onTestFinished(() => void vi.unstubAllEnvs());
    const env = aHome();
    const answers = ['y', '', 'ada@pve', password, 'own'];
    const flags = ['--name', 'far', '--jump', 'ada@bastion'];
    const { code: exit, stderr } = await runLine(['connect', url, ...flags], env, answers);
    expect({ exit, jumped: stderr.includes('go through the jump host: done') }).toEqual({ exit: 0, jumped: true });
    expect((await loadConfig(env)).contexts['far']?.ssh_jump).toBe('ada@bastion');
    expect((await runLine(['guest', 'list', '--output', 'json'], env)).stdout).toContain('"web"');

    const anew = await runLine(['connect', url, '--user', 'ada@pve', '--role', 'own'], env, [password]);
    expect(anew.code).toBe(0);
    expect((await loadConfig(env)).contexts['far']?.ssh_jump).toBe('ada@bastion');
    expect(ssh.calls().every((args) => args.at(-1) === 'ada@bastion')).toBe(true);
  });

  it('says what is wrong with its name', async () => {
    const { code: exit, stderr } = await runLine(['connect', simulator.url, '--jump=-oProxyCommand=x'], aHome());
    expect(exit).toBe(1);
    expect(stderr).toContain('jump: a jump host is written as SSH does');
  });
});

describe('a certificate that changed', () => {
  const pinnedHome = async (url: string) => {
    const { fingerprint } = await makeCertificate();
    const env = aHome(
      `# mine\ncontexts:\n  home:\n    url: ${url} # the cellar\n    token: ${simulator.token}\n    fingerprint: ${fingerprint}\n`,
    );
    return { env, fingerprint };
  };

  it('shows both fingerprints and sends nothing, with a person and without', async () => {
    const { address, received } = await startRecorder();
    const { env, fingerprint } = await pinnedHome(`https://${address}`);
    const asking = await runLine(['connect', `https://${address}`], env, ['y']);
    expect(asking.code).toBe(5);
    expect(asking.asked).toHaveLength(1);
    for (const one of [fingerprint, certificate.fingerprint]) expect(asking.asked[0]).toContain(one);
    const alone = await runLine(['guest', 'list'], env);
    expect(alone.code).toBe(5);
    for (const one of [fingerprint, certificate.fingerprint, 'proxdeck connect']) expect(alone.stderr).toContain(one);
    expect((await runLine(['connect', `https://${address}`], env)).code).toBe(5);
    expect(received()).toBe(0);
  });

  it('is pinned anew after a yes in full; login and comments stay', async () => {
    const { env } = await pinnedHome(simulator.url);
    const { code: exit, asked } = await runLine(['connect', simulator.url], env, ['yes']);
    expect({ exit, asked: asked.length }).toEqual({ exit: 0, asked: 1 });
    const text = textIn(env);
    for (const kept of ['# mine', '# the cellar', simulator.token, simulator.fingerprint]) expect(text).toContain(kept);
    expect((await runLine(['guest', 'list'], env)).code).toBe(0);
  });
});

describe('connect without a terminal', () => {
  const line = (...flags: string[]) => ['connect', simulator.url, '--output', 'json', ...flags];

  it('needs the fingerprint of a certificate that nobody vouches for', async () => {
    const { code: exit, stderr } = await runLine(line(), { ...aHome(), PROXDECK_TOKEN: simulator.token });
    expect(exit).toBe(5);
    expect(errorIn(stderr)).toMatchObject({
      error: { code: 'certificate', hint: expect.stringContaining(`--fingerprint ${simulator.fingerprint}`) },
    });
  });

  it('takes the token from its variable, and tells what it can do', async () => {
    const env = aHome();
    const { code: exit, stdout } = await runLine(line('--fingerprint', simulator.fingerprint, '--name', 'lab'), {
      ...env,
      PROXDECK_TOKEN: simulator.token,
    });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'result',
      value: { name: 'lab', identity: 'root@pam!proxdeck', guests: 1, may: expect.stringMatching(/^36 of 36/) },
    });
    expect((await loadConfig(env)).contexts['lab']?.token).toBe(simulator.token);
  });

  it('makes a narrower token out of a wide one', async () => {
    const env = { ...aHome(), PROXDECK_TOKEN: simulator.token };
    expect(
      (await runLine(line('--fingerprint', simulator.fingerprint, '--role', 'viewer', '--name', 'lab'), env)).code,
    ).toBe(0);
    expect(textIn(env)).toContain('proxdeck@pve!');
    expect(textIn(env)).not.toContain(simulator.token);
  });

  it('says what is missing', async () => {
    const { code: exit, stderr } = await runLine(line('--fingerprint', simulator.fingerprint), aHome());
    expect(exit).toBe(1);
    expect(errorIn(stderr)).toMatchObject({ error: { code: 'usage', message: expect.stringContaining('token') } });
  });

  it('shows with --dry-run which calls would make the token', async () => {
    const { code: exit, stdout } = await runLine(line('--user', 'root@pam', '--role', 'viewer', '--dry-run'), aHome());
    expect(exit).toBe(0);
    expect(stdout).toMatch(/\/access\/roles[^]*\/access\/users[^]*\/access\/acl[^]*\/token\/[^]*\/access\/acl/);
    expect(simulator.world.access.roles.has('ProxdeckViewer')).toBe(false);
  });

  const asAda = (...flags: string[]) => ['--fingerprint', simulator.fingerprint, '--user', 'ada@pve', ...flags];

  it('tells a login that may not make users so, and makes nothing', async () => {
    const env = { ...aHome(), PROXDECK_PASSWORD: password };
    const { code: exit, stderr } = await runLine(line(...asAda('--role', 'viewer')), env);
    expect(exit).toBe(3);
    expect(errorIn(stderr)).toMatchObject({
      error: { code: 'permission', hint: expect.stringContaining('--role own') },
    });
    expect(simulator.world.access.roles.has('ProxdeckViewer')).toBe(false);
    expect(existsSync(configFile(env))).toBe(false);
  });

  it('makes a token of the own user for it', async () => {
    const env = { ...aHome(), PROXDECK_PASSWORD: password };
    expect((await runLine(line(...asAda('--role', 'own', '--token-id', 'laptop')), env)).code).toBe(0);
    expect(simulator.world.access.users.get('ada@pve')?.tokens.get('laptop')?.privsep).toBe(false);
    expect(textIn(env)).toContain('ada@pve!laptop=');
    expect(textIn(env)).not.toContain(password);
  });

  it('takes back what was made when the rest fails', async () => {
    const root = simulator.world.access.users.get('root@pam');
    root?.tfa.splice(0);
    const env = { ...aHome(), PROXDECK_PASSWORD: password };
    const flags = ['--fingerprint', simulator.fingerprint, '--user', 'root@pam', '--role', 'viewer'];
    const { code: exit, stdout } = await runLine(line(...flags, '--account', 'proxdeck@nowhere'), env);
    expect(exit).toBe(4);
    expect(stdout).toMatch(/remove the role ProxdeckViewer","state":"undone"/);
    expect(simulator.world.access.roles.has('ProxdeckViewer')).toBe(false);
    expect(existsSync(configFile(env))).toBe(false);
  });
});

describe('a token that a command tells', () => {
  const withCommand = (command: string) =>
    aHome(
      `contexts:\n  lab:\n    url: ${simulator.url}\n    fingerprint: ${simulator.fingerprint}\n    token_command: ${command}\n`,
    );

  it('is asked for when it is needed, and not kept', async () => {
    const env = aHome();
    const file = path.join(env.HOME, 'a token');
    writeFileSync(file, `${simulator.token}\nsecond line\n`);
    const flags = ['--fingerprint', simulator.fingerprint, '--name', 'lab', '--token-command', `cat '${file}'`];
    expect((await runLine(['connect', simulator.url, ...flags], env)).code).toBe(0);
    expect(textIn(env)).not.toContain(simulator.token);
    expect((await runLine(['guest', 'list', '--output', 'json'], env)).stdout).toContain('"web"');
    expect((await runLine(['context', 'list'], env)).code).toBe(0);
  });

  it.each([
    ['is not there', 'no-such-program-here', 'there is no such program'],
    ['fails', '[sh, -c, "echo locked >&2; exit 3"]', 'it ended with 3: locked'],
    ['tells something else', 'echo hunter2', 'told something that is no API token'],
    ['would need a shell', 'echo root@pam!tui=$SECRET && true', 'told something that is no API token'],
  ])('names the place when it %s', async (_what, command, sentence) => {
    const env = withCommand(command);
    const { code: exit, stderr } = await runLine(['guest', 'list'], env);
    expect(exit).toBe(3);
    expect(stderr).toContain(`${configFile(env)}:5: token_command`);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('hunter2');
  });

  it('excludes another login in the same context', async () => {
    const env = aHome('contexts:\n  lab: { url: a, token: root@pam!tui=1, token_command: pass }\n');
    await expect(loadConfig(env)).rejects.toMatchObject({
      message: expect.stringContaining('token and token_command'),
    });
  });
});

describe('context examine', () => {
  it('tells the certificate of a server', async () => {
    const { address, received } = await startRecorder();
    const { code: exit, stdout } = await runLine(
      ['context', 'examine', `https://${address}`, '--output', 'json'],
      aHome(),
    );
    expect(exit).toBe(0);
    expect(stdout).toContain(certificate.fingerprint);
    expect(stdout).toContain('"trust":"new"');
    expect(received()).toBe(0);
  });

  it('says how far it came', async () => {
    const { code: exit, stderr } = await runLine(['context', 'examine', 'https://127.0.0.1:9'], aHome());
    expect(exit).toBe(5);
    expect(stderr).toMatch(/find the address: done\nreach the port: failed\n[^]*TCP: connection refused/);
  });
});
