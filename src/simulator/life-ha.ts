import { cycleSeconds } from './pvestatd.ts';
import type { AsRoot } from './as-root.ts';
import type { GuestState, HaState, World } from './world.ts';

type Resource = HaState['resources'] extends Map<string, infer R> ? R : never;

const wantsToRun = (resource: Resource): boolean => resource.state === 'started' || resource.state === 'enabled';

/** What the manager says of a resource whose guest is in this state. */
const settled = (guest: GuestState): string => (guest.running ? 'started' : 'stopped');

/**
 * One turn of the HA manager, every ten seconds: what was asked of a resource and is not so yet, is ordered; what is so, is noted.
 * A guest that went down by itself comes up again here.
 */
export const reconcileHa = async (world: World, asRoot: AsRoot, from: number, to: number): Promise<void> => {
  if (Math.floor(from / cycleSeconds) === Math.floor(to / cycleSeconds)) return;
  for (const resource of world.ha.resources.values()) {
    const guest = world.guests.get(Number(resource.sid.split(':')[1]));
    if (!guest || resource.state === 'ignored' || world.nodes.get(guest.node)?.online !== true) continue;
    // What ended in an error is left alone until somebody takes it out of service.
    if (resource.crmState === 'error' && wantsToRun(resource)) continue;
    const agrees = guest.running === wantsToRun(resource);
    if (agrees) resource.crmState = settled(guest);
    if (agrees || guest.config['lock'] !== undefined) continue;
    const path = `/nodes/${guest.node}/${guest.type}/${guest.vmid}/status/${wantsToRun(resource) ? 'start' : 'shutdown'}`;
    await asRoot('POST', path, {});
  }
};
