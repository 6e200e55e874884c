import type { Guest } from '../../src/models/cluster.ts';
import { split } from '../../src/models/qualified.ts';
import { privilegesAt } from '../../src/operations/privileges.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { lacking } from '../../src/ui/lacking.ts';
import type { MenuItem } from '../../src/ui/state.ts';
import { cloneForm } from './clone.ts';
import { createContainer } from './createContainer.ts';
import { createVm } from './createVm.ts';

/** Why this login makes no guests at all; undefined where it may, or that is not known yet. */
const mayNotMake = (app: AppModel, context: string | undefined): string | undefined => {
  if (app.live.getState().readOnly) return 'this context is read-only';
  const held = app.session?.permissions(context === undefined ? {} : { context });
  if (held === undefined) return undefined;
  const somewhere = Object.keys(held).some((path) => privilegesAt(held, path).has('VM.Allocate'));
  return somewhere ? undefined : 'needs VM.Allocate';
};

const awayOf = (app: AppModel, name: string | undefined): string | undefined => {
  const found = app.live.getState().snapshot.nodes.find(({ node }) => node === name);
  return found === undefined || found.status === 'online' ? undefined : `node ${found.node} is ${found.status}`;
};

const cloneItem = (app: AppModel, guest: Guest): MenuItem => {
  const impossible =
    mayNotMake(app, guest.context) ??
    lacking(app, guest, 'VM.Clone') ??
    awayOf(app, guest.node) ??
    (guest.lock === undefined ? undefined : `is locked (${guest.lock})`);
  return {
    title: 'clone',
    detail: `of ${String(guest.vmid)} ${guest.name}`,
    key: 'l',
    ...(impossible !== undefined && { impossible }),
    run: () => app.openForm(cloneForm(guest)),
  };
};

/** The menu of what can be made: on a node, where one is chosen; `guest` can be cloned. */
export const newGuestMenu = (
  app: AppModel,
  { node, guest }: { readonly node?: string; readonly guest?: Guest | undefined } = {},
): { readonly title: string; readonly items: readonly MenuItem[] } => {
  const reason = mayNotMake(app, guest?.context ?? split(node ?? '').context) ?? awayOf(app, node);
  const no = reason === undefined ? {} : { impossible: reason };
  const where = node === undefined ? {} : { node };
  return {
    title: node === undefined ? 'new guest' : `new guest on ${node}`,
    items: [
      {
        title: 'container',
        detail: 'from a template',
        key: 'c',
        ...no,
        run: () => app.openForm(createContainer(where)),
      },
      {
        title: 'virtual machine',
        detail: 'from an ISO image, a cloud image, a template',
        key: 'v',
        ...no,
        run: () => app.openForm(createVm(app, where)),
      },
      ...(guest === undefined ? [] : [cloneItem(app, guest)]),
    ],
  };
};
