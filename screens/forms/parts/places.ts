import { bytes } from '../../../components/units.ts';
import type { ClusterNode, Storage } from '../../../src/models/cluster.ts';
import { freeOf, isThin } from '../../../src/operations/guest-checks.ts';
import { diskSize, memorySize } from '../../../src/operations/measures.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { Choice, Field, Values } from '../../../src/ui/form.ts';
import type { Drawing } from '../../../src/ui/screen.ts';
import { mistakeBy } from './answers.ts';

/** Where a guest can lie, by the live picture: nodes and storages with what is free there. */

/** What a storage must take. */
type Content = 'rootdir' | 'images' | 'vztmpl' | 'iso' | 'import';

/** The storages of a node that take a kind of content, the one with the most free space first. */
export const storagesOf = (app: AppModel, node: string, content: Content): readonly Storage[] =>
  app.live
    .getState()
    .snapshot.storages.filter((one) => one.node === node && one.content.includes(content))
    .toSorted((a, b) => freeOf(b) - freeOf(a));

/** The storage of a node with the most free space that takes it now; undefined where none does. */
export const roomiest = (app: AppModel, node: string, content: Content): Storage | undefined =>
  storagesOf(app, node, content).find(({ status }) => status === 'available');

const freeMemory = ({ mem = 0, maxmem = 0 }: ClusterNode): number => Math.max(0, maxmem - mem);

const nodeChoice = (app: AppModel, node: ClusterNode, content: Content): Choice => {
  const place = roomiest(app, node.node, content);
  const common = { value: node.node, label: node.node };
  if (node.status !== 'online') return { ...common, impossible: `is ${node.status}` };
  if (place === undefined) return { ...common, impossible: 'has no storage for it' };
  const memory = node.maxmem === undefined ? '' : `${bytes(freeMemory(node))} memory free, `;
  const resting = node.hastate === 'maintenance' ? ', in maintenance' : '';
  return { ...common, detail: `${memory}${bytes(freeOf(place))} on ${place.storage}${resting}` };
};

/** The node of a new guest: the one with the most free space is suggested, of equal ones that with the most free memory. */
export const nodeField = (app: AppModel, content: Content): Field => {
  const { nodes } = app.live.getState().snapshot;
  const room = ({ node }: ClusterNode): number => {
    const place = roomiest(app, node, content);
    return place === undefined ? -1 : freeOf(place);
  };
  const [best] = nodes
    .filter(({ status, hastate }) => status === 'online' && hastate !== 'maintenance')
    .toSorted((a, b) => room(b) - room(a) || freeMemory(b) - freeMemory(a));
  return {
    kind: 'choice',
    name: 'node',
    label: 'Node',
    help: 'where it will run; the one with the most free space is suggested',
    choices: nodes.map((node) => nodeChoice(app, node, content)),
    none: 'No node can take it: none is online with a storage for it.',
    ...(best !== undefined && { usual: best.node }),
  };
};

const storageChoice = (storage: Storage): Choice => ({
  value: storage.storage,
  label: storage.storage,
  detail: `${storage.plugintype}, ${bytes(freeOf(storage))} of ${bytes(storage.maxdisk)} free`,
  ...(storage.status !== 'available' && { impossible: 'is not available now' }),
});

/** The storages of a node as choices. */
export const storageChoices = (app: AppModel, node: string, content: Content): readonly Choice[] =>
  storagesOf(app, node, content).map(storageChoice);

/** The storage of a new disk: the one with the most free space is suggested. */
const storageField = (app: AppModel, node: string, content: Content): Field => ({
  kind: 'choice',
  name: 'storage',
  label: 'Storage',
  help: 'where its disk lies; the one with the most free space is suggested',
  choices: storageChoices(app, node, content),
  none: `No storage of ${node} takes it: allow it in the settings of one.`,
});

/** The storage that was chosen. */
const chosen = (app: AppModel, { node = '', storage }: Values, content: Content): Storage | undefined =>
  storagesOf(app, node, content).find((one) => one.storage === storage);

const wantedBytes = (disk: string | undefined): number => (diskSize.safeParse(disk).data ?? 0) * 2 ** 30;

/** Storage, size of the disk, and where more is wanted than a thin storage has, whether it is promised all the same. */
export const diskFields = (
  app: AppModel,
  values: Values,
  { content, usual, help }: { readonly content: Content; readonly usual: string; readonly help: string },
): readonly Field[] => {
  const { node = '', disk, overcommit } = values;
  const place = chosen(app, values, content);
  const lacks = place !== undefined && wantedBytes(disk) > freeOf(place);
  const check = (text: string): string | undefined => {
    const mistake = mistakeBy(diskSize)(text);
    if (mistake !== undefined || place === undefined || wantedBytes(text) <= freeOf(place)) return mistake;
    const said = `${place.storage} on ${node} has ${bytes(freeOf(place))} free, and ${bytes(wantedBytes(text))} are wanted.`;
    if (!isThin(place)) return `${said} Take a smaller disk or another storage.`;
    return overcommit === 'on' ? undefined : `${said} Take less, or promise more than there is: below.`;
  };
  const promise: Field = {
    kind: 'toggle',
    name: 'overcommit',
    label: 'Promise more',
    help: 'than the storage has now: it gives space only when it is written, and may run full',
  };
  return [
    storageField(app, node, content),
    { kind: 'text', name: 'disk', label: 'Disk', usual, required: true, check, help },
    ...(lacks && isThin(place) ? [promise] : []),
  ];
};

/** What is left of a storage and of a node's memory once the guest is there. */
export const roomNotes = (values: Values, { app, look }: Drawing, content: Content): readonly string[] => {
  const place = chosen(app, values, content);
  const node = app.live.getState().snapshot.nodes.find((one) => one.node === values['node']);
  const left = (what: string, free: number, wanted: number, all: number): string =>
    wanted <= free
      ? look.paint('muted', `${what}: ${bytes(free - wanted)} of ${bytes(all)} left after it`)
      : look.paint('warn', `${look.glyphs.warning} ${what}: ${bytes(free)} free, ${bytes(wanted)} wanted`);
  const memory = (memorySize.safeParse(values['memory']).data ?? 0) * 2 ** 20;
  return [
    ...(place === undefined
      ? []
      : [left(`${place.storage} on ${place.node}`, freeOf(place), wantedBytes(values['disk']), place.maxdisk)]),
    ...(node?.maxmem === undefined ? [] : [left(`memory of ${node.node}`, freeMemory(node), memory, node.maxmem)]),
  ];
};
