import { describe, expect, it } from 'vitest';
import { differences, steady } from './compare.ts';
import type { Compared } from './compare.ts';

const headers = {
  'cache-control': 'max-age=0',
  connection: 'Keep-Alive',
  date: 'x',
  expires: 'x',
  pragma: 'no-cache',
  server: 'pve-api-daemon/3.0',
  'content-type': 'application/json;charset=UTF-8',
  'content-length': '10',
};

const { 'content-type': _type, ...withoutType } = headers;

const answer = (data: unknown, more: Partial<Compared> = {}): Compared => ({
  status: 200,
  reason: 'OK',
  headers,
  body: { data },
  ...more,
});

const guest = { vmid: 101, name: 'web', status: 'running', uptime: 7, mem: 1, tags: 'a;b', template: 0 };

describe('the comparer finds a planted mistake', () => {
  const wanted = answer([guest, { ...guest, vmid: 102, name: 'db' }]);
  const planted: [string, Compared][] = [
    ['another status', answer(wanted.body, { status: 500 })],
    ['another reason', answer([guest, { ...guest, vmid: 102, name: 'db' }], { reason: 'Okay' })],
    ['a guest missing', answer([guest])],
    ['a guest too many', answer([guest, { ...guest, vmid: 102, name: 'db' }, { ...guest, vmid: 103 }])],
    [
      'another name',
      answer([
        { ...guest, name: 'web2' },
        { ...guest, vmid: 102, name: 'db' },
      ]),
    ],
    [
      'a key missing',
      answer([
        { vmid: 101, name: 'web', status: 'running', uptime: 7, mem: 1, tags: 'a;b' },
        { ...guest, vmid: 102, name: 'db' },
      ]),
    ],
    [
      'a key too many',
      answer([
        { ...guest, lock: 'backup' },
        { ...guest, vmid: 102, name: 'db' },
      ]),
    ],
    [
      'a number that became a text',
      answer([
        { ...guest, uptime: '7' },
        { ...guest, vmid: 102, name: 'db' },
      ]),
    ],
    [
      'another state',
      answer([
        { ...guest, status: 'stopped' },
        { ...guest, vmid: 102, name: 'db' },
      ]),
    ],
    ['null for a list', answer(null)],
    [
      'another content type',
      answer([guest, { ...guest, vmid: 102, name: 'db' }], { headers: { ...headers, 'content-type': 'text/html' } }),
    ],
    [
      'a connection that stays open',
      answer([guest, { ...guest, vmid: 102, name: 'db' }], { headers: { ...headers, connection: 'close' } }),
    ],
    ['a type that is missing', answer([guest, { ...guest, vmid: 102, name: 'db' }], { headers: withoutType })],
  ];
  it.each(planted)('%s', (_, got) => {
    expect(differences(wanted, got)).not.toEqual([]);
  });

  it('in the text of an error', () => {
    const refused = (text: string) => answer(null, { status: 400, body: { data: null, errors: { vmid: text } } });
    expect(differences(refused('VM 101 already exists'), refused('VM 102 already exists'))).toEqual([
      "body.errors.vmid is 'VM 102 already exists' instead of 'VM 101 already exists'",
    ]);
  });

  it('in the outcome of a task and in the lines of its log', () => {
    expect(differences(answer({ exitstatus: 'OK' }), answer({ exitstatus: 'job errors' }))).toHaveLength(1);
    const log = (...lines: string[]) => answer(lines.map((t, index) => ({ n: index + 1, t })));
    expect(differences(log('one', 'TASK OK'), log('two', 'TASK OK'))).toHaveLength(1);
    expect(differences(log('one', 'TASK OK'), log('one', 'two', 'TASK OK'))).not.toEqual([]);
  });

  it('in who ran what, though not when', () => {
    const upid = (type: string, user: string, pid: string) =>
      answer(`UPID:pve1:${pid}:00018902:6B00B8DD:${type}:101:${user}:`);
    expect(differences(upid('vzstart', 'root@pam', '00000FC6'), upid('vzstart', 'root@pam', '0000AAAA'))).toEqual([]);
    expect(differences(upid('vzstart', 'root@pam', '00000FC6'), upid('vzstop', 'root@pam', '00000FC6'))).toHaveLength(
      1,
    );
    expect(differences(upid('vzstart', 'root@pam', '00000FC6'), upid('vzstart', 'alice@pve', '00000FC6'))).toHaveLength(
      1,
    );
  });
});

describe('the comparer lets pass', () => {
  it('order, time, random and counters', () => {
    const other = { ...guest, uptime: 99, mem: 5 };
    expect(differences(answer([guest, { ...guest, vmid: 102 }]), answer([{ ...other, vmid: 102 }, other]))).toEqual([]);
  });

  it('what is random inside a text, and nothing else of it', () => {
    expect(steady('net0=name=eth0,hwaddr=BC:24:11:6B:92:B8,ip=dhcp')).toBe('net0=name=eth0,hwaddr=<mac>,ip=dhcp');
    expect(steady('local:backup/vzdump-lxc-101-2026_11_20-21_20_09.tar.zst')).toBe(
      'local:backup/vzdump-lxc-101-<time>.tar.zst',
    );
  });

  it('the length of what grows by itself, as long as its entries look alike', () => {
    const points = (...list: object[]) => answer(list);
    expect(differences(points({ time: 1 }, { time: 2, cpu: 0.1 }), points({ time: 9, cpu: 0.4 }))).toEqual([]);
    expect(differences(points({ time: 2, cpu: 0.1 }), points({ time: 9, cpu: '0.4' }))).toHaveLength(1);
    expect(differences(points({ time: 2, cpu: 0.1 }), points({ time: 9 }))).toHaveLength(1);
  });
});
