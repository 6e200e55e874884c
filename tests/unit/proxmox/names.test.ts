import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/proxmox/address.ts';
import { parseUpid, taskLabel } from '../../../src/models/upid.ts';

describe('an address', () => {
  test.each([
    ['https://pve1.example.org:8006', 'pve1.example.org', 8006],
    ['https://pve1:8006/api2/json', 'pve1', 8006],
    ['https://pve1:443/', 'pve1', 443],
    ['pve1', 'pve1', 8006],
    [' 10.0.2.15:8007 ', '10.0.2.15', 8007],
    ['[fd00::1]:8006', 'fd00::1', 8006],
    ['https://[::1]', '::1', 8006],
  ])('%s', (text, host, port) => {
    expect(parseAddress(text)).toEqual({
      host,
      port,
      text: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    });
  });

  test.each([
    '',
    'http://pve1:8006',
    'pve1:0',
    'pve1:70000',
    'pve 1',
    'https://pve1/other',
    'user@pve1',
    '[nonsense]',
    'fd00::1',
  ])('%j is none', (text) => {
    expect(() => parseAddress(text)).toThrow(
      expect.objectContaining({ code: 'config', hint: expect.stringContaining('8006') }),
    );
  });
});

describe('a UPID', () => {
  test('is taken apart', () => {
    expect(parseUpid('UPID:pve1:0003D1A2:00C4E91F:68B0C2A5:vzstart:101:root@pam!tui:')).toEqual({
      node: 'pve1',
      pid: 0x3d1a2,
      starttime: 0x68b0c2a5,
      type: 'vzstart',
      id: '101',
      user: 'root@pam!tui',
    });
  });

  test('may have no id, and a start time of nine digits after 497 days', () => {
    expect(parseUpid('UPID:pve-2:00001F5E:10002C7E4:6B00BC0D:vncshell::root@pam:')).toMatchObject({
      node: 'pve-2',
      id: '',
    });
  });

  test.each([
    '',
    'OK',
    'UPID:pve1:0003D1A2:00C4E91F:68B0C2A5:vzstart:101:root@pam',
    'UPID:-pve:0003D1A2:00C4E91F:68B0C2A5:vzstart:101:root@pam:',
    'UPID:pve1:3D1A2:00C4E91F:68B0C2A5:vzstart:101:root@pam:',
    'UPID:pve1:0003D1A2:00C4E91F:68B0C2A5:vz/start:101:root@pam:',
  ])('%j is none', (text) => {
    expect(parseUpid(text)).toBeUndefined();
  });
});

test.each([
  ['vzstart', '101', 'CT 101 - start'],
  ['qmigrate', '200', 'VM 200 - migrate'],
  ['vzdump', '', 'Backup - run'],
  ['srvreload', 'networking', 'Service networking - reload'],
  ['hologram', '7', 'hologram 7'],
  ['constructor', '', 'constructor'],
])('the label of %s %s is “%s”', (type, id, label) => {
  expect(taskLabel(type, id)).toBe(label);
});
