import { describe, expect, it } from 'vitest';
import { isNear } from '../../../src/proxmox/near.ts';

describe('isNear', () => {
  it.each(['127.0.0.1', '::1', '10.1.2.3', '172.31.0.1', '192.168.1.10', 'fd00::1', 'fe80::1'])(
    '%s is near',
    (address) => {
      expect(isNear(address)).toBe(true);
    },
  );
  it.each(['172.32.0.1', '8.8.8.8', '2001:db8::1', '193.168.1.1', undefined])('%s is not', (address) => {
    expect(isNear(address)).toBe(false);
  });
});
