import type { Stack } from '../../src/models/stack.ts';
import { bytesOf } from '../shared/units.ts';
import { replicasHole } from './controllers.ts';
import { settingHole } from './environment.ts';
import { allHoles, type ObjectSet } from './objects.ts';
import type { Hole, Plain } from './tree.ts';

/** What a development and a production place say otherwise: values of the chart, and from the same the overlays of kustomize. */

export type Values = ReadonlyMap<string, Plain>;

/** Settings that the development file of the stack says otherwise: loud logs. */
const developmentSettings = ({ development, extension, environment }: Stack): Values => {
  const values = new Map<string, Plain>();
  for (const [service, variables] of Object.entries(environment))
    for (const [variable, [only, ...others]] of Object.entries(variables)) {
      const given = development?.services[service]?.environment?.[variable];
      if (given === undefined || given === null || given === '' || others.length > 0 || typeof only !== 'object')
        continue;
      const setting = extension.settings[only.setting];
      if (setting === undefined || setting.sensitive) continue;
      const { path, fallback } = settingHole(only.setting, setting);
      const as: Plain =
        typeof fallback === 'number' ? Number(given) : typeof fallback === 'boolean' ? given === 'true' : given;
      if (as !== fallback) values.set(path, as);
    }
  return values;
};

interface Amounts {
  readonly requests?: { readonly memory?: string };
  readonly limits?: { readonly memory?: string };
}

/** A promise of a trickle, and at most what it is promised elsewhere; only what keeps data needs its own limit. */
const lowResources = ({ fallback }: Hole, keepsData: boolean): Plain => {
  const { limits, requests } = fallback as Amounts;
  const most = keepsData ? limits?.memory : (requests?.memory ?? limits?.memory);
  const least = [requests?.memory, limits?.memory, '64Mi']
    .filter((amount) => amount !== undefined)
    .toSorted((a, b) => (bytesOf(a) ?? 0) - (bytesOf(b) ?? 0))[0];
  return {
    requests: { cpu: '10m', memory: least ?? '64Mi' },
    ...(most === undefined ? {} : { limits: { memory: most } }),
  };
};

const localHost = (chart: string, { path }: Hole): string => {
  const key = (path.split('.')[1] ?? chart).toLowerCase();
  return key === chart.replaceAll('-', '') ? `${chart}.local` : `${key}.${chart}.local`;
};

/** Returns values for writing the application: small, loud, nothing kept. */
export const developmentValues = (set: ObjectSet): Values => {
  const holes = allHoles(set);
  const { chart } = set.plan.names;
  const keepers = new Set(
    set.plan.workloads.filter(({ kind }) => kind === 'StatefulSet').map(({ section }) => section),
  );
  const isRouted = set.plan.stack.extension.routes.length > 0;
  return new Map<string, Plain>([
    ...(isRouted
      ? ([
          ['ingress.enabled', true],
          ['ingress.tlsSecret', ''],
        ] as const)
      : []),
    ...holes
      .filter(({ path }) => /^[^.]+\.resources$/.test(path))
      .map((hole) => [hole.path, lowResources(hole, keepers.has(hole.path.split('.')[0] ?? ''))] as const),
    ...holes
      .filter(({ path }) => /\.persistence\.[^.]+\.enabled$/.test(path))
      .map(({ path }) => [path, false] as const),
    ...holes
      .filter(({ path }) => /^routes\.[^.]+\.host$/.test(path))
      .map((hole) => [hole.path, localHost(chart, hole)] as const),
    ...developmentSettings(set.plan.stack),
  ]);
};

/** Returns values for people who use it: routes on, two pods of what several may be. */
export const productionValues = (set: ObjectSet): Values => {
  const { plan } = set;
  const holes = allHoles(set);
  const { routes, kubernetes } = plan.stack.extension;
  const values = new Map<string, Plain>();
  if (routes.length > 0) values.set(kubernetes.gateway === undefined ? 'ingress.enabled' : 'httpRoute.enabled', true);
  for (const workload of plan.workloads) {
    const { path, fallback } = replicasHole(workload);
    const isRouted = routes.some(({ service, sticky }) => service === workload.service && !sticky);
    const keeps = holes.some((hole) => hole.path.startsWith(`${workload.section}.persistence.`));
    const mayBeSeveral = !keeps && workload.kind === 'Deployment' && !workload.singleWriter && isRouted;
    if (mayBeSeveral && fallback === 1 && workload.extension.kubernetes.autoscale === undefined) values.set(path, 2);
  }
  return values;
};
