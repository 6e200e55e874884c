import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ProxdeckError } from '../../../src/models/error.ts';
import { takeLater } from '../../../src/operations/guest-made.ts';
import { planned } from '../../../src/operations/steps.ts';
import { askingOf, type Asking } from '../../support/asking.ts';
import { fakeContext } from './fakes.ts';

/** What wizards of new guests ask and do: numbers, keys, bridges, and settings that plain mode has too. */

const fixture = `
nodes:
  pve1:
    cpus: 4
    memory: 16G
    interfaces:
      enp1s0: { type: eth, method: manual, active: 1, exists: 1 }
      vmbr0: { type: bridge, method: static, active: 1, cidr: 192.0.2.11/24, gateway: 192.0.2.1, bridge_ports: enp1s0 }
storages:
  local:
    config: { type: dir, path: /var/lib/vz, content: 'iso,vztmpl,import' }
    places:
      pve1:
        total: 100G
        volumes:
          local:iso/tiny.iso: { size: 2M }
          local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst: { size: 58542905 }
  thin:
    config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }
    places: { pve1: { total: 100G } }
guests:
  100: { type: lxc, node: pve1, config: { hostname: web, memory: 512, ostype: debian, rootfs: 'thin:vm-100-disk-0,size=4G' } }
  900: { type: lxc, node: pve1, config: { hostname: base, template: 1, memory: 512, ostype: debian, rootfs: 'thin:base-900-disk-0,size=4G' } }
`;

let lab: Asking;
beforeAll(async () => {
  lab = await askingOf(fixture);
});
afterAll(() => lab[Symbol.asyncDispose]());

const configOf = (vmid: number) => lab.simulator.world.guests.get(vmid)?.config;
const machine = { type: 'vm', node: 'pve1', storage: 'thin', iso: 'local:iso/tiny.iso' } as const;

it('cluster.next-id tells the next free number', async () => {
  expect(await lab.ask('cluster.next-id', {})).toEqual({ vmid: 101 });
});

it('node.network lists only bridges where those are wanted', async () => {
  const names = async (bridges: boolean) =>
    (await lab.ask('node.network', { node: 'pve1', bridges })).map(({ iface }) => iface);
  expect(await names(true)).toEqual(['vmbr0']);
  expect(await names(false)).toContain('enp1s0');
});

describe('ssh.keys', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'proxdeck-keys-'));
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('has nothing to list without a folder', async () => {
    vi.stubEnv('HOME', path.join(home, 'nobody'));
    expect(await lab.ask('ssh.keys', {})).toEqual([]);
  });

  it('lists public keys with who made them, and never a private one', async () => {
    const folder = path.join(home, '.ssh');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'id_ed25519'), 'ssh-ed25519 PRIVATE\n');
    writeFileSync(path.join(folder, 'id_ed25519.pub'), 'ssh-ed25519 AAAAC3Nz ada@desk\n');
    writeFileSync(path.join(folder, 'old.pub'), '# a comment\n\necdsa-sha2-nistp256 AAAAE2Vj\nnonsense\n');
    vi.stubEnv('HOME', home);
    expect(await lab.ask('ssh.keys', {})).toEqual([
      { file: 'id_ed25519.pub', type: 'ssh-ed25519', comment: 'ada@desk', key: 'ssh-ed25519 AAAAC3Nz ada@desk' },
      { file: 'old.pub', type: 'ecdsa-sha2-nistp256', comment: '', key: 'ecdsa-sha2-nistp256 AAAAE2Vj' },
    ]);
  });

  it('says so when the folder cannot be read', async () => {
    writeFileSync(path.join(home, 'file'), '');
    mkdirSync(path.join(home, 'odd'));
    writeFileSync(path.join(home, 'odd/.ssh'), '');
    vi.stubEnv('HOME', path.join(home, 'odd'));
    expect(await lab.refusal('ssh.keys', {})).toMatchObject({
      code: 'config',
      message: expect.stringContaining('.ssh cannot be read'),
    });
  });
});

describe('guest.create of a VM', () => {
  it('gives it UEFI with its disk, a TPM and no agent where that is wanted', async () => {
    await lab.ask('guest.create', { ...machine, vmid: 200, firmware: 'uefi', tpm: true, agent: 'off', disk: '10G' });
    expect(configOf(200)).toMatchObject({
      bios: 'ovmf',
      machine: 'q35',
      efidisk0: expect.stringContaining('efitype=4m'),
      tpmstate0: expect.stringContaining('version=v2.0'),
    });
    expect(configOf(200)).not.toHaveProperty('agent');
  });

  it('keeps to BIOS and the agent otherwise', async () => {
    await lab.ask('guest.create', { ...machine, vmid: 201, disk: '10G' });
    expect(configOf(201)).toMatchObject({ agent: 'enabled=1' });
    for (const key of ['bios', 'efidisk0', 'tpmstate0']) expect(configOf(201)).not.toHaveProperty(key);
  });

  it.each([{ firmware: 'uefi' }, { tpm: true }, { agent: 'off' }] as const)(
    'has no %o for containers',
    async (over) => {
      const template = 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst';
      const error = await lab.refusal('guest.create', { type: 'ct', vmid: 300, node: 'pve1', template, ...over });
      expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(/is for VMs/) });
    },
  );

  it('refuses DNS servers that are no addresses', async () => {
    const error = await lab.refusal('guest.create', { ...machine, nameserver: '192.0.2.53 ns1' });
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(/DNS servers are addresses/) });
  });
});

it('guest.clone starts the clone where that is wanted', async () => {
  await lab.ask('guest.clone', { guest: '900', newid: 400, name: 'web-9', start: true });
  expect(lab.simulator.world.guests.get(400)).toMatchObject({ running: true, config: { hostname: 'web-9' } });
});

it('tells that a guest was made where it does not start', async () => {
  const { context } = fakeContext({
    reply: () => {
      throw new ProxdeckError('server', 'no space left.', { hint: 'Look at the storage.' });
    },
  });
  const start = { title: 'start 950 web-9', call: planned('POST', '/nodes/pve1/lxc/950/status/start') };
  const made = { vmid: 950, name: 'web-9' };
  const work = takeLater(context, made, [start], true);
  await work.next();
  await work.next();
  await expect(work.next()).rejects.toMatchObject({
    code: 'partial',
    message: '950 web-9 was made. no space left.',
    hint: 'Look at the storage.',
    value: made,
  });
});
