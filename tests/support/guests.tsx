import { expect } from 'vitest';
import type { Snapshot } from '../../src/inventory/types.ts';
import type { Permissions } from '../../src/operations/privileges.ts';
import type { Session } from '../../src/ui/session.ts';
import { answering, type AnswerTable } from './answers.ts';
import { aNode, fakeSession, moment, smallCluster } from './cluster.ts';
import { openScreen } from './screen.tsx';

/** The screen of guests over a small cluster that answers what forms and menus ask. */

const now = moment / 1000;
const day = 86_400;

const answers: AnswerTable = {
  'cluster.options': {},
  'guest.config': {
    hostname: 'relay-dev',
    cores: 4,
    memory: 8192,
    digest: 'a'.repeat(40),
    rootfs: 'local-zfs:subvol-104-disk-0,size=50G',
    net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=10.10.0.104/24,gw=10.10.0.1,type=veth',
  },
  'guest.pending': [],
  'guest.interfaces': [],
  'node.network': [],
  'backup.list': [],
  'guest.rrd': [],
  'guest.tasks': [],
  'snapshot.list': [
    { name: 'base', snaptime: now - 90 * day, description: 'freshly installed' },
    { name: 'works', snaptime: now - 2 * day, parent: 'base' },
    { name: 'current', parent: 'works' },
  ],
};

export interface Scene {
  readonly size?: readonly [columns: number, rows: number];
  readonly answers?: AnswerTable;
  readonly permissions?: Permissions;
  readonly session?: Partial<Session>;
  readonly snapshot?: Snapshot;
}

/** The small cluster with its third node back. */
const cluster = (over: Partial<Snapshot> = {}): Snapshot =>
  smallCluster({
    nodes: [aNode('pve1'), aNode('pve2', { mem: 50 * 2 ** 30 }), aNode('pve3', { mem: 10 * 2 ** 30 })],
    ...over,
  });

/** Opens the guests of that cluster. */
export const openGuests = async (scene: Scene = {}) => {
  const { ask } = answering({ ...answers, ...scene.answers });
  const session = fakeSession(scene.snapshot ?? cluster(), {
    ask,
    permissions: () => scene.permissions,
    ...scene.session,
  });
  const [columns, rows] = scene.size ?? [120, 40];
  const shown = await openScreen({ columns, rows }, { session });
  return {
    shown,
    session,
    sees: async (text: string | RegExp) => {
      await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(text);
    },
  };
};

/** What of a frame is the card that lies over it. */
export const cardIn = (frame: string): string => {
  const lines = frame.split('\n');
  const top = lines.findIndex((line) => line.includes('┌'));
  const [left, right] = [lines[top]?.indexOf('┌') ?? 0, lines[top]?.indexOf('┐') ?? 0];
  const bottom = lines.findIndex((line) => line[left] === '└');
  return lines
    .slice(top, bottom + 1)
    .map((line) => line.slice(left, right + 1))
    .join('\n');
};
