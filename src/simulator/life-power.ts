import type { AsRoot } from './as-root.ts';
import type { GuestState, NodeState, World } from './world.ts';

/** Seconds that a machine takes from power-on until it answers. */
const bootSeconds = 60;

const halt = (guest: GuestState): void => {
  guest.running = false;
  guest.qmpstatus = 'stopped';
  guest.startedAt = 0;
  guest.pid = 0;
};

const goDown = (world: World, node: NodeState, at: number): void => {
  for (const guest of world.guests.values()) if (guest.node === node.name && guest.running) halt(guest);
  node.syslog.push({ at, text: 'systemd[1]: Reached target shutdown.target - System Shutdown.' });
  node.online = false;
  node.downSince = at;
};

const comeUp = async (node: NodeState, asRoot: AsRoot, at: number): Promise<void> => {
  node.online = true;
  delete node.downSince;
  node.bootedAt = at;
  node.syslog.push({ at, text: 'systemd[1]: Started pvestatd.service - PVE Status Daemon.' });
  await asRoot('POST', `/nodes/${node.name}/startall`, {});
};

/** Carries out the power orders that are due: a reboot comes back after a minute and starts the guests marked onboot. */
export const followOrders = async (world: World, asRoot: AsRoot, at: number): Promise<void> => {
  for (const node of world.nodes.values()) {
    const order = node.powerOrder;
    if (!order || order.at > at) continue;
    delete node.powerOrder;
    if (order.command === 'wake') await comeUp(node, asRoot, at);
    else goDown(world, node, at);
    if (order.command === 'reboot') node.powerOrder = { command: 'wake', at: at + bootSeconds };
  }
};
