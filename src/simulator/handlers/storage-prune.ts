import { textFact } from '../facts.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { parseKeep, pruneMarks } from '../prune.ts';
import type { Mark } from '../prune.ts';
import type { VolumeState } from '../world.ts';
import { integer, text } from './params.ts';
import { removeVolume } from './storage-content.ts';
import { maySee, usableStorage } from './storage-place.ts';
import type { Usable } from './storage-place.ts';

interface Marked {
  readonly volid: string;
  readonly ctime: number;
  readonly type: string;
  readonly vmid?: number;
  readonly mark: Mark | 'renamed';
}

/** The name that vzdump gives; what is called otherwise was renamed by somebody and is left alone. */
const standardName = /vzdump-(lxc|qemu)-(\d+)-\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d\./;
const snapshotName = /backup\/(ct|vm)\/(\d+)\//;

const groupOf = ({ volid }: VolumeState): { type: string; vmid: number } | undefined => {
  const [, type, vmid] = standardName.exec(volid) ?? [];
  if (type !== undefined) return { type, vmid: Number(vmid) };
  const [, kind, id] = snapshotName.exec(volid) ?? [];
  return kind === undefined ? undefined : { type: kind === 'ct' ? 'lxc' : 'qemu', vmid: Number(id) };
};

const retention = (call: ApiCall, { storage }: Usable): string =>
  text(call, 'prune-backups') ?? String(storage.config['prune-backups'] ?? 'keep-all=1');

const markAll = (call: ApiCall, usable: Usable): Marked[] => {
  const keep = parseKeep(retention(call, usable));
  const timezone = textFact(usable.node, 'timezone', 'UTC');
  const groups = new Map<string, VolumeState[]>();
  const rows: Marked[] = [];
  for (const volume of usable.place.volumes.values()) {
    if (volume.content !== 'backup' || !maySee(call, usable, volume)) continue;
    const group = groupOf(volume);
    const wantedType = text(call, 'type');
    const wantedVmid = integer(call, 'vmid');
    if (wantedType !== undefined && group?.type !== wantedType) continue;
    if (wantedVmid !== undefined && (group?.vmid ?? volume.vmid) !== wantedVmid) continue;
    if (!group) rows.push({ volid: volume.volid, ctime: volume.ctime, type: 'unknown', mark: 'renamed' });
    else groups.set(`${group.type}/${group.vmid}`, [...(groups.get(`${group.type}/${group.vmid}`) ?? []), volume]);
  }
  for (const [name, volumes] of groups) {
    const [type = '', vmid] = name.split('/');
    const marks = pruneMarks(
      volumes.map(({ ctime, protected: kept }) => ({ ctime, protected: kept === true })),
      keep,
      timezone,
    );
    volumes.forEach(({ volid, ctime }, index) =>
      rows.push({ volid, ctime, type, vmid: Number(vmid), mark: marks[index] ?? 'keep' }),
    );
  }
  return rows;
};

const prune = (call: ApiCall): string => {
  const usable = usableStorage(call);
  const marked = markAll(call, usable);
  return call.fork(usable.node.name, 'prunebackups', usable.storage.storage, async (worker) => {
    for (const { volid, mark } of marked.filter((each) => each.mark === 'remove')) {
      await worker.sleep(200);
      removeVolume(usable, volid);
      worker.log(`removed backup '${volid}' (${mark})`);
    }
  });
};

/** Dry run and run of a retention (PVE::API2::Storage::PruneBackups). */
export const pruneRoutes: Routes = {
  'GET /nodes/{node}/storage/{storage}/prunebackups': (call) => markAll(call, usableStorage(call)),
  'DELETE /nodes/{node}/storage/{storage}/prunebackups': prune,
};
