import { clean } from '../../components/text.ts';
import { bytes } from '../../components/units.ts';
import type { Storage } from '../../src/models/cluster.ts';
import type { OperationName } from '../../src/operations/catalog.ts';
import type { Volume } from '../../src/operations/storage.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { FormDefinition, Values } from '../../src/ui/form.ts';
import { mayNot } from '../../src/ui/mayNot.ts';
import type { MenuItem } from '../../src/ui/state.ts';
import { followTasks } from '../followTasks.ts';
import { answerOfPlace, fileKinds, notTaking, type FileKind } from '../forms/filePlaces.ts';
import type { StorageRow } from './rows.ts';
import { openVolume } from './volumeView.ts';
import { shortName } from './volumes.ts';
import { contentName } from './words.ts';

/** What can be done with a storage and with what lies on it; nothing is hidden, every no has its reason. */

interface Menu {
  readonly title: string;
  readonly items: readonly MenuItem[];
}

/** Forms are loaded when the first one is opened. */
const openForm = (app: AppModel, load: () => Promise<FormDefinition>): void =>
  app.arrive(async () => app.openForm(await load()));

/** Why no file of some kinds can be brought to a storage. */
const notBringing = (
  app: AppModel,
  operation: OperationName,
  place: Storage,
  kinds: readonly FileKind[],
): string | undefined =>
  notTaking(place, kinds) ??
  mayNot(app, operation, place, [{ path: `/storage/${place.storage}`, privilege: 'Datastore.AllocateTemplate' }]);

const startAt = (place: Storage): Values => ({ place: answerOfPlace(place) });

/** Opens the form that uploads a file; to the storage, where it takes files. */
export const openUpload = (app: AppModel, row: StorageRow | undefined): void => {
  const start = row === undefined || notTaking(row.place, fileKinds) !== undefined ? {} : startAt(row.place);
  openForm(app, async () => (await import('../forms/upload.ts')).uploadForm(start));
};

/** What can be brought to a storage. */
export const newContent = (app: AppModel, row: StorageRow): Menu => {
  const { place } = row;
  const item = (
    operation: OperationName,
    kinds: readonly FileKind[],
    words: Omit<MenuItem, 'impossible'>,
  ): MenuItem => {
    const impossible = notBringing(app, operation, place, kinds);
    return { ...words, ...(impossible !== undefined && { impossible }) };
  };
  return {
    title: `New on ${place.storage}`,
    items: [
      item('template.download', ['vztmpl'], {
        title: 'template…',
        key: 't',
        detail: 'of containers, downloaded from Proxmox',
        run: () =>
          openForm(app, async () =>
            (await import('../forms/downloadTemplate.ts')).downloadTemplateForm(startAt(place)),
          ),
      }),
      item('storage.download-url', fileKinds, {
        title: 'from a URL…',
        key: 'u',
        detail: 'the node downloads it itself',
        run: () => openForm(app, async () => (await import('../forms/downloadUrl.ts')).downloadUrlForm(startAt(place))),
      }),
      item('storage.upload', fileKinds, {
        title: 'upload…',
        key: 'f',
        detail: 'a file of this machine',
        run: () => openUpload(app, row),
      }),
    ],
  };
};

/** Why a volume cannot be destroyed, as far as the list tells; who uses it is looked up before it is asked for. */
const notDeleting = (app: AppModel, place: Storage, { content, protected: kept }: Volume): string | undefined => {
  if (kept === true) return 'is protected';
  const privilege = content === 'backup' ? 'Datastore.Allocate|Datastore.AllocateSpace' : 'Datastore.Allocate';
  return mayNot(app, 'storage.delete-content', place, [{ path: `/storage/${place.storage}`, privilege }]);
};

const volumeItems = (app: AppModel, place: Storage, volume: Volume): readonly MenuItem[] => {
  const impossible = notDeleting(app, place, volume);
  const { volid } = volume;
  return [
    { title: 'details', key: 'i', detail: contentName(volume.content), run: () => openVolume(app, place, volume) },
    {
      title: 'delete…',
      key: 'x',
      detail: volume.size === undefined ? '' : `frees ${bytes(volume.size)}`,
      ...(impossible !== undefined && { impossible }),
      run: () =>
        void app.run(
          { name: 'storage.delete-content', input: { volumes: [volid], node: place.node } },
          { onTask: followTasks(app) },
        ),
    },
    { title: 'copy volume id', key: 'y', detail: clean(volid), run: () => app.copy(volid) },
  ];
};

/** The menu of a storage; with a volume under the cursor, of that first. */
export const storageActions = (app: AppModel, row: StorageRow, volume: Volume | undefined): Menu => {
  const { place } = row;
  const { items } = newContent(app, row);
  if (volume === undefined) return { title: place.storage, items };
  return {
    title: `${shortName(volume.volid)} on ${place.storage}`,
    items: [...volumeItems(app, place, volume), ...items],
  };
};
