import { describe, expect, it } from 'vitest';
import type { Config, ContextConfig } from '../../../src/config/config.ts';
import { placeOf } from '../../../src/operations/connect/place.ts';
import { levels, privilegesOf, roleIdOf } from '../../../src/operations/connect/rights.ts';

describe('the rights of a token of its own', () => {
  const auditor = ['VM.Audit', 'Sys.Audit', 'Datastore.Audit'];
  const of8 = [
    ...auditor,
    'VM.Monitor',
    'VM.PowerMgmt',
    'VM.Config.CPU',
    'Sys.Syslog',
    'Sys.AccessNetwork',
    'Permissions.Modify',
  ];
  const of9 = [
    ...auditor,
    'VM.GuestAgent.Audit',
    'VM.GuestAgent.FileWrite',
    'VM.Replicate',
    'VM.PowerMgmt',
    'Sys.Syslog',
  ];

  it('hold only what the server knows', () => {
    expect(privilegesOf('manager', { all: of8, auditor })).toEqual(of8.slice(0, -1).toSorted());
    expect(privilegesOf('manager', { all: of9, auditor })).toEqual(of9.toSorted());
  });

  it('grow from level to level, and never change permissions', () => {
    const sizes = levels.map((level) => privilegesOf(level, { all: of8, auditor }));
    expect(sizes.map((held) => held.length)).toEqual([4, 5, 8]);
    for (const held of sizes) expect(held).not.toContain('Permissions.Modify');
  });

  it('have a role whose name Proxmox VE takes', () => {
    expect(levels.map(roleIdOf)).toEqual(['ProxdeckViewer', 'ProxdeckOperator', 'ProxdeckManager']);
  });
});

describe('the context of an address', () => {
  const at = (...addresses: string[]): ContextConfig => ({ addresses, prod: false, read_only: false });
  const config: Config = {
    file: '/nowhere',
    contexts: { lab: at('https://pve1:8006', 'pve2'), pve3: at('other:8006'), environment: at('pve9') },
  };

  it.each([
    ['the named one', { url: 'pve1', name: 'pve3' }, 'pve3'],
    ['the one that has it, however it is written', { url: 'https://PVE2.example:8006' }, 'PVE2'],
    ['the one that has it', { url: 'https://pve2:8006' }, 'lab'],
    ['a new one after the host', { url: 'https://node7.example.org:8006' }, 'node7'],
    ['a new one beside one of that name', { url: 'pve3' }, 'pve3-2'],
    ['a new one after an address', { url: '192.0.2.7' }, '192.0.2.7'],
    ['a new one after an address of IPv6', { url: '[2001:db8::1]' }, '2001-db8-1'],
    ['never the one of the variables', { url: 'pve9' }, 'pve9'],
  ])('is %s', (_which, wanted, name) => {
    expect(placeOf(config, wanted).name).toBe(name);
  });
});
