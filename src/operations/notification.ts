import * as z from 'zod';
import { operation, type Privilege } from './operation.ts';
import { figure, flag, maybe, readRows, word } from './rows.ts';

const target = z.looseObject({
  name: z.string(),
  /** sendmail, smtp, gotify, webhook */
  type: maybe(z.string()),
  /** builtin, user-created, modified-builtin */
  origin: maybe(z.string()),
  disable: maybe(flag),
  comment: maybe(word),
});

/** Lists where notifications can go, from Proxmox VE 8.1 on: `GET /cluster/notifications/targets`. */
export const listTargets = operation({
  name: 'notification.targets',
  summary: 'List where notifications can go',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'name', title: 'TARGET' },
    { field: 'type', title: 'TYPE' },
    { field: 'disable', title: 'OFF' },
    { field: 'comment', title: 'COMMENT' },
  ],
  async *run(context) {
    return readRows(context, '/cluster/notifications/targets', target);
  },
});

const texts = z.array(z.string()).optional().catch(undefined);
const matcher = z.looseObject({
  name: z.string(),
  target: texts,
  'match-severity': texts,
  'match-field': texts,
  'match-calendar': texts,
  /** all, any */
  mode: maybe(z.string()),
  'invert-match': maybe(flag),
  disable: maybe(flag),
  comment: maybe(word),
});

/** Lists which notifications go where: `GET /cluster/notifications/matchers`. */
export const listMatchers = operation({
  name: 'notification.matchers',
  summary: 'List which notifications go where',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'name', title: 'MATCHER' },
    { field: 'target', title: 'TARGETS' },
    { field: 'match-severity', title: 'SEVERITY' },
    { field: 'match-field', title: 'FIELDS' },
    { field: 'disable', title: 'OFF' },
    { field: 'comment', title: 'COMMENT' },
  ],
  async *run(context) {
    return readRows(context, '/cluster/notifications/matchers', matcher);
  },
});

const server = z.looseObject({
  id: z.string(),
  /** graphite, influxdb, opentelemetry */
  type: maybe(z.string()),
  server: maybe(z.string()),
  port: maybe(figure),
  disable: maybe(flag),
});
const audit = (): readonly Privilege[] => [{ path: '/', privilege: 'Sys.Audit' }];

/** Lists servers that figures are sent to: `GET /cluster/metrics/server`. */
export const listMetricServers = operation({
  name: 'metrics.list',
  summary: 'List the servers that figures are sent to',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'id', title: 'SERVER' },
    { field: 'type', title: 'TYPE' },
    { field: 'server', title: 'ADDRESS' },
    { field: 'port', title: 'PORT' },
    { field: 'disable', title: 'OFF' },
  ],
  needs: audit,
  async *run(context) {
    return readRows(context, '/cluster/metrics/server', server);
  },
});
