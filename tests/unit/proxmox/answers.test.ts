import { describe, expect, test } from 'vitest';
import { parseResources, parseTasks, taskLogOf } from '../../../src/proxmox/answers.ts';

/** Rows as a Proxmox VE 9.2.11 sent them. */
const node = {
  status: 'online',
  maxmem: 5160931328,
  'cgroup-mode': 2,
  maxdisk: 25185042432,
  id: 'node/pve1',
  disk: 1415909376,
  maxcpu: 2,
  mem: 1338630144,
  cpu: 0.579030558482613,
  node: 'pve1',
  level: '',
  type: 'node',
  uptime: 511,
};
const guest = {
  id: 'lxc/101',
  vmid: 101,
  node: 'pve1',
  type: 'lxc',
  status: 'running',
  name: 'web1',
  template: 0,
  uptime: 86412,
  cpu: 0.0021,
  maxcpu: 2,
  mem: 123456789,
  maxmem: 1073741824,
  disk: 1503238553,
  maxdisk: 8350298112,
  netin: 123456,
  netout: 65432,
  diskread: 1234567,
  diskwrite: 7654321,
  memhost: 123456789,
  tags: 'prod;web',
  pool: 'dev',
  lock: 'backup',
  hastate: 'started',
};
const storage = {
  shared: 0,
  status: 'available',
  plugintype: 'lvmthin',
  maxdisk: 12884901888,
  disk: 0,
  id: 'storage/pve1/local-lvm',
  storage: 'local-lvm',
  node: 'pve1',
  type: 'storage',
  content: 'rootdir,images',
};
const pool = { type: 'pool', id: '/pool/prod/web', pool: 'prod/web' };
const network = {
  status: 'ok',
  node: 'pve1',
  'network-type': 'zone',
  id: 'network/pve1/zone/localnetwork',
  type: 'network',
  network: 'localnetwork',
};

describe('/cluster/resources', () => {
  test('rows are sorted by kind and come in the model’s types', async () => {
    const parsed = await parseResources([pool, guest, node, storage, network]);
    const { memhost: _memhost, ...seen } = guest;
    const { 'cgroup-mode': _mode, ...machine } = node;
    expect(parsed).toEqual({
      nodes: [machine],
      guests: [{ ...seen, template: false, tags: ['prod', 'web'] }],
      storages: [{ ...storage, shared: false, content: ['rootdir', 'images'] }],
      pools: [pool],
      skipped: 0,
    });
  });

  test('rows that are not understood are counted, and cost no other row', async () => {
    const rows = [
      guest,
      { ...guest, vmid: null },
      { ...guest, vmid: '' },
      { ...guest, mem: { bytes: 1 } },
      { type: 'hologram', id: 'hologram/1' },
      { id: 'lxc/1' },
      null,
      'text',
      7,
      [],
      { ...node, node: undefined },
    ];
    const parsed = await parseResources(rows);
    expect(parsed.guests.map(({ vmid }) => vmid)).toEqual([101]);
    expect(parsed.skipped).toBe(rows.length - 1);
  });

  test('numbers may come as texts', async () => {
    const [parsed] = (
      await parseResources([{ ...guest, vmid: '101', maxcpu: '0.5', mem: '1024', cpu: '1e-3', template: '1' }])
    ).guests;
    expect(parsed).toMatchObject({ vmid: 101, maxcpu: 0.5, mem: 1024, cpu: 0.001, template: true });
  });

  test('null and an empty text are no value, not 0', async () => {
    const [parsed] = (await parseResources([{ ...node, cpu: null, maxmem: '', hastate: '' }])).nodes;
    expect(parsed).not.toHaveProperty('cpu');
    expect(parsed).not.toHaveProperty('maxmem');
    expect(parsed).not.toHaveProperty('hastate');
    expect(parsed).toMatchObject({ mem: node.mem });
  });

  test('a guest of a dead node has neither name nor figures', async () => {
    const { guests } = await parseResources([
      { id: 'qemu/200', vmid: 200, node: 'pve3', type: 'qemu', status: 'unknown' },
    ]);
    expect(guests).toEqual([
      expect.objectContaining({
        id: 'qemu/200',
        name: '',
        status: 'unknown',
        template: false,
        cpu: 0,
        mem: 0,
        tags: [],
      }),
    ]);
    expect(guests[0]).not.toHaveProperty('lock');
  });

  test('a node that may not be looked at has no figures, not zeros', async () => {
    const { nodes } = await parseResources([
      { id: 'node/pve2', node: 'pve2', type: 'node', status: 'offline', level: '' },
    ]);
    expect(nodes).toEqual([{ id: 'node/pve2', node: 'pve2', type: 'node', status: 'offline', level: '' }]);
  });

  test.each([
    ['prod;web', ['prod', 'web']],
    ['prod,web db', ['prod', 'web', 'db']],
    [' ; ', []],
    ['', []],
  ])('tags %j become %j', async (tags, expected) => {
    expect((await parseResources([{ ...guest, tags }])).guests[0]?.tags).toEqual(expected);
  });

  test('the small negative figures of a guest that just started are 0', async () => {
    const [parsed] = (await parseResources([{ ...guest, cpu: -0.001, uptime: -4 }])).guests;
    expect(parsed).toMatchObject({ cpu: 0, uptime: 0 });
  });

  test('hostile text is kept: screens make it harmless', async () => {
    const name = `\u001B[2J${'長'.repeat(5_000)}`;
    expect((await parseResources([{ ...guest, name }])).guests[0]?.name).toBe(name);
  });

  test('the event loop has its turn after every 1,000 rows', async () => {
    const rows = Array.from({ length: 5_000 }, (_value, vmid) => ({ ...guest, id: `lxc/${vmid}`, vmid }));
    let turns = 0;
    let running = true;
    const count = (): void => {
      turns += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    const { guests } = await parseResources(rows);
    running = false;
    expect(guests).toHaveLength(5_000);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});

describe('/cluster/tasks', () => {
  const running = {
    id: '120',
    starttime: 1795210268,
    type: 'vzshutdown',
    node: 'pve1',
    pid: 8119,
    user: 'root@pam',
    upid: 'UPID:pve1:00001FB7:0002CDBB:6B00BC1C:vzshutdown:120:root@pam:',
  };
  const ended = {
    ...running,
    saved: '1',
    starttime: '1795210265',
    endtime: '1795210267',
    status: 'OK',
    tokenid: 'main',
  };

  test('newest first, numbers from texts, neither end nor status while it runs', () => {
    const { pid: _pid, ...task } = running;
    expect(parseTasks([ended, running])).toEqual([
      task,
      { ...task, starttime: 1795210265, endtime: 1795210267, status: 'OK', tokenid: 'main' },
    ]);
  });

  test('rows that are not understood are left out', () => {
    expect(parseTasks([null, { upid: 'UPID' }, running, 'x'])).toHaveLength(1);
  });
});

describe('a task’s log', () => {
  test('the line that stands for no lines is taken out', () => {
    expect(taskLogOf([{ n: 1, t: 'no content' }], 1)).toEqual({ lines: [], total: 0 });
  });

  test('lines are kept, also one of the same text in a longer log', () => {
    const lines = [{ n: 1, t: 'no content' }];
    expect(taskLogOf(lines, 2)).toEqual({ lines, total: 2 });
    expect(taskLogOf([], 7)).toEqual({ lines: [], total: 7 });
  });
});
