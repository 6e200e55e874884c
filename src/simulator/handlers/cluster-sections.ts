import { nextEvent } from '../calendar-next.ts';
import { textFact } from '../facts.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { localNode, text } from './params.ts';
import { routesOfSection } from './sections.ts';

const rowsOf = (call: ApiCall, section: string): Record<string, unknown>[] => [
  ...(call.world.sections[section]?.values() ?? []),
];

const builtinTarget = {
  name: 'mail-to-root',
  type: 'sendmail',
  comment: "Send mails to root@pam's email address",
  origin: 'builtin',
};

const builtinMatcher = {
  name: 'default-matcher',
  mode: 'all',
  target: ['mail-to-root'],
  comment: 'Route all notifications to mail-to-root',
  origin: 'builtin',
};

const endpointKinds = ['gotify', 'sendmail', 'smtp', 'webhook'];

const readTargets = (call: ApiCall): unknown => [
  builtinTarget,
  ...endpointKinds.flatMap((type) =>
    rowsOf(call, `notification-${type}`).map(({ name, comment, disable }) => ({
      name,
      type,
      origin: 'user-created',
      ...(comment === undefined ? {} : { comment }),
      ...(disable === undefined ? {} : { disable }),
    })),
  ),
];

const testTarget = (call: ApiCall): null => {
  call.world.nodes.get(call.localNode)?.syslog.push({
    at: Math.floor(call.now()),
    text: `pvedaemon[1892]: notified via target \`${text(call, 'name')}\``,
  });
  return null;
};

const kinds: Routes = {
  ...routesOfSection({ section: 'replication', path: '/cluster/replication', key: 'id' }),
  ...routesOfSection({ section: 'mapping-pci', path: '/cluster/mapping/pci', key: 'id' }),
  ...routesOfSection({ section: 'mapping-usb', path: '/cluster/mapping/usb', key: 'id' }),
  ...routesOfSection({ section: 'mapping-dir', path: '/cluster/mapping/dir', key: 'id' }),
  ...routesOfSection({ section: 'realm-sync', path: '/cluster/jobs/realm-sync', key: 'id', postsToItem: true }),
  ...routesOfSection({ section: 'metric-servers', path: '/cluster/metrics/server', key: 'id', postsToItem: true }),
  ...routesOfSection({ section: 'notification-matchers', path: '/cluster/notifications/matchers', key: 'name' }),
};

const endpointRoutes = (type: string): Routes =>
  routesOfSection({ section: `notification-${type}`, path: `/cluster/notifications/endpoints/${type}`, key: 'name' });

const endpoints: Routes = Object.fromEntries(endpointKinds.flatMap((type) => Object.entries(endpointRoutes(type))));

/** What is in the name of a job stands beside it, too. */
const readReplication = (call: ApiCall): unknown =>
  rowsOf(call, 'replication').map((job) => {
    const [guest, jobnum] = String(job['id']).split('-').map(Number);
    return { ...job, guest, jobnum };
  });

const readRealmSyncs = (call: ApiCall): unknown =>
  rowsOf(call, 'realm-sync').map((job) => {
    if (Number(job['enabled'] ?? 1) !== 1) return job;
    const timezone = textFact(localNode(call.world), 'timezone', 'UTC');
    const next = nextEvent(String(job['schedule']), call.now(), timezone);
    return next === undefined ? job : { ...job, 'next-run': next };
  });

/** Parts of /cluster that are only kept and given back: replication, mappings, notifications, metric servers, realm sync. */
export const sectionRoutes: Routes = {
  ...kinds,
  ...endpoints,
  'GET /cluster/replication': readReplication,
  'GET /cluster/jobs/realm-sync': readRealmSyncs,
  'GET /cluster/notifications/targets': readTargets,
  'POST /cluster/notifications/targets/{name}/test': testTarget,
  'GET /cluster/notifications/matchers': (call) => [builtinMatcher, ...rowsOf(call, 'notification-matchers')],
  'GET /cluster/qemu/custom-cpu-models': (call) => rowsOf(call, 'cpu-models'),
};
