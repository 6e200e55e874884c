import type { Guest } from '../../../src/models/cluster.ts';
import { split } from '../../../src/models/qualified.ts';
import { guestName, tagList, vmid } from '../../../src/operations/guest-input.ts';
import type { AppModel } from '../../../src/ui/app.ts';
import type { Field } from '../../../src/ui/form.ts';
import { atOnce, mistakeBy } from './answers.ts';

/** Who a new guest is: number, name, pool, tags. */

/** Guests of the cluster of a node; of all, where one cluster alone is shown. */
const neighbours = (app: AppModel, node: string): readonly Guest[] => {
  const { context } = split(node);
  return app.live.getState().snapshot.guests.filter((guest) => guest.context === context);
};

/** The number of a new guest on a node: the next free one is suggested. Left empty, the cluster takes the next one. */
export const vmidField = (app: AppModel, node: string): Field => {
  const next = app.look('cluster.next-id', {}, atOnce).value?.vmid;
  const holder = (number: number): Guest | undefined => neighbours(app, node).find((guest) => guest.vmid === number);
  const isFree = next !== undefined && holder(next) === undefined;
  return {
    kind: 'text',
    name: 'vmid',
    label: 'VMID',
    help: 'its number; the next free one is suggested',
    placeholder: 'the next free one',
    ...(isFree && { usual: String(next) }),
    check: (text) => {
      const mistake = mistakeBy(vmid)(text);
      const taken = mistake === undefined ? holder(Number(text)) : undefined;
      if (taken === undefined) return mistake;
      const hint = isFree ? ` The next free one is ${String(next)}.` : '';
      return `The VMID ${text} is taken by ${taken.name} on ${taken.node}.${hint}`;
    },
  };
};

/** The name that Proxmox VE makes of a number where none is given. */
export const nameOfNumber = (prefix: 'CT' | 'VM', number = ''): string =>
  number === '' ? `${prefix} and its number` : `${prefix}${number}`;

/** The host name; `placeholder` is what it will be without one. */
export const nameField = (placeholder: string): Field => ({
  kind: 'text',
  name: 'name',
  label: 'Name',
  help: 'its host name: letters, digits and hyphens, as in web-1 or db.example.org',
  placeholder,
  check: mistakeBy(guestName),
});

/** The pool it goes to. */
export const poolField = (app: AppModel): Field => ({
  kind: 'choice',
  name: 'pool',
  label: 'Pool',
  help: 'what may be done with it can hang on its pool',
  choices: [
    { value: '', label: 'none' },
    ...app.live.getState().snapshot.pools.map(({ pool }) => ({ value: pool, label: pool })),
  ],
});

/** Tags, with those that are in use offered. */
export const tagsField = (app: AppModel): Field => ({
  kind: 'text',
  name: 'tags',
  label: 'Tags',
  help: 'separated by commas: web,prod',
  suggestions: [...new Set(app.live.getState().snapshot.guests.flatMap(({ tags }) => tags))].toSorted(),
  check: mistakeBy(tagList),
});
