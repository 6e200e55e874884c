import { describe, expect, test } from 'vitest';
import {
  addressesIn,
  backupsIn,
  certificateIn,
  disksIn,
  quorumIn,
  replicatedIn,
  replicationIn,
  reportedIn,
  sickPoolsIn,
  trendIn,
} from '../../../src/inventory/factAnswers.ts';

const rows = { node: { type: 'node', name: 'pve1', online: 1 }, cluster: { type: 'cluster', name: 'lab' } };

test('quorum is told by the row of the cluster; a host without a cluster has none', () => {
  expect(quorumIn([{ ...rows.cluster, quorate: 1 }, rows.node])).toEqual({ quorate: true });
  expect(quorumIn([{ ...rows.cluster, quorate: 0 }, rows.node])).toEqual({ quorate: false });
  expect(quorumIn([rows.node])).toEqual({});
});

test('local HA managers tell when they reported last', () => {
  const answer = [
    { id: 'quorum', type: 'quorum', node: 'pve1', quorate: 1 },
    { id: 'lrm:pve3', type: 'lrm', node: 'pve3', status: 'pve3 (old timestamp - dead?)', timestamp: 1795210464 },
  ];
  expect(reportedIn(answer)).toEqual({ pve3: 1795210464 });
});

test('of each guest the newest backup stays, with how many there are; odd rows are left out', () => {
  const answer = [
    { volid: 'pbs:backup/ct/101/a', vmid: '101', ctime: 100, size: 5, verification: { state: 'ok', upid: '' } },
    { volid: 'pbs:backup/ct/101/b', vmid: 101, ctime: 200, size: 6 },
    { volid: 'pbs:backup/ct/101/c', vmid: 101, ctime: 150, size: 7 },
    { volid: 'pbs:backup/vm/200/a', vmid: 200, ctime: '300', size: '8', verification: { state: 'failed' } },
    { volid: 'local:backup/unknown.tar', ctime: 1 },
  ];
  expect(backupsIn(answer)).toEqual({
    101: { volid: 'pbs:backup/ct/101/b', ctime: 200, size: 6, count: 3 },
    200: { volid: 'pbs:backup/vm/200/a', ctime: 300, size: 8, count: 1, verification: 'failed' },
  });
});

test('a trend needs a history; points without data are gaps', () => {
  const point = (hour: number) => ({ time: hour * 3600, used: 1000 + hour, total: 5000 });
  const gaps = [{ time: 1 }, { time: 2, used: null }];
  expect(trendIn([...gaps, ...Array.from({ length: 5 }, (_, hour) => point(hour))])).toBeUndefined();
  expect(trendIn([...gaps, ...Array.from({ length: 72 }, (_, hour) => point(hour))])?.bytesADay).toBeCloseTo(24, 5);
});

test('replication: which guests have a job that runs, and which jobs fail', () => {
  expect(replicatedIn([{ guest: '101' }, { guest: 101 }, { guest: 104, disable: 1 }])).toEqual([101]);
  const job = { id: '101-0', guest: 101, target: 'pve2', fail_count: 0 };
  expect(replicationIn([job, { ...job, id: '101-1', fail_count: 2, error: 'no ssh' }])).toEqual([
    { id: '101-1', guest: 101, target: 'pve2', failures: 2, error: 'no ssh' },
  ]);
});

test('disks, with or without a wearout, and pools that are not well', () => {
  expect(
    disksIn([
      { devpath: '/dev/sda', model: 'X', health: 'PASSED', wearout: 94, size: 1 },
      { devpath: '/dev/sdb', health: 'FAILED!', wearout: 'N/A' },
    ]),
  ).toEqual([
    { devpath: '/dev/sda', model: 'X', health: 'PASSED', wearout: 94 },
    { devpath: '/dev/sdb', model: '', health: 'FAILED!' },
  ]);
  expect(
    sickPoolsIn([
      { name: 'tank', health: 'ONLINE' },
      { name: 'old', health: 'DEGRADED' },
    ]),
  ).toEqual([{ name: 'old', health: 'DEGRADED' }]);
});

test('the certificate that the web server shows', () => {
  const own = { filename: 'pveproxy-ssl.pem', notafter: 2 };
  const generated = { filename: 'pve-ssl.pem', notafter: 1 };
  const authority = { filename: 'pve-root-ca.pem', notafter: 3 };
  expect(certificateIn([authority, generated])).toEqual(generated);
  expect(certificateIn([authority, generated, own])).toEqual(own);
  expect(certificateIn([authority])).toBeUndefined();
});

describe('addresses', () => {
  test('of a container, of the guest agent, and of releases before 8.2', () => {
    const container = [
      { name: 'lo', inet: '127.0.0.1/8', 'ip-addresses': [{ 'ip-address': '127.0.0.1' }, { 'ip-address': '::1' }] },
      {
        name: 'eth0',
        inet: '10.0.2.120/24',
        'ip-addresses': [{ 'ip-address': '10.0.2.120' }, { 'ip-address': 'fec0::1' }, { 'ip-address': 'fe80::1' }],
      },
    ];
    expect(addressesIn(container)).toEqual(['10.0.2.120', 'fec0::1']);
    expect(addressesIn({ result: container })).toEqual(['10.0.2.120', 'fec0::1']);
    expect(addressesIn([{ name: 'eth0', hwaddr: 'x', inet: '10.0.0.7/24', inet6: 'fd00::7/64' }])).toEqual([
      '10.0.0.7',
      'fd00::7',
    ]);
  });

  test('of a guest without any, and of a container that does not run', () => {
    expect(addressesIn([{ name: 'eth0', 'ip-addresses': [] }])).toEqual([]);
    expect(addressesIn(null)).toEqual([]);
  });
});
