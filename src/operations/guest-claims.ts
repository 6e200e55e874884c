import type { GuestType } from '../models/cluster.ts';
import { disksIn, type Settings } from './guest-disks.ts';
import { bytesOf } from './measures.ts';
import type { Claim } from './operation.ts';
import { parseProperties } from './property-string.ts';

/** What a guest has by its settings, as the limits of a role count it. */

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** Cores of a guest: a container without a number has all of its node's (contract §11.3), a VM its sockets times its cores. */
const coresIn = (type: GuestType, settings: Settings['settings']): number =>
  type === 'lxc'
    ? numberOf(settings['cores']) || Number.POSITIVE_INFINITY
    : (numberOf(settings['sockets']) ?? 1) * (numberOf(settings['cores']) ?? 1);

const memoryIn = (settings: Settings['settings']): number => {
  const text = settings['memory'] ?? '512';
  return Number(parseProperties(text).get('current') ?? text) * 2 ** 20;
};

/** Returns what a guest with these settings has. */
export const claimOf = (type: GuestType, vmid: number, settings: Settings['settings']): Required<Claim> => ({
  vmid,
  cores: coresIn(type, settings),
  memory: memoryIn(settings),
  disk: Math.max(0, ...disksIn(type, settings).map(({ size }) => bytesOf(size) ?? 0)),
});

/** Returns what a guest will have of that which a change of settings (null takes one away) touches; nothing when it touches none. */
export const claimsOfChange = (
  type: GuestType,
  vmid: number,
  before: Settings['settings'],
  changes: ReadonlyMap<string, string | null>,
): readonly Claim[] => {
  const merged: Record<string, string> = { ...before };
  for (const [key, value] of changes) {
    if (value === null) delete merged[key];
    else merged[key] = value;
  }
  const { cores, memory } = claimOf(type, vmid, merged);
  const touches = (...keys: readonly string[]): boolean => keys.some((key) => changes.has(key));
  const claim = { ...(touches('cores', 'sockets') && { cores }), ...(touches('memory') && { memory }) };
  return Object.keys(claim).length === 0 ? [] : [{ vmid, ...claim }];
};
