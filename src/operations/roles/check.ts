import * as z from 'zod';
import { isIn, type AccessRules } from '../../config/access.ts';
import type { Guest } from '../../models/cluster.ts';
import { asProxdeckError } from '../../models/error.ts';
import { readPermissions } from '../access.ts';
import type { Context } from '../context.ts';
import type { Event } from '../event.ts';
import { operation } from '../operation.ts';
import { IncompleteError } from '../outcome.ts';
import { privilegesAt, type Permissions } from '../privileges.ts';
import { actingOperations, allows, privilegesFor, privilegesOfRole, rolesInUse } from './grants.ts';
import { requireRules, standingOf } from './standing.ts';

/** One call that a user would be let make, or not. */
export interface Probe {
  readonly role: string;
  readonly user: string;
  readonly operation: string;
  /** `/vms/101` */
  readonly path: string;
  readonly expected: 'allowed' | 'denied';
  readonly found: string;
  readonly ok: boolean;
}

interface Checked {
  readonly probes: number;
  readonly users: readonly string[];
  readonly differences: readonly Probe[];
  /** Roles that only Proxdeck holds people to: nobody who has them has a user in the cluster. */
  readonly unheld: readonly string[];
}

/** Something of the cluster for each area of privileges, where they are looked for. */
interface Places {
  readonly guest: string;
  /** A guest that is none of the role's. */
  readonly foreign: string | undefined;
  readonly pool: string;
  readonly storage: string;
  readonly node: string;
}

const placesOf = async (context: Context, pools: readonly string[] | undefined): Promise<Places> => {
  const { guests, storages, nodes } = await context.resources();
  const isTheirs = ({ pool }: Guest): boolean => pools === undefined || isIn(pools, pool);
  const path = (guest: Guest | undefined): string | undefined =>
    guest === undefined ? undefined : `/vms/${String(guest.vmid)}`;
  const [pool] = pools ?? [];
  return {
    guest: path(guests.find(isTheirs)) ?? (pool === undefined ? '/vms' : `/pool/${pool}`),
    foreign: path(guests.find((guest) => !isTheirs(guest))),
    pool: pool === undefined ? '/pool' : `/pool/${pool}`,
    storage: `/storage/${storages[0]?.storage ?? ''}`,
    node: `/nodes/${nodes[0]?.node ?? ''}`,
  };
};

const placeFor = (privilege: string, places: Places): string => {
  const [area = ''] = privilege.split('.');
  const known: Readonly<Record<string, string>> = {
    VM: places.guest,
    Pool: places.pool,
    Datastore: places.storage,
    SDN: '/sdn/zones/localnetwork',
    Sys: places.node,
  };
  return known[area] ?? '/access';
};

const probesOf = (
  role: string,
  user: string,
  {
    permissions,
    expected,
    places,
    name,
  }: {
    readonly permissions: Permissions;
    readonly expected: ReadonlySet<string>;
    readonly places: Places;
    readonly name: string;
  },
): readonly Probe[] => {
  const privileges = privilegesFor(name) ?? [];
  const probe = (path: string, isMeant: boolean, missing: string | undefined): Probe => ({
    role,
    user,
    operation: name,
    path,
    expected: isMeant ? 'allowed' : 'denied',
    found: missing === undefined ? 'allowed' : `denied: no ${missing}`,
    ok: isMeant === (missing === undefined),
  });
  const lacking = (at: (privilege: string) => string): string | undefined =>
    privileges.find((privilege) => !privilegesAt(permissions, at(privilege)).has(privilege));
  const isMeant = privileges.every((privilege) => expected.has(privilege));
  const [first = ''] = privileges;
  const own = probe(
    placeFor(first, places),
    isMeant,
    lacking((privilege) => placeFor(privilege, places)),
  );
  const { foreign } = places;
  if (foreign === undefined || !first.startsWith('VM.')) return [own];
  return [
    own,
    probe(
      foreign,
      false,
      lacking((privilege) => placeFor(privilege, { ...places, guest: foreign })),
    ),
  ];
};

/** What a server answers for a user whom it does not know is a difference, not the end of the check. */
const permissionsOf = async (context: Context, userid: string): Promise<Permissions | string> => {
  try {
    return await readPermissions(context, { userid, origin: 'person' });
  } catch (thrown) {
    const { code, message } = asProxdeckError(thrown);
    if (code === 'server' || code === 'validation' || code === 'not-found' || code === 'conflict') return message;
    throw thrown;
  }
};

async function* probeAll(context: Context, rules: AccessRules): AsyncGenerator<Event, readonly Probe[], void> {
  const { privileges: known, users } = await standingOf(context);
  const all: Probe[] = [];
  for (const [name, members] of rolesInUse(rules)) {
    const role = rules.roles[name];
    if (role === undefined) continue;
    const expected = new Set(privilegesOfRole(role, known));
    const places = await placesOf(context, role.pools);
    // Privileges that this server does not know can be held by nobody.
    const asked = actingOperations.filter((one) => {
      const privileges = privilegesFor(one) ?? [];
      return privileges.length > 0 && privileges.every((privilege) => known.includes(privilege));
    });
    for (const { userid } of members) {
      const step = { type: 'step', id: userid, title: `probe ${name} as ${userid}` } as const;
      yield { ...step, state: 'running' };
      const isThere = users.some((user) => user.userid === userid);
      const permissions = isThere ? await permissionsOf(context, userid) : 'there is no such user';
      const found =
        typeof permissions === 'string'
          ? asked
              .filter((one) => allows(role, one))
              .map((one): Probe => ({
                role: name,
                user: userid,
                operation: one,
                path: '/access',
                expected: 'allowed',
                found: permissions,
                ok: false,
              }))
          : asked.flatMap((one) => probesOf(name, userid, { permissions, expected, places, name: one }));
      all.push(...found);
      yield { ...step, state: found.every(({ ok }) => ok) ? 'done' : 'failed' };
    }
  }
  return all;
}

/**
 * Asks the cluster of each role of access.yaml which calls its users would be let make (`GET /access/permissions`), allowed and denied ones,
 * in its pools and outside of them. Changes nothing. Throws `validation` with all differences where there are some.
 */
export const checkAccess = operation({
  name: 'access.check',
  summary: 'Check that the cluster allows and denies what access.yaml says',
  risk: 'read',
  input: z.object({}),
  needs: () => [{ path: '/access', privilege: 'Sys.Audit' }],
  async *run(context): AsyncGenerator<Event, Checked, void> {
    const rules = await requireRules(context);
    const used = rolesInUse(rules);
    const unheld = [...used].flatMap(([name, members]) => (members.length === 0 ? [name] : []));
    for (const name of unheld)
      yield {
        type: 'warning',
        code: 'unheld',
        message: `Nobody with the role ${name} has a user of Proxmox VE: only Proxdeck holds them to it.`,
        hint: 'Say it in access.yaml: people: { NAME: { role: ROLE, user: USER@REALM } }.',
      };
    const probes = yield* probeAll(context, rules);
    const differences = probes.filter(({ ok }) => !ok);
    const users = [...new Set(probes.map(({ user }) => user))];
    const checked = { probes: probes.length, users, differences, unheld };
    if (differences.length === 0) return checked;
    throw new IncompleteError(
      'validation',
      `The cluster differs from access.yaml in ${String(differences.length)} of ${String(probes.length)} probes.`,
      checked,
      { hint: '`proxdeck access apply --dry-run` shows what would make it so.' },
    );
  },
});
