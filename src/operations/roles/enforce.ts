import path from 'node:path';
import { isIn, matchesOperation, placeIn, type RoleInForce } from '../../config/access.ts';
import type { Amounts } from '../../config/accessRoles.ts';
import type { Guest } from '../../models/cluster.ts';
import { ProxdeckError } from '../../models/error.ts';
import { bytes } from '../../models/units.ts';
import type { Context } from '../context.ts';
import { claimOf } from '../guest-claims.ts';
import { readConfig } from '../guest-disks.ts';
import type { Claim, Operation, Privilege } from '../operation.ts';

/** What Proxdeck's own roles (docs/access.md) allow, held against an operation before anything is sent. */

/** Where a part of the role is written; the place that gives the role, where the part is built in. */
const placeOf = ({ name, rules, place }: RoleInForce, part: string): string => {
  const at = placeIn(rules, `roles.${name ?? ''}.${part}`);
  return at === rules.file ? place : at;
};

const refusal = (role: RoleInForce, message: string, part: string, hint?: string): ProxdeckError =>
  new ProxdeckError('permission', `${message} (${placeOf(role, part)}).`, {
    hint: hint ?? '`proxdeck access role` lists what is allowed here; who keeps that file can allow more.',
  });

const called = ({ name }: RoleInForce): string => (name === undefined ? 'who has no role' : `the role ${name}`);

/** Returns why a role does not allow an operation, as an error to throw; undefined when it does. */
export const refusalOf = (role: RoleInForce, name: string, risk: Operation['risk']): ProxdeckError | undefined => {
  const isMeant = (pattern: string): boolean => matchesOperation(pattern, name);
  if (role.may_not.some(isMeant)) return refusal(role, `${name} is forbidden to ${called(role)}`, 'may_not');
  if (risk === 'read') return undefined;
  if (!role.may.some(isMeant)) return refusal(role, `${name} is not allowed to ${called(role)}`, 'may');
  const isBound = role.pools !== undefined || Object.keys(role.limits).length > 0;
  // What a call of one's own making does cannot be held against pools and limits.
  if (isBound && name.startsWith('api.'))
    return refusal(role, `${name} is not allowed to ${called(role)}, which has limits`, 'limits');
  return undefined;
};

/**
 * Why a role forbids an operation on a row of the cluster, in a few words for a menu; undefined when it does not. What is no guest lies in
 * no pool: only guests are held against those. Limits are not looked at.
 */
export const forbidding = (
  role: RoleInForce,
  { name, risk }: Pick<Operation, 'name' | 'risk'>,
  { type, pool }: { readonly type?: string; readonly pool?: string },
): string | undefined => {
  const place = (part: string): string => path.basename(placeOf(role, part));
  if (refusalOf(role, name, risk) !== undefined) return `${called(role)} may not (${place('may')})`;
  const isGuest = type === 'lxc' || type === 'qemu';
  if (risk === 'read' || !isGuest || role.pools === undefined || isIn(role.pools, pool)) return undefined;
  return `is in no pool of ${called(role)} (${place('pools')})`;
};

const numberIn = (path: string): number | undefined => {
  const [, vmid] = /^\/vms\/(\d+)$/.exec(path) ?? [];
  return vmid === undefined ? undefined : Number(vmid);
};

/** Throws `permission` for a guest or a pool that is none of the role's. What is touched is what privileges are needed on. */
const requirePools = (role: RoleInForce, guests: readonly Guest[], needs: readonly Privilege[]): void => {
  const { pools } = role;
  if (pools === undefined) return;
  const theirs = pools.length === 0 ? 'it has no pools' : `its pools are ${pools.join(', ')}`;
  for (const { path } of needs) {
    const vmid = numberIn(path);
    if (vmid !== undefined) {
      const guest = guests.find((one) => one.vmid === vmid);
      if (guest === undefined)
        throw refusal(
          role,
          `A new guest of ${called(role)} must be in a pool: ${theirs}`,
          'pools',
          'Say it with --pool.',
        );
      if (!isIn(pools, guest.pool)) {
        const where = guest.pool === undefined ? 'in no pool' : `in the pool ${guest.pool}`;
        const who = `${String(vmid)} ${guest.name}`.trim();
        throw refusal(role, `${who} is ${where}, which is not for ${called(role)}: ${theirs}`, 'pools');
      }
    }
    const [, pool] = /^\/pool\/(.+)$/.exec(path) ?? [];
    if (pool !== undefined && !isIn(pools, pool))
      throw refusal(role, `The pool ${pool} is not for ${called(role)}: ${theirs}`, 'pools');
  }
};

const amountText = (kind: keyof Amounts, amount: number): string => {
  if (!Number.isFinite(amount)) return `all ${kind} of the node`;
  return kind === 'cores' ? `${String(amount)} cores` : `${bytes(amount)} of ${kind}`;
};

const kinds = ['cores', 'memory', 'disk'] as const;

const requireLimits = (role: RoleInForce, claims: readonly Claim[]): void => {
  for (const claim of claims) {
    for (const kind of kinds) {
      const wanted = claim[kind];
      const limit = role.limits[kind];
      if (wanted !== undefined && limit !== undefined && wanted > limit)
        throw refusal(
          role,
          `${amountText(kind, wanted)} are wanted, and ${called(role)} allows a guest ${amountText(kind, limit)}`,
          `limits.${kind}`,
        );
    }
  }
};

type Holding = Required<Pick<Claim, 'vmid' | 'cores' | 'memory'>>;

/** What a guest has. The row of one that was just made says nothing of it yet: its settings do. */
const holdingOf = async (context: Context, guest: Guest): Promise<Holding> => {
  const { vmid, type, maxcpu, maxmem } = guest;
  if (maxcpu > 0 && maxmem > 0) return { vmid, cores: maxcpu, memory: maxmem };
  return claimOf(type, vmid, (await readConfig(context, guest)).settings);
};

/** What all guests of the pools have, with what is wanted in place of what is. */
const requireQuota = async (
  role: RoleInForce,
  context: Context,
  guests: readonly Guest[],
  claims: readonly Claim[],
): Promise<void> => {
  const { pools = [], quota } = role;
  const kinds = (['cores', 'memory'] as const).filter(
    (kind) => quota[kind] !== undefined && claims.some((claim) => claim[kind] !== undefined),
  );
  if (kinds.length === 0) return;
  const theirs = guests.filter(({ pool, template }) => !template && isIn(pools, pool));
  const holdings = await Promise.all(theirs.map((guest) => holdingOf(context, guest)));
  const known = new Map<number, Pick<Claim, 'cores' | 'memory'>>(holdings.map((one) => [one.vmid, one]));
  const wanted = new Map(known);
  for (const claim of claims) wanted.set(claim.vmid, { ...known.get(claim.vmid), ...claim });
  for (const kind of kinds) {
    const sum = (of: typeof known): number => [...of.values()].reduce((total, one) => total + (one[kind] ?? 0), 0);
    const limit = quota[kind] ?? Number.POSITIVE_INFINITY;
    // Who is over the limit already may still make a guest smaller.
    if (sum(wanted) > limit && sum(wanted) > sum(known))
      throw refusal(
        role,
        `Together the guests of ${pools.join(', ')} would have ${amountText(kind, sum(wanted))}, and ${called(role)} allows ${amountText(kind, limit)}`,
        `quota.${kind}`,
      );
  }
};

/** Throws `permission` when an operation reaches beyond the pools, limits or quota of a role. Sends nothing that changes anything. */
export const requireWithin = async (
  role: RoleInForce,
  context: Context,
  { needs, claims }: { readonly needs: readonly Privilege[]; readonly claims: readonly Claim[] },
): Promise<void> => {
  requireLimits(role, claims);
  if (role.pools === undefined) return;
  const { guests } = await context.resources();
  requirePools(role, guests, needs);
  await requireQuota(role, context, guests, claims);
};
