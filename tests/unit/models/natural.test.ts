import { describe, expect, it } from 'vitest';
import { naturalOrder } from '../../../src/models/natural.ts';

describe('the natural order', () => {
  it('counts as people do', () => {
    expect(['pve10', 'pve9', 'pve', 'pve1', 'arm2', 'pve1a', 'pve01'].toSorted(naturalOrder)).toEqual([
      'arm2',
      'pve',
      'pve01',
      'pve1',
      'pve1a',
      'pve9',
      'pve10',
    ]);
  });

  it('orders numbers before words and is the same either way round', () => {
    const names = ['scsi0', 'net12', 'net2', '7', 'a7', '', 'net2b', 'net2b10', 'net2b9'];
    for (const left of names)
      for (const right of names)
        expect(Math.sign(naturalOrder(left, right)) + Math.sign(naturalOrder(right, left))).toBe(0);
    expect(names.toSorted(naturalOrder)).toEqual([
      '',
      '7',
      'a7',
      'net2',
      'net2b',
      'net2b9',
      'net2b10',
      'net12',
      'scsi0',
    ]);
  });
});
