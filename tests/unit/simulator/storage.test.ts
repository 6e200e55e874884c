import { describe, expect, it } from 'vitest';
import { pruneMarks } from '../../../src/simulator/prune.ts';
import { ClusterLab } from '../../support/cluster-lab.ts';

const fixture = `
nodes: { pve1: { root: 100G, rootUsed: 25G, facts: { rootReservedBytes: 1073741824 } }, pve2: {} }
storages:
  local:
    config: { type: dir, path: /var/lib/vz, content: 'iso,backup,vztmpl' }
    places:
      pve1:
        total: 100G
        used: 25G
        volumes:
          local:iso/a.iso: { size: 1M }
          'local:backup/vzdump-lxc-101-{1d}.tar.zst': { size: 10M, notes: "one\\ntwo", protected: true }
          'local:backup/vzdump-lxc-101-{2d}.tar.zst': { size: 10M }
          'local:backup/vzdump-lxc-101-{3d}.tar.zst': { size: 10M }
          'local:backup/vzdump-qemu-200-{3d}.vma.zst': { size: 10M }
          local:backup/mine.tar.zst: { size: 1M }
  thin: { config: { type: lvmthin, vgname: pve, thinpool: data, content: 'images,rootdir' }, places: { pve1: { total: 50G, used: 5G, growth: 256M } } }
  nas: { config: { type: nfs, server: x, export: /x, content: iso, nodes: pve2 }, places: { shared: {} } }
  away: { config: { type: nfs, server: y, export: /y, content: iso }, places: { shared: { active: 0 } } }
guests: { 101: { type: lxc, node: pve1, config: { hostname: web } } }
users: { alice@pve: {}, bob@pve: {} }
acl:
  - { path: /storage/local, user: alice@pve, role: PVEDatastoreUser }
  - { path: /vms/101, user: alice@pve, role: PVEVMUser }
  - { path: /storage/local, user: bob@pve, role: PVEDatastoreUser }
`;

const lab = (): ClusterLab => new ClusterLab(fixture);
const content = '/nodes/pve1/storage/local/content';

describe('storage.cfg', () => {
  it('is changed by its calls, which each answer name and type', async () => {
    const cluster = lab();
    expect((await cluster.ask('POST /storage', { storage: 'x1', type: 'dir' })).reason).toBe(
      "missing value for required option 'path'",
    );
    expect(
      (await cluster.ask('POST /storage', { storage: 'x1', type: 'dir', path: '/x', content: 'iso' })).data,
    ).toEqual({ storage: 'x1', type: 'dir' });
    expect((await cluster.ask('POST /storage', { storage: 'x1', type: 'dir', path: '/x' })).reason).toBe(
      "create storage failed: storage ID 'x1' already defined",
    );
    await cluster.ask('PUT /storage/x1', { disable: 1 });
    expect((await cluster.ask('GET /nodes/pve1/storage/x1/content')).reason).toBe("storage 'x1' is disabled");
    await cluster.ask('PUT /storage/x1', { delete: 'disable' });
    expect((await cluster.ask('GET /nodes/pve1/storage/x1/content')).data).toEqual([]);
    await cluster.ask('DELETE /storage/x1');
    expect((await cluster.ask('GET /storage/x1')).reason).toBe("storage 'x1' does not exist");
  });
});

describe('the history of a storage', () => {
  it('ends at what it holds and grew by what the fixture says', async () => {
    const rows = await lab().rows('GET /nodes/pve1/storage/thin/rrddata', { timeframe: 'week' });
    const used = rows.flatMap((row) => (typeof row['used'] === 'number' ? [row['used']] : []));
    const grown = (used.at(-1) ?? 0) - (used[0] ?? 0);
    expect(used.at(-1)).toBeCloseTo(5 * 2 ** 30, -7);
    expect(grown / 7).toBeGreaterThan(200 * 2 ** 20);
    expect(grown / 7).toBeLessThan(310 * 2 ** 20);
  });

  it('is there for a storage that is away: only the newest points have no data', async () => {
    const rows = await lab().rows('GET /nodes/pve1/storage/away/rrddata', { timeframe: 'hour' });
    expect(Object.keys(rows[0] ?? {})).toEqual(['time', 'total', 'used']);
    expect(Object.keys(rows.at(-1) ?? {})).toEqual(['time']);
  });
});

describe('what a node says of its storages', () => {
  it('leaves out those of other nodes, and shows one that is away as inactive', async () => {
    const cluster = lab();
    const rows = await cluster.rows('GET /nodes/pve1/storage');
    expect(rows.map((row) => row['storage'])).toEqual(['local', 'thin', 'away']);
    expect(rows[0]).toMatchObject({ used_fraction: 0.25, avail: 74 * 2 ** 30, active: 1, shared: 0 });
    expect(rows[2]).toMatchObject({ active: 0, total: 0, shared: 1 });
    expect(rows[2]).not.toHaveProperty('used_fraction');
    expect(
      (await cluster.rows('GET /nodes/pve1/storage', { content: 'rootdir' })).map((row) => row['storage']),
    ).toEqual(['thin']);
  });

  it.each([
    ['GET /nodes/pve1/storage/nosuch/status', 400, 'Parameter verification failed.'],
    ['GET /nodes/pve1/storage/nosuch/content', 500, "storage 'nosuch' does not exist"],
    ['GET /nodes/pve1/storage/nas/content', 500, "storage 'nas' is not available on node 'pve1'"],
    ['GET /nodes/pve1/storage/away/content', 500, "storage 'away' is not online"],
  ])('%s answers %d', async (route, status, reason) => {
    expect(await lab().ask(route)).toMatchObject({ status, reason });
  });
});

describe('volumes', () => {
  it('are listed with the first line of their notes, and told whole one by one', async () => {
    const cluster = lab();
    const backups = await cluster.rows(`GET ${content}`, { content: 'backup', vmid: 101 });
    expect(backups).toHaveLength(3);
    const noted = backups.find((row) => row['protected'] === 1);
    expect(noted).toMatchObject({ notes: 'one', subtype: 'lxc', vmid: 101, format: 'tar.zst' });
    expect((await cluster.ask(`GET ${content}/${String(noted?.['volid'])}`)).data).toMatchObject({
      notes: 'one\ntwo',
      protected: 1,
      format: 'raw',
      path: expect.stringMatching(/^\/var\/lib\/vz\/dump\/vzdump-lxc-101-/),
    });
  });

  it('are seen by those who may back up their guest', async () => {
    const cluster = lab();
    expect(await cluster.rows(`GET ${content}`, { content: 'backup' }, 'alice@pve')).toHaveLength(3);
    expect(await cluster.rows(`GET ${content}`, { content: 'backup' }, 'bob@pve')).toEqual([]);
    expect(await cluster.rows(`GET ${content}`, { content: 'iso' }, 'bob@pve')).toHaveLength(1);
  });

  it('are removed by a task that a protected one survives, and that a missing one does not fail', async () => {
    const cluster = lab();
    const volid = String((await cluster.rows(`GET ${content}`)).find((row) => row['protected'] === 1)?.['volid']);
    expect(await cluster.run(`DELETE ${content}/${volid}`)).toMatchObject({
      type: 'imgdel',
      id: '101@local',
      exitstatus: `cannot remove protected volume '${volid}' on 'local'`,
    });
    await cluster.ask(`PUT ${content}/${volid}`, { protected: 0 });
    expect((await cluster.run(`DELETE ${content}/${volid}`)).exitstatus).toBe('OK');
    expect(await cluster.run(`DELETE ${content}/local:iso/gone.iso`)).toMatchObject({ id: 'local', exitstatus: 'OK' });
    expect((await cluster.ask(`DELETE ${content}/local:iso/a.iso`, { delay: 5 })).data).toBeNull();
  });

  it('are allocated under the name that belongs to the guest', async () => {
    const cluster = lab();
    const thin = '/nodes/pve1/storage/thin/content';
    expect((await cluster.ask(`POST ${thin}`, { vmid: 101, filename: 'vm-7-disk-0', size: '1G' })).reason).toBe(
      "illegal name 'vm-7-disk-0' - should be 'vm-101-*'",
    );
    expect((await cluster.ask(`POST ${thin}`, { vmid: 101, filename: 'vm-101-disk-9', size: '1G' })).data).toBe(
      'thin:vm-101-disk-9',
    );
    expect((await cluster.ask(`GET ${thin}/thin:vm-101-disk-9`)).data).toEqual({
      path: '/dev/pve/vm-101-disk-9',
      size: 2 ** 30,
      used: 0,
      format: 'raw',
    });
    expect((await cluster.ask(`GET ${thin}/thin:vm-101-disk-8`)).reason).toBe(
      'no such logical volume pve/vm-101-disk-8',
    );
  });

  it('are fetched from where they are offered, once', async () => {
    const cluster = lab();
    const fetch = 'POST /nodes/pve1/storage/local/download-url';
    const wish = { content: 'iso', filename: 'new.iso', url: 'https://example.test/new.iso' };
    const task = await cluster.run(fetch, wish);
    expect(task).toMatchObject({ type: 'download', id: 'new.iso', exitstatus: 'OK' });
    expect(task.log.some((line) => line.includes('100%'))).toBe(true);
    expect((await cluster.ask(fetch, wish)).reason).toBe(
      "refusing to override existing file '/var/lib/vz/template/iso/new.iso'",
    );
    expect((await cluster.ask(fetch, { ...wish, filename: 'new.txt' })).errors).toEqual({
      filename: 'wrong file extension',
    });
  });
});

describe('retention', () => {
  it('marks by guest, spares what was renamed, and removes only what it said', async () => {
    const cluster = lab();
    const prune = '/nodes/pve1/storage/local/prunebackups';
    const marks = (await cluster.rows(`GET ${prune}`, { 'prune-backups': 'keep-last=1' })).map(({ vmid, mark }) => [
      vmid,
      mark,
    ]);
    expect(marks).toEqual([
      [undefined, 'renamed'],
      [101, 'protected'],
      [101, 'keep'],
      [101, 'remove'],
      [200, 'keep'],
    ]);
    const task = await cluster.run(`DELETE ${prune}`, { 'prune-backups': 'keep-last=1' });
    expect(task.exitstatus).toBe('OK');
    expect(await cluster.rows(`GET ${content}`, { content: 'backup' })).toHaveLength(4);
    expect((await cluster.rows(`GET ${prune}`)).every(({ mark }) => mark !== 'remove')).toBe(true);
  });

  const at = (text: string): { ctime: number } => ({ ctime: Date.parse(text) / 1000 });

  it('counts days by the time of the server', () => {
    const backups = [at('2026-11-20T23:30:00Z'), at('2026-11-20T22:30:00Z'), at('2026-11-19T12:00:00Z')];
    expect(pruneMarks(backups, { 'keep-daily': 2 }, 'UTC')).toEqual(['keep', 'remove', 'keep']);
    expect(pruneMarks(backups, { 'keep-daily': 2 }, 'Europe/Vienna')).toEqual(['keep', 'keep', 'remove']);
  });

  it('counts ISO weeks over the turn of the year', () => {
    const backups = [at('2027-01-03T12:00:00Z'), at('2026-12-28T12:00:00Z'), at('2026-12-27T12:00:00Z')];
    expect(pruneMarks(backups, { 'keep-weekly': 2 }, 'UTC')).toEqual(['keep', 'remove', 'keep']);
  });

  it('takes a period as covered in which another rule keeps something', () => {
    const backups = [
      at('2026-11-20T12:00:00Z'),
      at('2026-11-20T11:00:00Z'),
      at('2026-11-19T12:00:00Z'),
      at('2026-11-18T12:00:00Z'),
    ];
    expect(pruneMarks(backups, { 'keep-last': 1, 'keep-daily': 1 }, 'UTC')).toEqual([
      'keep',
      'remove',
      'keep',
      'remove',
    ]);
  });

  it('keeps everything when nothing is asked, and leaves protected ones out of the count', () => {
    const backups = [
      { ...at('2026-11-20T12:00:00Z'), protected: true },
      at('2026-11-19T12:00:00Z'),
      at('2026-11-18T12:00:00Z'),
    ];
    expect(pruneMarks(backups, {}, 'UTC')).toEqual(['protected', 'keep', 'keep']);
    expect(pruneMarks(backups, { 'keep-last': 1 }, 'UTC')).toEqual(['protected', 'keep', 'remove']);
    expect(pruneMarks(backups, { 'keep-all': 1, 'keep-last': 1 }, 'UTC')).toEqual(['protected', 'keep', 'keep']);
  });
});
