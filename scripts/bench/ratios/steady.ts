import { emptySnapshot } from '../../../src/inventory/emptySnapshot.ts';
import type { Snapshot } from '../../../src/inventory/types.ts';
import { aGuest, aNode, fakeSession, moment, type FakeSession } from '../../../tests/support/cluster.ts';

/** A cluster that is the same on every machine and on every day, for figures that must not depend on either. */

const states = ['running', 'running', 'running', 'stopped'] as const;

/** Three nodes with 300 guests. */
const picture: Snapshot = {
  ...emptySnapshot,
  at: moment - 2_000,
  nodes: ['pve1', 'pve2', 'pve3'].map((name) => aNode(name)),
  guests: Array.from({ length: 300 }, (_, at) =>
    aGuest(100 + at, {
      name: `web-${String(at).padStart(3, '0')}`,
      node: `pve${String(1 + (at % 3))}`,
      status: states[at % 4] ?? 'running',
      cpu: (at % 97) / 100,
      mem: ((at % 89) / 100) * 8 * 2 ** 30,
    }),
  ),
};

/** A session that shows it. What screens ask is never answered: answers come when they come, figures must not. */
export const steadySession = (): FakeSession => fakeSession(picture, { ask: () => new Promise(() => undefined) });

/** The same cluster with other figures of every tenth guest, as ten seconds bring them. */
export const later = (round: number): Snapshot => ({
  ...picture,
  guests: picture.guests.map((guest, at) =>
    at % 10 === round % 10 ? { ...guest, cpu: ((at * 7 + round * 13) % 91) / 100 } : guest,
  ),
});
