import { expect, test } from 'vitest';
import { createRateMeter } from '../../../src/inventory/rates.ts';
import { guest } from './fakes.ts';

const at = (seconds: number): number => seconds * 1_000;

test('there is no rate before the second reading; then it is bytes a second of the guest itself', () => {
  const meter = createRateMeter();
  meter.update([guest(101, { uptime: 100, netin: 1_000, netout: 10, diskread: 0, diskwrite: 500 })], at(0));
  expect(meter.rates('lxc/101')).toBeUndefined();
  // The answer came late: the server's own clock tells that 10 s lie between the readings.
  meter.update([guest(101, { uptime: 110, netin: 3_000, netout: 10, diskread: 50, diskwrite: 1_500 })], at(14));
  expect(meter.rates('lxc/101')).toEqual({ netin: 200, netout: 0, diskread: 5, diskwrite: 100 });
  expect(meter.rates('lxc/102')).toBeUndefined();
});

test('asking more often than the server counts gives neither zeros nor peaks', () => {
  const meter = createRateMeter();
  meter.update([guest(101, { uptime: 100, netin: 0 })], at(0));
  meter.update([guest(101, { uptime: 110, netin: 1_000 })], at(10));
  meter.update([guest(101, { uptime: 110, netin: 1_000 })], at(13));
  expect(meter.rates('lxc/101')?.netin).toBe(100);
  meter.update([guest(101, { uptime: 120, netin: 3_000 })], at(19));
  expect(meter.rates('lxc/101')?.netin).toBe(200);
});

test('a restart has no rate until there are two readings again', () => {
  const meter = createRateMeter();
  meter.update([guest(101, { uptime: 100, netin: 1_000 })], at(0));
  meter.update([guest(101, { uptime: 110, netin: 2_000 })], at(10));
  meter.update([guest(101, { uptime: 5, netin: 50 })], at(20));
  expect(meter.rates('lxc/101')).toBeUndefined();
  meter.update([guest(101, { uptime: 15, netin: 150 })], at(30));
  expect(meter.rates('lxc/101')?.netin).toBe(10);
});

test('a counter that went back though the guest ran on gives no rate', () => {
  const meter = createRateMeter();
  meter.update([guest(101, { uptime: 100, netin: 1_000 })], at(0));
  meter.update([guest(101, { uptime: 110, netin: 10 })], at(10));
  expect(meter.rates('lxc/101')).toBeUndefined();
});

test('a stopped guest, one that is gone and one whose counters stand still have no rate', () => {
  const meter = createRateMeter();
  const two = (uptime: number, netin: number) => [101, 102, 103].map((vmid) => guest(vmid, { uptime, netin }));
  meter.update(two(100, 0), at(0));
  meter.update(two(110, 100), at(10));
  expect(meter.rates('lxc/103')?.netin).toBe(10);
  const later = [guest(101, { status: 'stopped', uptime: 0 }), guest(103, { uptime: 110, netin: 100 })];
  meter.update(later, at(20));
  expect(meter.rates('lxc/101')).toBeUndefined();
  expect(meter.rates('lxc/102')).toBeUndefined();
  expect(meter.rates('lxc/103')?.netin).toBe(10);
  meter.update(later, at(50));
  expect(meter.rates('lxc/103')).toBeUndefined();
});
