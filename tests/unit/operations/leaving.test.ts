import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askingOf, type Asking } from '../../support/asking.ts';

/** What is said before a node is emptied or a volume destroyed: what moves where, what is missed afterwards. */

const fixture = `
nodes: { pve1: { cpus: 8, memory: 16G }, pve2: { cpus: 4, memory: 2G }, pve3: { online: 0 } }
storages:
  shared:
    config: { type: nfs, shared: 1, path: /mnt/pve/shared, content: 'iso,images,rootdir,backup', server: 192.0.2.20, export: /x }
    places:
      pve1:
        total: 100G
        volumes:
          shared:iso/used.iso: { size: 2M }
          shared:iso/free.iso: { size: 2M }
          shared:backup/vzdump-lxc-101-2026_01_02-03_04_05.tar.zst: { size: 2M, ago: 2d }
          shared:backup/vzdump-lxc-102-2026_01_02-03_04_05.tar.zst: { size: 2M, ago: 2d }
          shared:backup/vzdump-lxc-102-2026_01_03-03_04_05.tar.zst: { size: 2M, ago: 1d }
      pve2: { total: 100G }
guests:
  101: { type: lxc, node: pve1, running: 1, config: { hostname: web, memory: 1024, ostype: debian, rootfs: 'shared:101/vm-101-disk-0.raw,size=4G', tags: prod } }
  102: { type: lxc, node: pve1, running: 1, config: { hostname: db, memory: 4096, ostype: debian, rootfs: 'shared:102/vm-102-disk-0.raw,size=4G' } }
  103: { type: lxc, node: pve1, config: { hostname: off, memory: 512, ostype: debian, rootfs: 'shared:103/vm-103-disk-0.raw,size=4G' } }
  200: { type: qemu, node: pve1, running: 1, config: { name: live, memory: '1024', scsi0: 'shared:200/vm-200-disk-0.raw,size=8G', ide2: 'shared:iso/used.iso,media=cdrom' } }
  201: { type: qemu, node: pve1, running: 1, config: { name: bound, memory: '1024', scsi0: 'shared:201/vm-201-disk-0.raw,size=8G', hostpci0: '0000:01:00' } }
`;

let lab: Asking;
beforeAll(async () => {
  lab = await askingOf(fixture);
});
afterAll(() => lab[Symbol.asyncDispose]());
afterEach(() => void lab.questions.splice(0));

describe('node.evacuation', () => {
  it('tells where each guest goes and how, and what keeps those that stay', async () => {
    const rows = await lab.ask('node.evacuation', { node: 'pve1' });
    expect(rows.map(({ vmid, target, how }) => [vmid, target, how])).toEqual([
      [101, 'pve2', 'restart'],
      [102, 'pve2', 'restart'],
      [103, 'pve2', 'off'],
      [200, 'pve2', 'live'],
      [201, undefined, 'stays'],
    ]);
    expect(rows.at(-1)?.reason).toContain('201 bound uses a device of pve1');
  });

  it('leaves those that are off where only running ones are meant', async () => {
    const rows = await lab.ask('node.evacuation', { node: 'pve1', running: true });
    expect(rows.map(({ vmid }) => vmid)).toEqual([101, 102, 200, 201]);
  });

  it('refuses a node that is away, and one that is not there', async () => {
    expect(await lab.refusal('node.evacuation', { node: 'pve1', target: 'pve3' })).toMatchObject({
      code: 'unreachable',
    });
    expect(await lab.refusal('node.evacuation', { node: 'pve9' })).toMatchObject({ code: 'not-found' });
  });
});

describe('node.evacuate', () => {
  it('says before in a few sentences what happens to many guests, and which node has not the memory', async () => {
    await lab.refusal('node.evacuate', { node: 'pve1' });
    const [question] = lab.questions;
    expect(question?.hazards[0]).toMatch(
      /^pve2 has \S+ GB of memory free, and 3 guests that were given 6\.0 GB come to it\.$/,
    );
    expect(question?.hazards).toContain(
      '2 containers are stopped, copied and started there, since they do not move while they run: 101 web, 102 db.',
    );
    expect(question?.hazards).toContain('Tagged prod: 101 web.');
  });
});

describe('storage.delete-content', () => {
  const hazardsOf = async (volume: string): Promise<readonly string[]> => {
    await lab.ask('storage.delete-content', { volumes: [volume] });
    return lab.questions.at(-1)?.hazards ?? [];
  };

  it('tells the drive that an image lies in', async () => {
    expect(await hazardsOf('shared:iso/used.iso')).toEqual([
      'shared:iso/used.iso on pve1 is destroyed.',
      'It is in ide2 of 200 live, which does not start without it.',
    ]);
    expect(await hazardsOf('shared:iso/free.iso')).toHaveLength(1);
  });

  it('tells whose last backup goes', async () => {
    expect(await hazardsOf('shared:backup/vzdump-lxc-101-2026_01_02-03_04_05.tar.zst')).toContain(
      'It is the last backup on shared of 101 web.',
    );
    expect(await hazardsOf('shared:backup/vzdump-lxc-102-2026_01_02-03_04_05.tar.zst')).toHaveLength(1);
  });
});
