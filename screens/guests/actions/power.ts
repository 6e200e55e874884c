import type { Guest } from '../../../src/models/cluster.ts';
import type { OperationName } from '../../../src/operations/catalog.ts';
import { selectorOf } from '../../../src/ui/lacking.ts';
import { managedByHa, type GuestAction } from './action.ts';
import { runOnGuests } from './several.ts';

/** Starting and stopping. */

const mustRun = ({ status }: Guest): string | undefined => (status === 'stopped' ? 'is not running' : undefined);

const runs = ({ status }: Guest): boolean => status === 'running';

const isPaused = ({ status }: Guest): boolean => status === 'paused' || status === 'suspended';

const onlyVms = ({ type }: Guest): string | undefined => (type === 'lxc' ? 'is a container: only VMs can' : undefined);

interface Power extends Pick<GuestAction, 'title' | 'key' | 'impossible'> {
  readonly operation: OperationName;
  readonly about: string;
}

const powers: readonly Power[] = [
  {
    operation: 'guest.start',
    key: 's',
    title: 'start',
    about: '',
    impossible: (guest) => (runs(guest) ? 'is running' : isPaused(guest) ? `is ${guest.status}: resume it` : undefined),
  },
  {
    operation: 'guest.shutdown',
    key: 'd',
    title: 'shut down',
    about: 'gently, by the guest itself',
    impossible: mustRun,
  },
  { operation: 'guest.reboot', key: 'r', title: 'reboot', about: 'applies pending changes', impossible: mustRun },
  {
    operation: 'guest.stop',
    key: 'p',
    title: 'stop',
    about: 'at once, like pulling the plug',
    impossible: mustRun,
  },
  {
    operation: 'guest.reset',
    key: 't',
    title: 'reset',
    about: 'at once, like the button on the machine',
    impossible: (guest) => onlyVms(guest) ?? mustRun(guest),
  },
  {
    operation: 'guest.suspend',
    key: 'u',
    title: 'suspend',
    about: 'stays in memory, stands still',
    impossible: (guest) => onlyVms(guest) ?? (isPaused(guest) ? `is ${guest.status} already` : mustRun(guest)),
  },
  {
    operation: 'guest.resume',
    key: 'o',
    title: 'resume',
    about: 'goes on where it stood still',
    impossible: (guest) => onlyVms(guest) ?? (isPaused(guest) ? undefined : 'is not suspended'),
  },
];

/** Everything that switches guests on and off. */
export const powerActions: readonly GuestAction[] = powers.map(({ operation, about, ...one }) => ({
  ...one,
  operation,
  privilege: 'VM.PowerMgmt',
  several: true,
  detail: (guest) => (managedByHa(guest) ? 'requested from the HA manager' : about),
  run: (app, guests) => runOnGuests(app, { title: one.title, operation, input: { guests: guests.map(selectorOf) } }),
}));
