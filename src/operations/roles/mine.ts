import * as z from 'zod';
import type { RoleInForce } from '../../config/access.ts';
import { accessFile } from '../../config/paths.ts';
import { bytes } from '../../models/units.ts';
import { operations } from '../catalog.ts';
import { operation } from '../operation.ts';
import { refusalOf } from './enforce.ts';

/** One operation, and whether the role that counts here allows it. */
export interface Allowance {
  readonly operation: string;
  readonly summary: string;
  readonly may: boolean;
  /** Within which bounds, or why not. */
  readonly why: string;
}

/** What somebody may do here: by which role, and how far it reaches. */
export interface Mine {
  /** Absent where nobody is limited, and for somebody whom the file does not name. */
  readonly role?: string;
  /** `/home/ada/.config/proxdeck/access.yaml:7`, or the file that is not there. */
  readonly place: string;
  readonly limited: boolean;
  readonly pools?: readonly string[];
  /** `guest: 4 cores, 8.0 GB of memory`, `pools together: 16 cores`. */
  readonly bounds: readonly string[];
  readonly operations: readonly Allowance[];
}

const boundText = (title: string, { cores, memory, disk }: RoleInForce['limits']): readonly string[] => {
  const parts = [
    ...(cores === undefined ? [] : [`${String(cores)} cores`]),
    ...(memory === undefined ? [] : [`${bytes(memory)} of memory`]),
    ...(disk === undefined ? [] : [`${bytes(disk)} a disk`]),
  ];
  return parts.length === 0 ? [] : [`${title}: ${parts.join(', ')}`];
};

const boundsOf = ({ pools, limits, quota }: RoleInForce): readonly string[] => [
  ...boundText('a guest', limits),
  ...(pools === undefined ? [] : boundText('its pools together', quota)),
];

const allowanceOf = (
  role: RoleInForce | undefined,
  name: string,
  summary: string,
  risk: 'change' | 'destroy' | 'read',
) => {
  const refused = role === undefined ? undefined : refusalOf(role, name, risk);
  const where = role?.pools === undefined ? '' : `in ${role.pools.join(', ')}`;
  return { operation: name, may: refused === undefined, why: refused?.message ?? where, summary };
};

/** Tells what Proxdeck's own rules (`access.yaml`) let somebody do here; beside them stands what the login may do in the cluster. */
export const showRole = operation({
  name: 'access.role',
  summary: 'Show what Proxdeck lets you do here, by access.yaml',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'may', title: 'MAY' },
    { field: 'operation', title: 'OPERATION' },
    { field: 'why', title: 'WHERE, OR WHY NOT' },
  ],
  async *run(context): AsyncGenerator<never, Mine, void> {
    const role = await context.role?.();
    const acting = operations.filter(({ local }) => local !== true);
    const rows = acting.map(({ name, summary, risk }) => ({ risk, ...allowanceOf(role, name, summary, risk) }));
    return {
      ...(role?.name !== undefined && { role: role.name }),
      place: role?.place ?? accessFile(context.config.file),
      limited: role !== undefined,
      ...(role?.pools !== undefined && { pools: role.pools }),
      bounds: role === undefined ? [] : boundsOf(role),
      // Reading is the cluster's to allow: it is listed where it is forbidden.
      operations: rows.filter(({ risk, may }) => risk !== 'read' || !may).map(({ risk: _risk, ...row }) => row),
    };
  },
});
