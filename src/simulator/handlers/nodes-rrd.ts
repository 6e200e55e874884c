import { die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { guestSeries, nodeSeries, storageSeries } from '../rrd.ts';
import type { Query } from '../rrd.ts';
import { nodeOf, required, text } from './params.ts';
import { knownPlace } from './storage-place.ts';

const queryOf = (call: ApiCall): Query => ({
  timeframe: required(call, 'timeframe'),
  max: text(call, 'cf') === 'MAX',
  now: call.now(),
});

const guestData = (call: ApiCall): unknown => {
  const guest = call.world.guests.get(Number(required(call, 'vmid')));
  const folder = call.template.includes('/lxc/') ? 'lxc' : 'qemu-server';
  const wanted = folder === 'lxc' ? 'lxc' : 'qemu';
  if (!guest || guest.type !== wanted || guest.node !== nodeOf(call).name) {
    return die(
      `Configuration file 'nodes/${required(call, 'node')}/${folder}/${required(call, 'vmid')}.conf' does not exist`,
    );
  }
  return guestSeries(call.world, guest, queryOf(call));
};

const storageData = (call: ApiCall): unknown => {
  const { node, place } = knownPlace(call);
  return storageSeries(node, place, queryOf(call));
};

/** The smallest PNG there is; nobody draws with it, it only has to be one. */
const emptyImage = '\u0089PNG\r\n\u001a\n';

/** The old call answers a drawing: its file name and its bytes, as Latin-1 text. */
const image =
  (name: (call: ApiCall) => string) =>
  (call: ApiCall): unknown => ({
    filename: `/var/lib/rrdcached/db/${name(call)}_${required(call, 'ds')}.png`,
    image: emptyImage,
  });

/** rrddata of nodes, guests and storages. */
export const rrdRoutes: Routes = {
  'GET /nodes/{node}/rrddata': (call) => nodeSeries(call.world, nodeOf(call), queryOf(call)),
  'GET /nodes/{node}/rrd': image((call) => `pve-node-9.0/${nodeOf(call).name}`),
  'GET /nodes/{node}/lxc/{vmid}/rrddata': guestData,
  'GET /nodes/{node}/qemu/{vmid}/rrddata': guestData,
  'GET /nodes/{node}/lxc/{vmid}/rrd': image((call) => `pve-vm-9.0/${required(call, 'vmid')}`),
  'GET /nodes/{node}/qemu/{vmid}/rrd': image((call) => `pve-vm-9.0/${required(call, 'vmid')}`),
  'GET /nodes/{node}/storage/{storage}/rrddata': storageData,
  'GET /nodes/{node}/storage/{storage}/rrd': image(
    (call) => `pve-storage-9.0/${nodeOf(call).name}/${required(call, 'storage')}`,
  ),
};
