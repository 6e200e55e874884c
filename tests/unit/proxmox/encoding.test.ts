import { describe, expect, test } from 'vitest';
import { encodeCall } from '../../../src/proxmox/encoding.ts';

describe('parameters', () => {
  test.each([
    ['booleans as 1 and 0', { start: true, force: false }, 'start=1&force=0'],
    ['a list as repeated keys', { vms: [101, 102], delete: ['net1'] }, 'vms=101&vms=102&delete=net1'],
    ['what would split a value is escaped', { net0: 'name=eth0;a&b+c%d' }, 'net0=name%3Deth0%3Ba%26b%2Bc%25d'],
    ['text is UTF-8', { description: 'Grüße an alle' }, 'description=Gr%C3%BC%C3%9Fe+an+alle'],
    ['undefined is not sent', { vmid: 101, node: undefined }, 'vmid=101'],
    ['zero is a value', { limit: 0 }, 'limit=0'],
  ])('%s', (_title, parameters, encoded) => {
    expect(encodeCall('POST', '/x', parameters)).toEqual({ method: 'POST', path: '/x', target: '/x', body: encoded });
    expect(encodeCall('PUT', '/x', parameters).body).toBe(encoded);
    expect(encodeCall('GET', '/x', parameters)).toEqual({ method: 'GET', path: '/x', target: `/x?${encoded}` });
    expect(encodeCall('DELETE', '/x', parameters).target).toBe(`/x?${encoded}`);
  });

  test('none: neither body nor query', () => {
    expect(encodeCall('POST', '/x', {})).toEqual({ method: 'POST', path: '/x', target: '/x' });
    expect(encodeCall('GET', '/x', {})).toEqual({ method: 'GET', path: '/x', target: '/x' });
  });

  test.each([
    ['an empty text', { comment: '' }],
    ['an empty text in a list', { comment: ['a', ''] }],
    ['an empty list, which for the vms of a bulk action would mean all', { comment: [] }],
  ])('%s cannot be sent, and the hint says how to clear a setting', (_title, parameters) => {
    expect(() => encodeCall('PUT', '/x', parameters)).toThrow(
      expect.objectContaining({
        kind: 'validation',
        fields: { comment: expect.any(String) },
        hint: expect.stringContaining('delete=comment'),
      }),
    );
  });
});

test.each(['nodes', '/nodes?x=1', '/nodes#', '/nodes/a b', '/nodes/ü', '/a\nb', ''])('%j is not a path', (path) => {
  expect(() => encodeCall('GET', path, {})).toThrow(expect.objectContaining({ kind: 'validation' }));
});

test('what is encoded stays as it is', () => {
  const path = '/nodes/pve1/tasks/UPID%3Apve1%3A0003D1A2%3A/log';
  expect(encodeCall('GET', path, {}).target).toBe(path);
});
