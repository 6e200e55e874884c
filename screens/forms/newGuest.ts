import type { Guest } from '../../src/models/cluster.ts';
import { split } from '../../src/models/qualified.ts';
import { privilegesAt } from '../../src/operations/privileges.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { lacking } from '../../src/ui/lacking.ts';
import type { FormDefinition } from '../../src/ui/form.ts';
import type { MenuItem } from '../../src/ui/state.ts';

const loadForms = async () => ({
  ...(await import('./clone.ts')),
  ...(await import('./createContainer.ts')),
  ...(await import('./createVm.ts')),
});
type Forms = Awaited<ReturnType<typeof loadForms>>;

/** Opens one of the forms, as soon as they are loaded. */
type Opening = (formOf: (forms: Forms) => FormDefinition) => () => void;

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

const cloneItem = (app: AppModel, guest: Guest, open: Opening): MenuItem => {
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
    run: open(({ cloneForm }) => cloneForm(guest)),
  };
};

/** The menu of what can be made: on a node, where one is chosen; `guest` can be cloned. */
export const newGuestMenu = (
  app: AppModel,
  { node, guest }: { readonly node?: string; readonly guest?: Guest | undefined } = {},
): { readonly title: string; readonly items: readonly MenuItem[] } => {
  // The forms come while the menu is read.
  const loading = loadForms();
  // Whoever chooses one of them is told why they did not.
  loading.catch(() => undefined);
  const open: Opening = (formOf) => () =>
    app.arrive(async () => {
      app.openForm(formOf(await loading));
    });
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
        run: open(({ createContainer }) => createContainer(where)),
      },
      {
        title: 'virtual machine',
        detail: 'from an ISO image, a cloud image, a template',
        key: 'v',
        ...no,
        run: open(({ createVm }) => createVm(app, where)),
      },
      ...(guest === undefined ? [] : [cloneItem(app, guest, open)]),
    ],
  };
};
