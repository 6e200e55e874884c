import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import tls, { type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { assetPath } from '../../src/simulator/assets.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { totpCode } from '../../src/simulator/totp.ts';
import { Home } from '../support/home.ts';
import { launcherFile } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';
import { certificate, listen } from '../unit/proxmox/server.ts';

/** Connecting a cluster in the full screen, as a person meets it on a terminal. */

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const back of undo.splice(0).toReversed()) await back();
});

const homelab = async (): Promise<Simulator> => {
  const simulator = await startSimulator({ fixture: assetPath('demo/homelab.yaml'), authDelayMs: 0 });
  undo.push(() => simulator.close());
  return simulator;
};

const aHome = (): Home => {
  const home = new Home();
  undo.push(() => home[Symbol.dispose]());
  return home;
};

const open = (home: Home, size: { columns: number; rows: number } = { columns: 80, rows: 24 }): Terminal => {
  const terminal = new Terminal(launcherFile, [], { ...size, env: home.env });
  undo.push(() => terminal[Symbol.asyncDispose]());
  return terminal;
};

/** Takes the place of a server: it has another certificate, and counts what is sent to it behind the handshake. */
const impostor = async (port: number) => {
  let bytes = 0;
  const sockets = new Set<TLSSocket>();
  const server = tls.createServer({ key: certificate.key, cert: certificate.cert }, (socket) => {
    sockets.add(socket);
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('error', () => socket.destroy());
  });
  server.on('tlsClientError', () => undefined);
  await listen(server, port);
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  undo.push(() => void server.close());
  return { received: () => bytes, close };
};

const password = 'root-demo-pw';
const phone = 'JBSWY3DPEHPK3PXP';
const pairs = (fingerprint: string): readonly [string, string] => [fingerprint.slice(0, 47), fingerprint.slice(48)];

/** Answers everything; what can be typed ahead is. */
const connect = async (terminal: Terminal, { url, fingerprint }: Simulator): Promise<void> => {
  await terminal.waitFor('No cluster is configured yet.');
  terminal.press(`<down><enter>home<enter>${url}<enter>`);
  await terminal.waitFor('trust it from now on');
  for (const half of pairs(fingerprint)) expect(terminal.frame()).toContain(half);
  terminal.press(`<down><enter><enter><enter>${password}<enter><enter>`);
  await terminal.waitFor('Second factor (totp)');
  terminal.press('000000<enter>');
  await terminal.waitFor('That one was refused');
  terminal.press(`${totpCode(phone, Date.now() / 1000)}<enter>`);
  await terminal.waitFor('home is connected as proxdeck@pve!');
  expect(terminal.frame()).toContain('make the role ProxdeckOperator');
};

describe('the first start', () => {
  it('trusts, signs in with TOTP, keeps a token with few rights and not the password; the next start uses the token', async () => {
    const simulator = await homelab();
    const home = aHome();
    const terminal = open(home);
    await connect(terminal, simulator);
    terminal.press('<enter>');
    await terminal.waitFor('gitea');
    expect(terminal.raw).not.toContain(password);
    terminal.press('q');
    expect(await terminal.exited).toMatchObject({ code: 0 });

    const text = readFileSync(home.configFile, 'utf8');
    expect(statSync(home.configFile).mode & 0o777).toBe(0o600);
    expect(text).toMatch(/token: proxdeck@pve!\S+=[0-9a-f-]{36}/);
    expect(text).not.toContain(password);

    const root = simulator.world.access.users.get('root@pam');
    if (root !== undefined) root.enable = false;
    const second = open(home);
    await second.waitFor('gitea');
    second.press('q');
    expect(await second.exited).toMatchObject({ code: 0 });
  });

  it('says of an account that only has a security key that a token is the way, and takes one', async () => {
    const simulator = await homelab();
    const key = { id: 'key', type: 'webauthn', description: '', created: 0, enable: true, secret: 'Y3JlZA' };
    simulator.world.access.users.get('root@pam')?.tfa.splice(0, 1, key);
    const terminal = open(aHome());
    await terminal.waitFor('No cluster is configured yet.');
    terminal.press(
      `<down><enter>home<enter>${simulator.url}<enter><down><enter><enter><enter>${password}<enter><enter>`,
    );
    await terminal.waitFor('(webauthn) needs a browser');
    expect(terminal.frame()).toContain('API Tokens');
    await terminal.waitFor('one that was made in the web interface');
    terminal.press(`<down><enter>${simulator.token}<enter>`);
    await terminal.waitFor('home is connected as root@pam!proxdeck');
    expect(terminal.raw).not.toContain(simulator.token.split('=')[1]);
  });

  it('writes nothing in a read-only session, and says so before anything is asked', async () => {
    const home = aHome();
    const terminal = new Terminal(launcherFile, ['--read-only'], { columns: 80, rows: 24, env: home.env });
    undo.push(() => terminal[Symbol.asyncDispose]());
    await terminal.waitFor('No cluster is configured yet.');
    terminal.press('<down><enter>');
    await terminal.waitFor('this session is read-only');
    terminal.press('<down><down><enter>');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });

  it('offers what pvetui knows, and connects one of it', async () => {
    const simulator = await homelab();
    const home = aHome();
    const file = path.join(home.folder, '.config/pvetui/config.yml');
    mkdirSync(path.dirname(file), { recursive: true });
    const [id = '', secret = ''] = simulator.token.split('=');
    writeFileSync(
      file,
      `profiles:\n  cellar:\n    addr: ${simulator.url}\n    user: root\n    realm: pam\n    token_id: ${id.split('!')[1] ?? ''}\n    token_secret: ${secret}\n`,
    );
    const terminal = open(home, { columns: 120, rows: 40 });
    await terminal.waitFor('take over what it knows');
    terminal.press('<down><down><enter>');
    await terminal.waitFor('by its token');
    terminal.press('<enter>');
    await terminal.waitFor('trust it from now on');
    terminal.press('<down><enter>');
    await terminal.waitFor('cellar is connected as root@pam!');
    terminal.press('<enter>');
    await terminal.waitFor('gitea');
    expect(readFileSync(home.configFile, 'utf8')).toContain(simulator.fingerprint);
  });

  it('says how far it came when nobody answers, and takes another address', async () => {
    const simulator = await homelab();
    const terminal = open(aHome());
    await terminal.waitFor('No cluster is configured yet.');
    terminal.press('<down><enter><enter>https://127.0.0.1:9<enter>');
    await terminal.waitFor('TCP: connection refused');
    terminal.press(`<C-u>${simulator.url}<enter>`);
    await terminal.waitFor('trust it from now on');
    terminal.press('<C-c>');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });
});

describe('a certificate that changed', () => {
  it('stops an open screen: nothing is sent, both are shown, and the new one counts when the person trusts it', async () => {
    const simulator = await homelab();
    const home = aHome();
    home.addContext(simulator, 'home');
    const terminal = open(home, { columns: 120, rows: 40 });
    await terminal.waitFor('gitea');
    const port = Number(new URL(simulator.url).port);
    await simulator.close();
    const { received, close } = await impostor(port);
    terminal.press('R');
    await terminal.waitFor('is another one');
    for (const one of [simulator.fingerprint, certificate.fingerprint])
      for (const half of pairs(one)) expect(terminal.frame()).toContain(half);
    terminal.press('<enter>');
    await terminal.waitFor((frame) => !frame.includes('is another one'));
    expect(received()).toBe(0);
    await close();

    const again = await startSimulator({ fixture: assetPath('demo/homelab.yaml'), authDelayMs: 0, port });
    undo.push(() => again.close());
    for (const [id, token] of simulator.world.access.users.get('root@pam')?.tokens ?? [])
      again.world.access.users.get('root@pam')?.tokens.set(id, token);
    terminal.press('R');
    await terminal.waitFor('is another one');
    for (const half of pairs(again.fingerprint)) expect(terminal.frame()).toContain(half);
    terminal.press('<tab><enter>');
    await terminal.waitFor('trust this one in place of the other');
    terminal.press('<down><enter>');
    await terminal.waitFor('home is connected as');
    terminal.press('<enter>');
    await terminal.waitFor('home is trusted');
    expect(readFileSync(home.configFile, 'utf8')).toContain(again.fingerprint);
  });
});

describe('a login that asks for more', () => {
  const withPassword = ({ url, fingerprint }: Simulator): Home => {
    const home = aHome();
    mkdirSync(path.dirname(home.configFile), { recursive: true });
    const entry = { url, fingerprint, username: 'root@pam', password };
    writeFileSync(home.configFile, JSON.stringify({ contexts: { home: entry } }), { mode: 0o600 });
    return home;
  };

  it('is asked for its second factor over the screen, again when it was wrong', async () => {
    const terminal = open(withPassword(await homelab()));
    await terminal.waitFor('home: second factor of root@pam (totp)');
    terminal.press('000000<enter>');
    await terminal.waitFor('That one was refused');
    terminal.press(`${totpCode(phone, Date.now() / 1000)}<enter>`);
    await terminal.waitFor('gitea');
    terminal.press('q');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });

  it('goes on without it, says so, and asks anew when the person wants that', async () => {
    const terminal = open(withPassword(await homelab()), { columns: 120, rows: 40 });
    await terminal.waitFor('home: second factor of root@pam (totp)');
    terminal.press('<escape>');
    await terminal.waitFor('was not given, so nobody');
    terminal.press(':contexts<enter>');
    await terminal.waitFor('signs in');
    terminal.press('x');
    await terminal.waitFor('connect anew');
    terminal.press('c');
    await terminal.waitFor('Keep the login that is configured');
    terminal.press('<enter>');
    await terminal.waitFor('Second factor (totp)');
    terminal.press(`${totpCode(phone, Date.now() / 1000)}<enter>`);
    await terminal.waitFor('home is connected as root@pam');
    expect(terminal.raw).not.toContain(password);
  });
});
