import { die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { flag, nodeOf, required } from './params.ts';

type Disk = Readonly<Record<string, unknown>>;

/**
 * What a disk of the fixture knows of itself, beside its row: `hours` it has run, `celsius`, `cycles` (times switched on),
 * and for ATA `attributes`, each `[id, name, value, worst, threshold, raw]`.
 */
interface Smart {
  readonly hours: number;
  readonly celsius: number;
  readonly cycles: number;
  readonly attributes: readonly (readonly unknown[])[];
}

const isFacts = (value: unknown): value is Disk => typeof value === 'object' && value !== null;

const smartOf = (disk: Disk): Smart => {
  const given = isFacts(disk['smart']) ? disk['smart'] : {};
  const { attributes } = given;
  return {
    hours: Number(given['hours'] ?? 17_520),
    celsius: Number(given['celsius'] ?? 36),
    cycles: Number(given['cycles'] ?? 41),
    attributes: Array.isArray(attributes) ? attributes.filter((one) => Array.isArray(one)) : [],
  };
};

/** Without `smartctl` nothing is known of health and wear. */
const shown = ({ smart: _smart, ...disk }: Disk, skipsmart: boolean): Disk =>
  skipsmart ? { ...disk, health: 'UNKNOWN', wearout: 'N/A' } : disk;

const readDisks = (call: ApiCall): unknown =>
  nodeOf(call)
    .disks.filter((disk) => flag(call, 'include-partitions') || disk['parent'] === undefined)
    .map((disk) => shown(disk, flag(call, 'skipsmart')));

/** A row of smartctl's table of attributes as PVE::Diskmanage reads it. */
const attributeRow = ([id, name, value, worst, threshold, raw]: readonly unknown[]): Record<string, unknown> => ({
  id: String(id).padStart(3),
  name,
  flags: '-O--CK',
  value,
  normalized: value,
  worst,
  threshold,
  fail: Number(value) <= Number(threshold) ? 'NOW' : '-',
  raw: String(raw),
});

const grouped = (count: number): string => count.toLocaleString('en-US');

/** What smartctl prints of an NVMe disk. */
const nvmeText = (disk: Disk, { hours, celsius, cycles }: Smart): string =>
  [
    'SMART/Health Information (NVMe Log 0x02, NSID 0xffffffff)',
    'Critical Warning:                   0x00',
    `Temperature:                        ${celsius} Celsius`,
    'Available Spare:                    100%',
    'Available Spare Threshold:          10%',
    `Percentage Used:                    ${100 - Number(disk['wearout'])}%`,
    `Data Units Written:                 ${grouped(hours * 1493)} [${(hours * 0.000764).toFixed(2)} TB]`,
    `Power Cycles:                       ${grouped(cycles)}`,
    `Power On Hours:                     ${grouped(hours)}`,
    `Unsafe Shutdowns:                   ${Math.floor(cycles / 5)}`,
    'Media and Data Integrity Errors:    0',
    '',
  ].join('\n');

const plainText = ({ hours }: Smart): string => `Power On Hours: ${hours}\n`;

const readSmart = (call: ApiCall): unknown => {
  const devpath = required(call, 'disk');
  const disk = nodeOf(call).disks.find((each) => each['devpath'] === devpath);
  if (!disk) return die(`no such disk '${devpath}'`);
  const { health } = disk;
  if (flag(call, 'healthonly')) return { health };
  const smart = smartOf(disk);
  if (smart.attributes.length > 0) return { health, type: 'ata', attributes: smart.attributes.map(attributeRow) };
  return { health, type: 'text', text: disk['type'] === 'nvme' ? nvmeText(disk, smart) : plainText(smart) };
};

/** Disks and what they say of themselves (PVE::API2::Disks). */
export const smartRoutes: Routes = {
  'GET /nodes/{node}/disks/list': readDisks,
  'GET /nodes/{node}/disks/smart': readSmart,
};
