import { counted } from '../../components/units.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { OperationName } from '../../src/operations/catalog.ts';
import type { Privilege } from '../../src/operations/operation.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { mayNot } from '../../src/ui/mayNot.ts';
import type { MenuItem } from '../../src/ui/state.ts';
import { openLog } from '../log.ts';

/** What can be done with a node; nothing is hidden, every no has its reason. */

const isOnline = ({ status }: ClusterNode): boolean => status === 'online';

/** Why an operation cannot be done on a node that must be there for it; `privilege` is what it takes on the node. */
const notHere = (app: AppModel, operation: OperationName, node: ClusterNode, privilege?: string): string | undefined =>
  isOnline(node) ? mayNot(app, operation, node, onNode(node, privilege)) : `is ${node.status}`;

const onNode = ({ node }: ClusterNode, privilege: string | undefined): readonly Privilege[] =>
  privilege === undefined ? [] : [{ path: `/nodes/${node}`, privilege }];

const power = 'Sys.PowerMgmt';

/** Why a node cannot be woken. */
const notWaking = (app: AppModel, node: ClusterNode): string | undefined =>
  isOnline(node) ? 'is online' : mayNot(app, 'node.wake', node, onNode(node, power));

/** Why nothing can be moved away. */
const notLeaving = (app: AppModel, node: ClusterNode): string | undefined => {
  if (!isOnline(node)) return `is ${node.status}: nothing can be moved from it`;
  const others = app.live.getState().snapshot.nodes.filter((one) => one.context === node.context && one !== node);
  if (others.length === 0) return 'is the only node';
  if (!others.some(isOnline)) return 'no other node is online';
  if (app.cluster.guestsOfNode(node.node).length === 0) return 'has no guests';
  return mayNot(app, 'node.evacuate', node);
};

/** What goes down with it, in a few words: the card says it in full. */
const guestsThere = (app: AppModel, { node }: ClusterNode): string => {
  const running = app.cluster.guestsOfNode(node).filter(({ status }) => status === 'running').length;
  return running === 0
    ? 'no guest runs on it'
    : `${counted(running, 'guest')} go${running === 1 ? 'es' : ''} down with it`;
};

const lastTask = (app: AppModel, { node }: ClusterNode) =>
  app.live.getState().snapshot.tasks.find((task) => task.node === node);

/** The menu of a node. */
export const nodeActions = (
  app: AppModel,
  [node]: readonly ClusterNode[],
): { readonly title: string; readonly items: readonly MenuItem[] } => {
  if (node === undefined) return { title: '', items: [] };
  const name = node.node;
  const item = (title: string, key: string, detail: string, no: string | undefined, run: () => void): MenuItem => ({
    title,
    key,
    detail,
    run,
    ...(no !== undefined && { impossible: no }),
  });
  const order = (operation: OperationName) => (): void => void app.run({ name: operation, input: { node: name } });
  const task = lastTask(app, node);
  return {
    title: name,
    items: [
      item('evacuate…', 'e', 'moves its guests to other nodes', notLeaving(app, node), () =>
        app.arrive(async () => app.openForm((await import('../forms/evacuate.ts')).evacuateForm(app, name))),
      ),
      item('reboot…', 'r', guestsThere(app, node), notHere(app, 'node.reboot', node, power), order('node.reboot')),
      item(
        'shut down…',
        'd',
        guestsThere(app, node),
        notHere(app, 'node.shutdown', node, power),
        order('node.shutdown'),
      ),
      item('wake', 'w', 'by a packet over the network', notWaking(app, node), order('node.wake')),
      item('new guest…', 'n', 'container or VM on this node', notHere(app, 'guest.create', node), () =>
        app.arrive(async () => app.openMenu((await import('../forms/newGuest.ts')).newGuestMenu(app, { node: name }))),
      ),
      item('console', 's', 'a shell on it', notHere(app, 'node.console', node, 'Sys.Console'), () =>
        app.arrive(async () =>
          (await import('../console.ts')).enterConsole(app, { name: 'node.console', input: { node: name } }),
        ),
      ),
      item('log', 'l', 'of its last task', task === undefined ? 'no recent task of this node' : undefined, () =>
        task === undefined ? undefined : openLog(app, task.upid),
      ),
    ],
  };
};
