import { listFact } from '../facts.ts';
import { die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { smartRoutes } from './nodes-smart.ts';
import { nodeOf, required } from './params.ts';

const readLvm = (call: ApiCall): unknown => ({ leaf: 0, children: listFact(nodeOf(call), 'lvm') ?? [] });

const readZfs = (call: ApiCall): unknown => listFact(nodeOf(call), 'zfs') ?? die('zfsutils-linux not installed');

const readPool = (call: ApiCall): unknown => {
  const name = required(call, 'name');
  const pool = listFact(nodeOf(call), 'zfs')?.find((each) => each['name'] === name);
  if (!pool) return die(`cannot open '${name}': no such pool`);
  return { name, state: pool['health'], scan: 'none requested', errors: 'No known data errors', children: [], leaf: 0 };
};

const scanLvm = (call: ApiCall): unknown =>
  (listFact(nodeOf(call), 'lvm') ?? []).map(({ name, size, free, lvcount }) => ({ vg: name, size, free, lvcount }));

const scanThin = (call: ApiCall): unknown => (listFact(nodeOf(call), 'lvmthin') ?? []).map(({ lv }) => ({ lv }));

const scanZfs = (call: ApiCall): unknown => (listFact(nodeOf(call), 'zfs') ?? []).map(({ name }) => ({ pool: name }));

const none = (): unknown[] => [];

/** Disks, volume groups and what a scan for storages finds (PVE::API2::Disks, PVE::API2::Scan, PVE::API2::Hardware). */
export const diskRoutes: Routes = {
  ...smartRoutes,
  'GET /nodes/{node}/disks/lvm': readLvm,
  'GET /nodes/{node}/disks/lvmthin': (call) => listFact(nodeOf(call), 'lvmthin') ?? [],
  'GET /nodes/{node}/disks/directory': (call) => listFact(nodeOf(call), 'directories') ?? [],
  'GET /nodes/{node}/disks/zfs': readZfs,
  'GET /nodes/{node}/disks/zfs/{name}': readPool,
  'GET /nodes/{node}/scan/lvm': scanLvm,
  'GET /nodes/{node}/scan/lvmthin': scanThin,
  'GET /nodes/{node}/scan/zfs': scanZfs,
  'GET /nodes/{node}/scan/nfs': none,
  'GET /nodes/{node}/scan/cifs': none,
  'GET /nodes/{node}/scan/pbs': none,
  'GET /nodes/{node}/scan/iscsi': none,
  'GET /nodes/{node}/hardware/pci': (call) => listFact(nodeOf(call), 'pci') ?? [],
  'GET /nodes/{node}/hardware/usb': (call) => listFact(nodeOf(call), 'usb') ?? [],
};
