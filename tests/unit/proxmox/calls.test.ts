import { describe, expect, test } from 'vitest';
import { createCallLog, maskParameters } from '../../../src/proxmox/calls.ts';

const call = { method: 'GET', path: '/version', parameters: {}, address: 'pve1:8006', origin: 'person' } as const;

describe('masking', () => {
  test.each([
    'password',
    'confirmation-password',
    'token',
    'ticket',
    'vncticket',
    'secret',
    'otp',
    'sshkeys',
    'ssh-public-keys',
    'cipassword',
    'tfa-challenge',
    'client-key',
    'encryption-key',
    'keyring',
    'Password',
  ])('%s is not shown', (name) => {
    expect(maskParameters({ [name]: 'hunter2' })).toEqual({ [name]: '••••' });
  });

  test.each(['tokenid', 'keyboard', 'username', 'vmid', 'comment', 'tokens', 'storage', 'monkeys'])(
    '%s is shown',
    (name) => {
      expect(maskParameters({ [name]: 'hunter2' })).toEqual({ [name]: 'hunter2' });
    },
  );

  test('a ticket or token is not shown, whatever its parameter is called', () => {
    const shown = maskParameters({
      one: 'PVE:root@pam:6B00B5FF::lczkxy6g',
      two: 'PVEVNC:68B0C2A5::abc',
      three: 'PVEAPIToken=root@pam!main=5ecfa0e2',
    });
    expect(Object.values(shown)).toEqual(['••••', '••••', '••••']);
  });

  test('values are shown as they are sent, without what is not sent, and cut when they are long', () => {
    expect(maskParameters({ start: true, vms: [1, 2], none: undefined, limit: 0 })).toEqual({
      start: '1',
      vms: '1,2',
      limit: '0',
    });
    expect(maskParameters({ description: 'x'.repeat(300) })['description']).toBe(`${'x'.repeat(200)}…`);
  });
});

describe('the ring', () => {
  test('keeps the last 1,000 calls, oldest first', () => {
    const log = createCallLog(() => 0);
    for (let index = 0; index < 1_005; index += 1) log.begin(call);
    expect(log.records).toHaveLength(1_000);
    expect(log.records.map(({ id }) => id)).toEqual(Array.from({ length: 1_000 }, (_value, index) => index + 6));
  });

  test('notes status and duration when the answer came, and tells its listeners', () => {
    let now = 5_000;
    const log = createCallLog(() => now);
    let told = 0;
    const forget = log.subscribe(() => {
      told += 1;
    });
    const end = log.begin(call);
    expect(log.records).toEqual([{ ...call, id: 1, at: 5_000 }]);
    now = 5_042;
    end({ status: 200 });
    expect(log.records).toEqual([{ ...call, id: 1, at: 5_000, status: 200, durationMs: 42 }]);
    expect(told).toBe(2);
    forget();
    log.begin(call)({ error: 'no answer' });
    expect(told).toBe(2);
    expect(log.records[1]).toMatchObject({ error: 'no answer' });
  });

  test('a snapshot of the ring does not change afterwards', () => {
    const log = createCallLog(() => 0);
    log.begin(call);
    const before = log.records;
    log.begin(call);
    expect(before).toHaveLength(1);
  });
});

describe('calls a minute', () => {
  test('are counted apart for the poll and for persons, and forgotten after 60 s', () => {
    let now = 1_000_000;
    const log = createCallLog(() => now);
    log.begin({ ...call, origin: 'poll' });
    now += 30_000;
    log.begin({ ...call, origin: 'poll' });
    log.begin(call);
    expect(log.perMinute(now)).toEqual({ poll: 2, person: 1 });
    expect(log.perMinute(now + 30_000)).toEqual({ poll: 1, person: 1 });
    expect(log.perMinute(now + 60_000)).toEqual({ poll: 0, person: 0 });
  });

  test('do not depend on the size of the ring', () => {
    const log = createCallLog(() => 0);
    for (let index = 0; index < 1_500; index += 1) log.begin({ ...call, origin: 'poll' });
    expect(log.perMinute(0)).toEqual({ poll: 1_500, person: 0 });
  });
});
