import { asProxdeckError } from '../../models/error.ts';
import type { ProxmoxClient } from '../../proxmox/types.ts';
import type { Event } from '../event.ts';
import type { PlannedCall } from '../operation.ts';

/** A call that takes back what was made, and what that was. */
export interface Undo extends PlannedCall {
  readonly what: string;
}

/**
 * Takes back what was made, the last first. What cannot be taken back is told with the call that does it: nothing half-made is
 * left silently.
 */
export async function* takeBack(client: ProxmoxClient, made: readonly Undo[]): AsyncGenerator<Event, void, void> {
  for (const { what, method, path, parameters = {} } of made.toReversed()) {
    try {
      // Without the signal: also what was cancelled is taken back.
      await client.request(method, path, parameters, { origin: 'person' });
      yield { type: 'step', id: `${method} ${path}`, title: what, state: 'undone' };
    } catch (thrown) {
      const { message } = asProxdeckError(thrown);
      const words = Object.entries(parameters).map(([key, value]) => ` ${key}=${value}`);
      yield {
        type: 'warning',
        code: 'left-behind',
        message: `${what}: this could not be taken back: ${message}`,
        hint: `Do it yourself: proxdeck api ${method.toLowerCase()} ${path}${words.join('')}`,
      };
    }
  }
}
