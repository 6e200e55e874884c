import { die, forbidden } from '../handler.ts';
import type { ApiCall, Routes, Worker } from '../handler.ts';
import { isFileBased, shownFormat, volumeName, volumePath } from '../volumes.ts';
import type { VolumeState } from '../world.ts';
import { integer, required, text } from './params.ts';
import { maySee, usableStorage, volidOf } from './storage-place.ts';
import type { Usable } from './storage-place.ts';

const row = (volume: VolumeState): Record<string, unknown> => ({
  volid: volume.volid,
  content: volume.content,
  format: shownFormat(volume),
  size: volume.sizeBytes,
  ctime: volume.ctime,
  ...(volume.vmid === undefined ? {} : { vmid: volume.vmid }),
  ...(volume.usedBytes === undefined || volume.content === 'backup' ? {} : { used: volume.usedBytes }),
  ...(volume.parent === undefined ? {} : { parent: volume.parent }),
  // Lists show the first line of the notes only.
  ...(volume.notes === undefined || volume.notes === '' ? {} : { notes: volume.notes.split('\n')[0] }),
  ...(volume.protected === true ? { protected: 1 } : {}),
  ...(volume.content === 'backup' ? { subtype: volume.subtype ?? /vzdump-(\w+)-/.exec(volume.volid)?.[1] } : {}),
  ...(volume.verification === undefined ? {} : { verification: volume.verification }),
});

const readAll = (call: ApiCall): unknown => {
  const usable = usableStorage(call);
  const content = text(call, 'content');
  const vmid = integer(call, 'vmid');
  return [...usable.place.volumes.values()]
    .filter((volume) => content === undefined || volume.content === content)
    .filter((volume) => vmid === undefined || volume.vmid === vmid)
    .filter((volume) => maySee(call, usable, volume))
    .toSorted((left, right) => (left.volid < right.volid ? -1 : 1))
    .map(row);
};

const missing = ({ storage }: Usable, volid: string): string => {
  if (storage.config['type'] === 'lvmthin' || storage.config['type'] === 'lvm') {
    return `no such logical volume ${storage.config['vgname']}/${volumeName(volid)}`;
  }
  return isFileBased(storage) ? `volume_size_info on '${volid}' failed` : `volume '${volid}' does not exist`;
};

const visibleVolume = (call: ApiCall, usable: Usable): VolumeState => {
  const volid = volidOf(call);
  const volume = usable.place.volumes.get(volid) ?? die(missing(usable, volid));
  if (!maySee(call, usable, volume)) forbidden();
  return volume;
};

const readOne = (call: ApiCall): unknown => {
  const usable = usableStorage(call);
  const volume = visibleVolume(call, usable);
  const block = 4096;
  return {
    path: volumePath(usable.storage, volume.volid),
    size: volume.sizeBytes,
    used: volume.usedBytes ?? (isFileBased(usable.storage) ? Math.ceil(volume.sizeBytes / block) * block : 0),
    // What is no disk image is told as raw (PVE::Storage::Plugin::file_size_info).
    format: volume.content === 'images' || volume.content === 'rootdir' ? volume.format : 'raw',
    ...(volume.notes === undefined ? {} : { notes: volume.notes }),
    ...(volume.content === 'backup' ? { protected: volume.protected === true ? 1 : 0 } : {}),
  };
};

const update = (call: ApiCall): null => {
  const usable = usableStorage(call);
  const volume = visibleVolume(call, usable);
  const notes = text(call, 'notes');
  if (volume.content !== 'backup') die(`volume notes are not supported for ${volume.volid}`);
  if (notes !== undefined) volume.notes = notes;
  const wanted = integer(call, 'protected');
  if (wanted !== undefined) volume.protected = wanted === 1;
  return null;
};

const removalLines = ({ storage }: Usable, volid: string): string[] => {
  const type = storage.config['type'];
  return type === 'lvm' || type === 'lvmthin' ? [`  Logical volume "${volumeName(volid)}" successfully removed.`] : [];
};

/** Takes a volume away and gives its space back. What is not there is no error. */
export const removeVolume = (usable: Usable, volid: string): void => {
  const volume = usable.place.volumes.get(volid);
  if (!volume) return;
  if (volume.protected === true) die(`cannot remove protected volume '${volid}' on '${usable.storage.storage}'`);
  usable.place.volumes.delete(volid);
  usable.place.usedBytes = Math.max(0, usable.place.usedBytes - (volume.usedBytes ?? volume.sizeBytes));
};

const mayRemove = (call: ApiCall, { storage }: Usable, volume: VolumeState | undefined): void => {
  const path = `/storage/${storage.storage}`;
  if (volume?.content !== 'backup' || call.may(path, 'Datastore.Allocate'))
    return call.require(path, 'Datastore.Allocate');
  call.require(path, 'Datastore.AllocateSpace');
  return call.require(`/vms/${volume.vmid}`, 'VM.Backup');
};

const remove = async (call: ApiCall): Promise<string | null> => {
  const usable = usableStorage(call);
  const volid = volidOf(call);
  const volume = usable.place.volumes.get(volid);
  mayRemove(call, usable, volume);
  const { storage } = usable.storage;
  const id = volume?.vmid === undefined ? storage : `${volume.vmid}@${storage}`;
  let settle: (failure: Error | undefined) => void = () => undefined;
  const done = new Promise<Error | undefined>((resolve) => {
    settle = resolve;
  });
  const work = async (worker: Worker): Promise<void> => {
    await worker.sleep(150);
    removeVolume(usable, volid);
    for (const line of removalLines(usable, volid)) worker.log(line);
    worker.log(`Removed volume '${volid}'`);
  };
  const upid = call.fork(usable.node.name, 'imgdel', id, (worker) =>
    work(worker).then(
      () => settle(undefined),
      (error: unknown) => {
        settle(error instanceof Error ? error : new Error(String(error)));
        throw error;
      },
    ),
  );
  if (integer(call, 'delay') === undefined) return upid;
  // A removal takes less than a second, so that it is always over within the delay.
  const failure = await done;
  return failure ? die(failure.message) : null;
};

const kibibyte = 1024;
const unitOf: Readonly<Record<string, number>> = { '': kibibyte, M: 2 ** 20, G: 2 ** 30 };

const allocate = (call: ApiCall): string => {
  const usable = usableStorage(call);
  const name = required(call, 'filename');
  const vmid = required(call, 'vmid');
  if (!new RegExp(`^(?:vm|subvol|base)-${vmid}-\\S+$`).test(name))
    die(`illegal name '${name}' - should be 'vm-${vmid}-*'`);
  const volid = `${usable.storage.storage}:${isFileBased(usable.storage) ? `${vmid}/` : ''}${name}`;
  if (usable.place.volumes.has(volid)) die(`disk image '${volumePath(usable.storage, volid)}' already exists`);
  const [, amount, unit = ''] = /^(\d+)([MG]?)$/.exec(required(call, 'size')) ?? [];
  const format = text(call, 'format') ?? /\.(raw|qcow2|vmdk)$/.exec(name)?.[1] ?? 'raw';
  usable.place.volumes.set(volid, {
    volid,
    content: 'images',
    format,
    sizeBytes: Number(amount ?? 0) * (unitOf[unit] ?? kibibyte),
    usedBytes: 0,
    ctime: Math.floor(call.now()),
    vmid: Number(vmid),
  });
  return volid;
};

/** Volumes of a storage (PVE::API2::Storage::Content). */
export const contentRoutes: Routes = {
  'GET /nodes/{node}/storage/{storage}/content': readAll,
  'POST /nodes/{node}/storage/{storage}/content': allocate,
  'GET /nodes/{node}/storage/{storage}/content/{volume}': readOne,
  'PUT /nodes/{node}/storage/{storage}/content/{volume}': update,
  'DELETE /nodes/{node}/storage/{storage}/content/{volume}': remove,
};
