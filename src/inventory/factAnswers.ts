import * as z from 'zod';
import type { DiskHealth, FactValues, FailingReplication, NewestBackup, SickPool } from './facts.ts';
import { growthOf, type Growth } from './growth.ts';

/** What the slow crawl reads out of answers of the API. Rows that are not understood are left out; nothing is promised. */

const rowsOf = <Row>(schema: z.ZodType<Row>, data: unknown): Row[] =>
  z
    .array(z.unknown())
    .parse(data ?? [])
    .flatMap((raw) => {
      const { success, data: row } = schema.safeParse(raw);
      return success ? [row] : [];
    });

/** `GET /cluster/status`: the row of the cluster says whether it is quorate; a host without a cluster has none. */
export const quorumIn = (data: unknown): FactValues['quorum'] => {
  const [cluster] = rowsOf(z.object({ type: z.literal('cluster'), quorate: z.coerce.number() }), data);
  return cluster === undefined ? {} : { quorate: cluster.quorate === 1 };
};

const manager = z.object({ type: z.literal('lrm'), node: z.string(), timestamp: z.coerce.number() });

/** `GET /cluster/ha/status/current`: the rows of the local managers, which write the time of their last report. */
export const reportedIn = (data: unknown): FactValues['reported'] =>
  Object.fromEntries(rowsOf(manager, data).map(({ node, timestamp }) => [node, timestamp]));

const volume = z.object({
  volid: z.string(),
  vmid: z.coerce.number(),
  ctime: z.coerce.number(),
  size: z.coerce.number().catch(0),
  verification: z.object({ state: z.string() }).optional().catch(undefined),
});

/** `GET …/storage/{storage}/content?content=backup`: the newest backup of each guest by vmid, and how many it has. */
export const backupsIn = (data: unknown): Readonly<Record<string, NewestBackup>> => {
  const newest: Record<string, NewestBackup> = {};
  for (const { vmid, volid, ctime, size, verification } of rowsOf(volume, data)) {
    const known = newest[vmid];
    const count = (known?.count ?? 0) + 1;
    newest[vmid] =
      known !== undefined && known.ctime >= ctime
        ? { ...known, count }
        : { ctime, volid, size, count, ...(verification === undefined ? {} : { verification: verification.state }) };
  }
  return newest;
};

/** `GET /cluster/backup-info/not-backed-up`: vmids of guests in no job. */
export const uncoveredIn = (data: unknown): readonly number[] =>
  rowsOf(z.object({ vmid: z.coerce.number() }), data).map(({ vmid }) => vmid);

/** `GET …/storage/{storage}/rrddata`; undefined when its history is too short to say anything. */
export const trendIn = (data: unknown): Growth | undefined =>
  growthOf(
    rowsOf(z.object({ time: z.coerce.number(), used: z.coerce.number().positive() }), data).toSorted(
      (a, b) => a.time - b.time,
    ),
  );

/** `GET /cluster/replication`: guests that have a job which is not disabled. */
export const replicatedIn = (data: unknown): readonly number[] => {
  const jobs = rowsOf(z.object({ guest: z.coerce.number(), disable: z.coerce.number().catch(0) }), data);
  return [...new Set(jobs.filter(({ disable }) => disable === 0).map(({ guest }) => guest))];
};

const replicationJob = z.object({
  id: z.string(),
  guest: z.coerce.number(),
  target: z.string(),
  fail_count: z.coerce.number().catch(0),
  error: z.string().catch(''),
});

/** `GET /nodes/{node}/replication`: jobs whose last run failed. */
export const replicationIn = (data: unknown): readonly FailingReplication[] =>
  rowsOf(replicationJob, data)
    .filter((job) => job.fail_count > 0 || job.error !== '')
    .map(({ id, guest, target, fail_count: failures, error }) => ({ id, guest, target, failures, error }));

const disk = z.object({
  devpath: z.string(),
  model: z.string().catch(''),
  health: z.string().catch('UNKNOWN'),
  // Percent of life that is left, or `N/A`.
  wearout: z.coerce.number().optional().catch(undefined),
});

/** `GET /nodes/{node}/disks/list` */
export const disksIn = (data: unknown): readonly DiskHealth[] =>
  rowsOf(disk, data).map(({ wearout, ...rest }) => (wearout === undefined ? rest : { ...rest, wearout }));

/** `GET /nodes/{node}/disks/zfs` */
export const sickPoolsIn = (data: unknown): readonly SickPool[] =>
  rowsOf(z.object({ name: z.string(), health: z.string() }), data).filter(({ health }) => health !== 'ONLINE');

/** `GET /nodes/{node}/apt/update` */
export const updatesIn = (data: unknown): FactValues['updates'] => ({ count: z.array(z.unknown()).parse(data).length });

const certificate = z.object({ filename: z.string(), notafter: z.coerce.number() });

/** `GET /nodes/{node}/certificates/info`: pveproxy shows its own certificate when there is one, else that of the cluster. */
export const certificateIn = (data: unknown): FactValues['certificate'] | undefined => {
  const found = rowsOf(certificate, data).filter(({ filename }) => /^pve(proxy)?-ssl\.pem$/.test(filename));
  return found.find(({ filename }) => filename === 'pveproxy-ssl.pem') ?? found[0];
};

/** `GET /nodes/{node}/version` */
export const versionIn = (data: unknown): FactValues['version'] => ({
  version: z.object({ version: z.string() }).parse(data).version,
});

const networkInterface = z.looseObject({
  inet: z.string().optional().catch(undefined),
  inet6: z.string().optional().catch(undefined),
  'ip-addresses': z
    .array(z.object({ 'ip-address': z.string() }))
    .optional()
    .catch(undefined),
});

/** `127.…`, `::1` and link-local ones tell nothing about where a guest is reached. */
const isTelling = (address: string): boolean => address !== '' && !/^(127\.|::1$|fe80:|169\.254\.)/i.test(address);

/**
 * `GET …/lxc/{vmid}/interfaces`, or `…/agent/network-get-interfaces`, which wraps its list in `result`. Releases before 8.2
 * know of a container only `inet` and `inet6`.
 */
export const addressesIn = (data: unknown): readonly string[] => {
  const list = z.object({ result: z.unknown() }).safeParse(data);
  const found = rowsOf(networkInterface, list.success ? list.data.result : data).flatMap((one) => [
    ...(one['ip-addresses'] ?? []).map((each) => each['ip-address']),
    ...[one.inet, one.inet6].flatMap((text) => (text === undefined ? [] : [text.replace(/\/.*$/, '')])),
  ]);
  return [...new Set(found.filter(isTelling))];
};
