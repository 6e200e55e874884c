import { clean } from '../../components/text.ts';
import { bytes } from '../../components/units.ts';
import type { Storage } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Choice, Field } from '../../src/ui/form.ts';
import { storageRows } from '../storage/rows.ts';
import { contentName } from '../storage/words.ts';

/** Storages as answers: a shared one once, by the node that reaches it best. */

/** What of files a storage may take. */
export const fileKinds = ['iso', 'vztmpl', 'import'] as const;
export type FileKind = (typeof fileKinds)[number];

type Place = Pick<Storage, 'node' | 'storage'>;

/** A place as an answer. */
export const answerOfPlace = ({ node, storage }: Place): string => `${node}/${storage}`;

/** The place that an answer means; undefined for none. */
export const placeOfAnswer = (answer = ''): Place | undefined => {
  const [node, storage] = answer.split('/');
  return node === undefined || storage === undefined ? undefined : { node, storage };
};

export const freeOf = ({ disk, maxdisk }: Storage): number => Math.max(0, maxdisk - disk);

/** The storage of the picture that an answer means. */
export const storageOf = (app: AppModel, answer: string | undefined): Storage | undefined => {
  const place = placeOfAnswer(answer);
  return app.live
    .getState()
    .snapshot.storages.find(({ node, storage }) => node === place?.node && storage === place.storage);
};

/** Why a storage does not take one of some kinds of files; undefined where it does. */
export const notTaking = (storage: Storage, kinds: readonly FileKind[]): string | undefined => {
  if (storage.status !== 'available') return 'cannot be reached';
  if (kinds.some((kind) => storage.content.includes(kind))) return undefined;
  return `takes no ${kinds.map(contentName).join(' or ')}`;
};

/** The field that asks where a file of one of some kinds goes. */
export const placeField = (app: AppModel, kinds: readonly FileKind[]): Field => {
  const { storages, nodes } = app.live.getState().snapshot;
  const choices = storageRows(storages, nodes).map(({ place }): Choice => {
    const impossible = notTaking(place, kinds);
    const where = place.shared ? 'shared' : `on ${clean(place.node)}`;
    return {
      value: answerOfPlace(place),
      label: place.storage,
      detail: `${where}, ${bytes(freeOf(place))} free`,
      ...(impossible !== undefined && { impossible: `${where}, ${impossible}` }),
    };
  });
  return {
    kind: 'choice',
    name: 'place',
    label: 'Storage',
    help: 'where it will lie',
    choices: choices.toSorted((a, b) => Number(a.impossible !== undefined) - Number(b.impossible !== undefined)),
    none: `No storage takes ${kinds.map(contentName).join(' or ')}: allow it in the settings of a storage.`,
  };
};
