import type { Artifact } from '../../src/models/artifact.ts';
import type { Generator, Stack } from '../../src/models/stack.ts';
import { environmentExample } from './environment.ts';
import { installScript, type Installed } from './install.ts';
import { lossesOf } from './losses.ts';
import { filesOf } from './mounts.ts';
import { nativeUnit, startScript } from './native.ts';
import { containerQuadlet } from './quadlet.ts';
import { networkQuadlet, volumeQuadlet } from './quadletBeside.ts';
import { readme } from './readme.ts';
import { timerUnit } from './timers.ts';
import { unitsOf, type Unit } from '../shared/systemdUnits.ts';

type Texts = readonly (readonly [path: string, content: string])[];

const nativeTexts = (stack: Stack, units: readonly Unit[], systemd: number): Texts => [
  ...units
    .filter(({ way }) => way === 'native')
    .map((unit) => [unit.unit, nativeUnit(stack, unit, units, systemd)] as const),
  ...units.flatMap((unit) =>
    unit.schedule === undefined || unit.way === 'provided'
      ? []
      : [[`${unit.name}.timer`, timerUnit(unit, unit.schedule)] as const],
  ),
];

/** Containers, and the volumes and networks that they use and nobody else has made. */
const quadletTexts = (stack: Stack, units: readonly Unit[], systemd: number): Texts => {
  const containers = units.filter(({ way }) => way === 'quadlet');
  const mounted = containers.flatMap(({ definition }) => definition.volumes ?? []);
  const volumes = new Set(
    mounted.flatMap(({ type, source }) => (type === 'volume' && source !== undefined ? [source] : [])),
  );
  const networks = new Set(
    containers.flatMap(({ definition }) =>
      definition.network_mode === undefined ? Object.keys(definition.networks ?? {}) : [],
    ),
  );
  return [
    ...containers.map((unit) => [`${unit.name}.container`, containerQuadlet(stack, unit, units, systemd)] as const),
    ...Object.entries(stack.project.volumes ?? {})
      .filter(([key, volume]) => volumes.has(key) && volume.external !== true)
      .map(([key, volume]) => [`${stack.name}-${key}.volume`, volumeQuadlet(stack, key, volume)] as const),
    ...Object.entries(stack.project.networks ?? {})
      .filter(([key, network]) => networks.has(key) && network.external !== true)
      .map(([key, network]) => [`${stack.name}-${key}.network`, networkQuadlet(stack, key, network)] as const),
  ];
};

const programTexts = (stack: Stack, units: readonly Unit[]): Texts =>
  units.flatMap((unit) => {
    const script = unit.way === 'native' ? startScript(stack, unit, units) : undefined;
    return script === undefined ? [] : [[`${unit.name}-start`, script] as const];
  });

const environmentTexts = (stack: Stack, units: readonly Unit[]): Texts =>
  units.flatMap((unit) => {
    const example = unit.way === 'provided' ? undefined : environmentExample(stack, unit, units);
    return example === undefined ? [] : [[`${unit.name}.env`, example] as const];
  });

const names = (texts: Texts): readonly string[] => texts.map(([name]) => name);
const artifacts = (texts: Texts, folder: string, mode: Artifact['mode'] = 0o644, suffix = ''): readonly Artifact[] =>
  texts.map(([name, content]) => ({ path: `${folder}${name}${suffix}`, content, mode }));

/**
 * Makes units of systemd: programs of the machine as sandboxed services, the rest as quadlets of Podman, and what the distribution brings
 * is only named. Beside them what they read, a script that installs them, and a page that explains them.
 */
export const systemd: Generator = (stack, options) => {
  const units = unitsOf(stack);
  const native = nativeTexts(stack, units, options.systemd);
  const quadlets = quadletTexts(stack, units, options.systemd);
  const programs = programTexts(stack, units);
  const environments = environmentTexts(stack, units);
  const files = filesOf(stack, units);
  const installed: Installed = {
    units: names(native),
    quadlets: names(quadlets),
    programs: names(programs),
    environments: names(environments),
    files: names(files),
  };
  return {
    artifacts: [
      ...artifacts(native, 'units/'),
      ...artifacts(quadlets, 'quadlets/'),
      ...artifacts(programs, 'programs/', 0o755),
      ...artifacts(environments, '', 0o644, '.example'),
      ...artifacts(files, ''),
      { path: 'install.sh', content: installScript(stack, units, installed, options.systemd), mode: 0o755 },
      { path: 'README.md', content: readme(stack, units, installed, options.systemd), mode: 0o644 },
    ],
    losses: lossesOf(stack, units),
  };
};
