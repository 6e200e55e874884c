import * as z from 'zod';
import { ProxmoxError } from '../proxmox/errors.ts';
import type { Context } from './context.ts';
import { operation, type Privilege } from './operation.ts';
import { figure, flag, maybe, readRows, word } from './rows.ts';

const needs = (): readonly Privilege[] => [{ path: '/', privilege: 'Sys.Audit' }];

const statusRow = z.looseObject({
  /** `quorum`, `master`, `lrm:pve1`, `service:ct:101` */
  id: z.string(),
  /** quorum, master, lrm, fencing, service */
  type: z.string(),
  node: maybe(z.string()),
  status: maybe(z.string()),
  quorate: maybe(flag),
  /** Seconds since 1970 of the last sign of life of a manager. */
  timestamp: maybe(figure),
  /** `ct:101` */
  sid: maybe(z.string()),
  /** started, stopped, error, fence, recovery, migrate … */
  state: maybe(z.string()),
  crm_state: maybe(z.string()),
  /** What it ought to be. */
  request_state: maybe(z.string()),
  max_restart: maybe(figure),
  max_relocate: maybe(figure),
  group: maybe(z.string()),
  comment: maybe(z.string()),
});

/** Shows high availability at work: quorum, managers and guests under it. `GET /cluster/ha/status/current`. */
export const showHa = operation({
  name: 'ha.status',
  summary: 'Show what high availability does',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'id', title: 'ID' },
    { field: 'node', title: 'NODE' },
    { field: 'state', title: 'STATE' },
    { field: 'request_state', title: 'WANTED' },
    { field: 'status', title: 'STATUS' },
    { field: 'comment', title: 'COMMENT' },
  ],
  needs,
  async *run(context) {
    return readRows(context, '/cluster/ha/status/current', statusRow);
  },
});

const rule = z.looseObject({
  rule: z.string(),
  /** node-affinity, resource-affinity */
  type: maybe(z.string()),
  resources: maybe(z.string()),
  /** `pve1:2,pve2`: with priorities. */
  nodes: maybe(z.string()),
  /** positive: together; negative: apart. */
  affinity: maybe(z.string()),
  strict: maybe(flag),
  disable: maybe(flag),
  comment: maybe(z.string()),
});

/** Lists the rules of high availability, of Proxmox VE 9 and later: `GET /cluster/ha/rules`. */
export const listHaRules = operation({
  name: 'ha.rules',
  summary: 'List the rules of high availability (groups before Proxmox VE 9)',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'rule', title: 'RULE' },
    { field: 'type', title: 'TYPE' },
    { field: 'resources', title: 'GUESTS' },
    { field: 'nodes', title: 'NODES' },
    { field: 'affinity', title: 'AFFINITY' },
    { field: 'comment', title: 'COMMENT' },
  ],
  needs,
  async *run(context) {
    try {
      return await readRows(context, '/cluster/ha/rules', rule);
    } catch (error) {
      // Releases before 9 do not know the path: what is a rule now was a group there.
      if (error instanceof ProxmoxError && error.status === 501) return await readGroups(context);
      throw error;
    }
  },
});

const group = z.looseObject({
  group: z.string(),
  nodes: maybe(z.string()),
  restricted: maybe(flag),
  comment: maybe(word),
});

/** `GET /cluster/ha/groups` as rules: a group names nodes for those guests that are in it. */
const readGroups = async (context: Context): Promise<readonly z.output<typeof rule>[]> =>
  (await readRows(context, '/cluster/ha/groups', group)).map(({ group: name, nodes, restricted, comment }) => ({
    rule: name,
    type: 'group',
    nodes,
    strict: restricted,
    comment,
  }));
