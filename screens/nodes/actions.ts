import { counted } from '../../components/units.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { mayNot } from '../../src/ui/mayNot.ts';
import type { MenuItem } from '../../src/ui/state.ts';
import { openLog } from '../log.ts';

/** What can be done with a node; nothing is hidden, every no has its reason. */

const isOnline = ({ status }: ClusterNode): boolean => status === 'online';

/** Why a node cannot be told to go away. */
const notGoing = (app: AppModel, node: ClusterNode): string | undefined =>
  isOnline(node) ? mayPower(app, node) : `is ${node.status}`;

const mayPower = (app: AppModel, node: ClusterNode): string | undefined =>
  mayNot(app, node, [{ path: `/nodes/${node.node}`, privilege: 'Sys.PowerMgmt' }]);

const notEntering = (app: AppModel, node: ClusterNode): string | undefined =>
  isOnline(node) ? mayNot(app, node, [{ path: `/nodes/${node.node}`, privilege: 'Sys.Console' }]) : `is ${node.status}`;

/** Why nothing can be moved away. */
const notLeaving = (app: AppModel, node: ClusterNode): string | undefined => {
  if (!isOnline(node)) return `is ${node.status}: nothing can be moved from it`;
  const others = app.live.getState().snapshot.nodes.filter((one) => one.context === node.context && one !== node);
  if (others.length === 0) return 'is the only node';
  if (!others.some(isOnline)) return 'no other node is online';
  if (app.cluster.guestsOfNode(node.node).length === 0) return 'has no guests';
  return mayNot(app, node, []);
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
  const order = (operation: string) => (): void => void app.run({ name: operation, input: { node: name } });
  const task = lastTask(app, node);
  return {
    title: name,
    items: [
      item('evacuate…', 'e', 'moves its guests to other nodes', notLeaving(app, node), () =>
        app.arrive(async () => void app.openForm((await import('../forms/evacuate.ts')).evacuateForm(app, name))),
      ),
      item('reboot…', 'r', guestsThere(app, node), notGoing(app, node), order('node.reboot')),
      item('shut down…', 'd', guestsThere(app, node), notGoing(app, node), order('node.shutdown')),
      item(
        'wake',
        'w',
        'by a packet over the network',
        isOnline(node) ? 'is online' : mayPower(app, node),
        order('node.wake'),
      ),
      item(
        'new guest…',
        'n',
        'container or VM on this node',
        isOnline(node) ? mayNot(app, node, []) : `is ${node.status}`,
        () =>
          app.arrive(async () =>
            app.openMenu((await import('../forms/newGuest.ts')).newGuestMenu(app, { node: name })),
          ),
      ),
      item('console', 's', 'a shell on it', notEntering(app, node), () =>
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
