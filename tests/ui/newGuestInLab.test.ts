import { expect, it } from 'vitest';
import { openLab } from '../support/labScreen.ts';

const fixture = `
nodes:
  pve1:
    cpus: 4
    memory: 16G
    interfaces: { vmbr0: { type: bridge, method: static, active: 1, cidr: 192.0.2.11/24, gateway: 192.0.2.1, bridge_ports: enp1s0 } }
  pve2: { cpus: 4, memory: 16G }
storages:
  local:
    config: { type: dir, path: /var/lib/vz, content: 'iso,vztmpl' }
    places: { pve1: { total: 100G }, pve2: { total: 100G } }
  thin:
    config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }
    places: { pve1: { total: 100G }, pve2: { total: 90G } }
guests:
  101: { type: lxc, node: pve1, running: 1, config: { hostname: web, memory: 512, ostype: debian, rootfs: 'thin:vm-101-disk-0,size=4G' } }
`;
const enter = '\r';
const pageDown = '\u001B[6~';
const templates = (places: ReadonlyMap<string, { readonly volumes: ReadonlyMap<string, unknown> }> | undefined) =>
  [...(places?.get('pve1')?.volumes.keys() ?? [])].filter((volid) => volid.includes('vztmpl'));

it('downloads the template that is missing while the form waits, and makes the container', async () => {
  await using lab = await openLab(fixture, { columns: 80, rows: 24 });
  const { screen, world } = lab;
  await lab.shows('101  web');
  await screen.press('n', 'c');
  await lab.shows(/Template +debian-13-standard_13.1-2 +not here yet/);
  await lab.shows(/VMID +100/);
  expect(templates(world.storages.get('local')?.places)).toEqual([]);
  await screen.press(enter, enter);
  await lab.shows('▸ Name');
  expect(templates(world.storages.get('local')?.places)).toEqual([
    'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst',
  ]);
  await lab.shows(/Template +debian-13-standard_13.1-2 +on local/);
  await screen.press('web-9', pageDown);
  await lab.shows(/thin on pve1: \d+ GB of 100 GB left after it/);
  await screen.press(pageDown);
  await lab.shows(/▸ Bridge +vmbr0/);
  await screen.press(pageDown);
  await lab.shows('▸ Root password');
  await screen.press(pageDown);
  await lab.shows(/same as +proxdeck guest create ct 100 --node pve1/);
  await screen.press(enter);
  await lab.shows('TASK OK');
  expect(world.guests.get(100)).toMatchObject({ type: 'lxc', node: 'pve1', config: { hostname: 'web-9', cores: 1 } });
});
