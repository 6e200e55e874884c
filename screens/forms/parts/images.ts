import { bytes } from '../../../components/units.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { Choice, Field } from '../../../src/ui/form.ts';
import { atOnce } from './answers.ts';
import { storagesOf } from './places.ts';

/** What a VM begins with: ISO images and disk images on the storages of its node. */

const words = {
  iso: { label: 'ISO image', help: 'what it starts from the first time', none: 'no ISO image' },
  import: { label: 'Disk image', help: 'a cloud image that becomes its disk', none: 'no disk image' },
} as const;

/** What one storage has; undefined while it is asked. */
const contentOf = (
  app: AppModel,
  node: string,
  storage: string,
  content: keyof typeof words,
): readonly Choice[] | undefined => {
  const { value, error } = app.look('storage.content', { storage, node, content }, atOnce);
  if (value !== undefined)
    return value
      .map(({ volid, size = 0 }) => ({
        value: volid,
        label: volid.slice(volid.lastIndexOf('/') + 1),
        detail: `${bytes(size)} on ${storage}`,
      }))
      .toSorted((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }));
  return error === undefined ? undefined : [{ value: storage, label: storage, impossible: error.message }];
};

/** An image of a node to choose. A slow storage adds its own when it has answered. */
export const imageField = (app: AppModel, node: string, content: keyof typeof words): Field => {
  const { label, help, none } = words[content];
  const places = storagesOf(app, node, content)
    .filter(({ status }) => status === 'available')
    .toSorted((a, b) => Number(a.shared) - Number(b.shared));
  const lists = places.map(({ storage }) => contentOf(app, node, storage, content));
  const known = lists.flatMap((list) => list ?? []);
  const isAsked = lists.includes(undefined);
  return {
    kind: 'choice',
    name: content,
    label,
    help,
    choices: known.length === 0 && isAsked ? undefined : known,
    none: `There is ${none} on the storages of ${node}: \`proxdeck storage download-url\` and \`storage upload\` bring one.`,
  };
};
