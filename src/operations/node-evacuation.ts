import * as z from 'zod';
import { evacuationTarget, leavingOf, onlyRunning } from './node-power.ts';
import { operation } from './operation.ts';
import { nodeName } from './select.ts';

/** Where a guest would go, or why it stays. */
interface Departure {
  readonly vmid: number;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  /** Absent where it stays. */
  readonly target?: string;
  /** `live`, `restart` (stopped, copied and started again) or `off`; `stays`. */
  readonly how: 'live' | 'restart' | 'off' | 'stays';
  /** What keeps it. */
  readonly reason?: string;
}

/** Shows what `node.evacuate` would do with each guest of a node, by number. Throws as it does. */
export const showEvacuation = operation({
  name: 'node.evacuation',
  summary: 'Show where the guests of a node would go',
  risk: 'read',
  input: z.object({ node: nodeName, target: evacuationTarget, running: onlyRunning }),
  columns: [
    { field: 'vmid', title: 'VMID' },
    { field: 'name', title: 'NAME' },
    { field: 'target', title: 'TO' },
    { field: 'how', title: 'HOW' },
    { field: 'reason', title: 'WHY' },
  ],
  async *run(context, _resolved, input): AsyncGenerator<never, readonly Departure[], void> {
    const { journeys, stay } = await leavingOf(context, input);
    const moving = journeys.map(({ guest: { vmid, name, type, status }, target }): Departure => {
      const how = status === 'stopped' ? 'off' : type === 'qemu' ? 'live' : 'restart';
      return { vmid, name, type, status, target, how };
    });
    const staying = stay.map(({ guest: { vmid, name, type, status }, error }): Departure => ({
      vmid,
      name,
      type,
      status,
      how: 'stays',
      reason: error.message,
    }));
    return [...moving, ...staying].toSorted((a, b) => a.vmid - b.vmid);
  },
});
