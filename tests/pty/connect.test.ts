import { readFileSync, statSync } from 'node:fs';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { assetPath } from '../../src/simulator/assets.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { totpCode } from '../../src/simulator/totp.ts';
import { Home } from '../support/home.ts';
import { launcherFile } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';
import { certificate, listen } from '../unit/proxmox/server.ts';

/** `proxdeck connect` as a person meets it, against the demo's cluster with a certificate that it signed itself. */

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

const open = (home: Home, ...args: string[]): Terminal => {
  const terminal = new Terminal(launcherFile, args, { columns: 120, rows: 60, env: home.env });
  undo.push(() => terminal[Symbol.asyncDispose]());
  return terminal;
};

/** Takes the place of a server: it has another certificate, and counts what is sent to it behind the handshake. */
const impostor = async (port: number) => {
  let bytes = 0;
  const server = tls.createServer({ key: certificate.key, cert: certificate.cert }, (socket) => {
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('error', () => socket.destroy());
  });
  server.on('tlsClientError', () => undefined);
  const address = await listen(server, port);
  undo.push(() => void server.close());
  return { address, received: () => bytes };
};

const password = 'root-demo-pw';
const phone = 'JBSWY3DPEHPK3PXP';

/** Answers the questions of the dialogue one after the other. */
const connect = async (home: Home, { url, fingerprint }: Simulator): Promise<Terminal> => {
  const terminal = open(home, 'connect', url, '--name', 'home');
  await terminal.waitFor('Trust it from now on? [y/N]');
  expect(terminal.frame()).toContain(fingerprint);
  terminal.press('y<enter>');
  await terminal.waitFor('[password/token]');
  terminal.press('<enter>');
  await terminal.waitFor('[root@pam]');
  terminal.press('<enter>');
  await terminal.waitFor('Password:');
  terminal.press(`${password}<enter>`);
  await terminal.waitFor('Which one? [operator]');
  terminal.press('<enter>');
  await terminal.waitFor('Second factor (totp):');
  terminal.press(`${totpCode(phone, Date.now() / 1000)}<enter>`);
  expect(await terminal.exited).toMatchObject({ code: 0 });
  return terminal;
};

describe('connecting', () => {
  it('trusts, signs in with TOTP, keeps a token with few rights and not the password; the next start uses the token', async () => {
    const simulator = await homelab();
    const home = aHome();
    const terminal = await connect(home, simulator);
    expect(terminal.raw).not.toContain(password);
    expect(terminal.frame()).toContain('make the role ProxdeckOperator: done');

    const text = readFileSync(home.configFile, 'utf8');
    expect(statSync(home.configFile).mode & 0o777).toBe(0o600);
    expect(text).toMatch(/token: proxdeck@pve!\S+=[0-9a-f-]{36}/);
    expect(text).not.toContain(password);

    const root = simulator.world.access.users.get('root@pam');
    if (root !== undefined) root.enable = false;
    const second = open(home, 'guest', 'list', '--status', 'running');
    expect(await second.exited).toMatchObject({ code: 0 });
    expect(second.frame()).toContain('gitea');
  });

  it('sends nothing to a server whose certificate changed, and shows both', async () => {
    const simulator = await homelab();
    const home = aHome();
    await connect(home, simulator);
    await simulator.close();
    const { address, received } = await impostor(Number(new URL(simulator.url).port));
    expect(simulator.url).toContain(address);

    const refused = open(home, 'guest', 'list');
    expect(await refused.exited).toMatchObject({ code: 5 });
    const asked = open(home, 'connect', simulator.url);
    await asked.waitFor('Write yes in full:');
    for (const one of [simulator.fingerprint, certificate.fingerprint]) expect(asked.frame()).toContain(one);
    asked.press('no<enter>');
    expect(await asked.exited).toMatchObject({ code: 5 });
    expect(received()).toBe(0);
  });

  it('is left with Ctrl-C, and nothing is saved', async () => {
    const home = aHome();
    const terminal = open(home, 'connect', (await homelab()).url);
    await terminal.waitFor('Trust it from now on? [y/N]');
    terminal.press('<C-c>');
    expect(await terminal.exited).toMatchObject({ code: 130 });
    expect(() => statSync(home.configFile)).toThrow('ENOENT');
  });
});
