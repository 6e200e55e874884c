import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { requireFeatures } from './feature-rule.ts';
import { claimsOfChange } from './guest-claims.ts';
import { nameOf, atHand } from './guest-checks.ts';
import { pendingChanges } from './guest-config.ts';
import { disksIn, readConfig, type Settings } from './guest-disks.ts';
import { oneGuest } from './guest-read.ts';
import { changeFields, changesOf, privilegeFor, privilegesNamed, type Changes } from './guest-set-changes.ts';
import { checkDevices } from './network-checks.ts';
import { operation, type Call, type PlannedCall } from './operation.ts';
import { IncompleteError } from './outcome.ts';
import { onGuests } from './privileges.ts';
import { selectGuest } from './select.ts';
import { planned, shown, takeStep } from './steps.ts';

/** One setting before and after; null where there is none. */
interface Change {
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What came of changing settings. */
interface SetOutcome {
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly type: Guest['type'];
  readonly changed: readonly Change[];
  /** Settings that wait for the next start of the guest. */
  readonly pending: readonly string[];
  /** `OK`, `nothing to change`, or that a restart is needed. */
  readonly result: string;
}

interface Plan {
  readonly guest: Guest;
  readonly seen: Settings;
  readonly changes: Changes;
  readonly call: PlannedCall;
  readonly hazards: readonly string[];
}

const input = z.object({
  guest: oneGuest,
  ...changeFields,
  digest: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/i, 'a digest is written in hexadecimal')
    .exactOptional()
    .describe('change only if the settings are still those with this digest'),
});

const callOf = ({ node, id }: Guest, changes: Changes, digest: string | undefined): PlannedCall => {
  const gone = [...changes].flatMap(([key, value]) => (value === null ? [key] : []));
  const kept = [...changes].flatMap(([key, value]): [string, string][] => (value === null ? [] : [[key, value]]));
  return planned('PUT', `/nodes/${node}/${id}/config`, {
    ...Object.fromEntries(kept),
    delete: gone.length === 0 ? undefined : gone.join(','),
    digest,
  });
};

/** Taking away a disk only detaches it; taking away one that is detached destroys it (contract §11.4). */
const losses = (seen: Settings, changes: Changes): readonly string[] =>
  [...changes].flatMap(([key, value]) =>
    value === null && /^unused\d+$/.test(key) ? [`${key}: its volume ${seen.settings[key] ?? ''} is destroyed.`] : [],
  );

/** Throws `conflict` where a disk of a protected guest would be taken away. */
const requireUnprotected = (guest: Guest, { settings }: Settings, changes: Changes): void => {
  if (settings['protection'] !== '1' || changes.get('protection') === null || changes.get('protection') === '0') return;
  const lost = disksIn(guest.type, settings).find(({ key }) => changes.get(key) === null);
  if (lost === undefined) return;
  throw new ProxdeckError('conflict', `${nameOf(guest)} is protected: ${lost.key} cannot be taken away.`, {
    hint: `Lift it first: \`proxdeck guest set ${String(guest.vmid)} --delete protection\`.`,
  });
};

const plan = async (context: Context, given: z.output<typeof input>): Promise<Plan> => {
  const guest = await atHand(context, await selectGuest(context, given.guest));
  const seen = await readConfig(context, guest);
  const changes = changesOf(guest.type, seen.settings, given);
  requireUnprotected(guest, seen, changes);
  const features = changes.get('features');
  if (typeof features === 'string') requireFeatures(context, features, seen.settings['unprivileged'] === '1');
  const devices = [...changes].flatMap(([key, value]) => (/^net\d+$/.test(key) && value !== null ? [value] : []));
  const unseen = await checkDevices(context, guest.node, devices, guest.vmid);
  const call = callOf(guest, changes, given.digest ?? seen.digest);
  return { guest, seen, changes, call, hazards: [...unseen, ...losses(seen, changes)] };
};

const told = (value: string | undefined): string => (value === undefined ? 'not set' : JSON.stringify(value.trimEnd()));

/** Somebody else was faster: shows what there was, what there is now and what was wanted. Any other error is returned as it is. */
const explained = async (context: Context, { guest, seen, changes }: Plan, thrown: unknown): Promise<ProxdeckError> => {
  const error = asProxdeckError(thrown);
  if (error.code !== 'conflict' || !/modified configuration/i.test(error.message)) return error;
  const { settings: now, digest } = await readConfig(context, guest);
  const keys = [...new Set([...Object.keys(seen.settings), ...Object.keys(now)])];
  const theirs = keys.filter((key) => seen.settings[key] !== now[key]);
  const rows = [...new Set([...theirs, ...changes.keys()])].map((key) => ({
    key,
    before: seen.settings[key] ?? null,
    now: now[key] ?? null,
    wanted: changes.has(key) ? (changes.get(key) ?? null) : (now[key] ?? null),
  }));
  const theirWords = theirs.map((key) => `${key} is now ${told(now[key])} (was ${told(seen.settings[key])})`);
  const yours = [...changes].map(([key, value]) => `${key} ${told(value ?? undefined)}`);
  return new IncompleteError(
    'conflict',
    `${nameOf(guest)} was changed by somebody else meanwhile${theirWords.length === 0 ? '' : `: ${theirWords.join('; ')}`}. You wanted: ${yours.join('; ')}.`,
    { vmid: guest.vmid, digest, conflict: rows },
    {
      hint: 'Nothing of yours was changed. Look at both, then repeat it: it begins from what is there now.',
      cause: error,
    },
  );
};

/** The setting as KEY=VALUE, or its removal: what puts it back. */
const undoing = (vmid: number, changed: readonly Change[]): Call => ({
  name: 'guest.set',
  input: {
    guest: String(vmid),
    set: changed.flatMap(({ key, before }) => (before === null ? [] : [`${key}=${before}`])),
    delete: changed.flatMap(({ key, before }) => (before === null ? [key] : [])),
  },
});

const requireSomething = (given: z.output<typeof input>): void => {
  const { guest: _guest, digest: _digest, ...wanted } = given;
  const isNamed = Object.values(wanted).some((value) => !Array.isArray(value) || value.length > 0);
  // No tags at all is a wish too.
  if (isNamed || given.tags !== undefined) return;
  throw new ProxdeckError('usage', 'Nothing is named that should change.', {
    hint: 'See `proxdeck guest set --help`; `proxdeck guest config` shows the settings.',
  });
};

/**
 * Changes settings of a guest: `PUT /nodes/{node}/{lxc|qemu}/{vmid}/config` with the digest of what was read, so that nobody's change
 * is overwritten. Says what waits for the next start. Throws `conflict` with both sides when somebody else was faster.
 */
export const setGuest = operation({
  name: 'guest.set',
  summary: 'Change settings of a guest',
  risk: 'change',
  input,
  columns: [
    { field: 'vmid', title: 'VMID' },
    { field: 'name', title: 'NAME' },
    { field: 'changed', title: 'CHANGED' },
    { field: 'pending', title: 'PENDING' },
    { field: 'result', title: 'RESULT' },
  ],
  needsFirst: (given) => privilegesNamed(given).flatMap((privilege) => onGuests([given.guest], privilege)),
  resolve: async (context, given) => {
    requireSomething(given);
    return plan(context, given);
  },
  needs: ({ guest, changes }) =>
    [...new Set([...changes.keys()].map((key) => privilegeFor(guest.type, key)))].map((privilege) => ({
      path: `/vms/${String(guest.vmid)}`,
      privilege,
    })),
  claims: ({ guest, seen, changes }) => claimsOfChange(guest.type, guest.vmid, seen.settings, changes),
  hazards: (_context, { hazards }) => hazards,
  preview: ({ changes, guest, call }) => (changes.size === 0 ? [] : shown([{ title: nameOf(guest), call }])),
  async *run(context, decided): AsyncGenerator<Event, SetOutcome, void> {
    const { guest, seen, changes, call } = decided;
    const { vmid, name, node, type } = guest;
    const who = { vmid, name, node, type };
    if (changes.size === 0) return { ...who, changed: [], pending: [], result: 'nothing to change' };
    const keys = [...changes.keys()];
    try {
      yield* takeStep(context, { title: `change ${keys.join(', ')} of ${nameOf(guest)}`, call });
    } catch (thrown) {
      throw await explained(context, decided, thrown);
    }
    const changed = [...changes].map(([key, after]) => ({ key, before: seen.settings[key] ?? null, after }));
    const waiting = (await pendingChanges(context, guest)).map(({ key }) => key).filter((key) => changes.has(key));
    const restart = `${waiting.join(', ')} ${waiting.length === 1 ? 'waits' : 'wait'} for a restart`;
    return { ...who, changed, pending: waiting, result: waiting.length === 0 ? 'OK' : restart };
  },
  undo: (_plan, { vmid, changed }) => (changed.length === 0 ? undefined : undoing(vmid, changed)),
});
