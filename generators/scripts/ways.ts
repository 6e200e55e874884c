import type { Check, Stack } from '../../src/models/stack.ts';
import { shellCall } from '../shared/shell.ts';
import { portsForTheMachine, unitsOf, type Unit } from '../shared/systemdUnits.ts';
import { secondsOf } from '../shared/units.ts';

/** The three ways of running a stack that the scripts know, as data that they are made of. */

export type Way = 'compose' | 'kubernetes' | 'systemd';

/** How bad it is when a component fails: without what people come to all is down, without the rest it is degraded. */
type Weight = 'down' | 'degraded';

/** Returns how much a service weighs: with routes those that they lead to, without any every one. */
export const weightOf = (stack: Stack, service: string): Weight =>
  stack.extension.routes.length === 0 || stack.extension.routes.some((route) => route.service === service)
    ? 'down'
    : 'degraded';

/** Labels by which the chart and the manifests name the pods of a service. */
const labelsOf = (stack: Stack, service: string): string =>
  `app.kubernetes.io/name=${stack.name},app.kubernetes.io/component=${service}`;

const namespaceOf = (stack: Stack): string => stack.extension.kubernetes.namespace ?? stack.name;

/** Returns where a port of a service answers on the machine; `undefined` where nothing leads to it. */
const addressOf = (stack: Stack, unit: Unit, way: Way, port: number): string | undefined => {
  if (way === 'kubernetes') return undefined;
  const local = `127.0.0.1:${port}`;
  if (way === 'systemd' && unit.way !== 'quadlet') return local;
  if (way === 'systemd' && portsForTheMachine(stack, unit, unitsOf(stack)).includes(port)) return local;
  const open = unit.definition.ports?.find(({ target, published }) => target === port && /^\d+$/.test(published ?? ''));
  if (open?.published === undefined) return undefined;
  const host = open.host_ip === undefined || open.host_ip === '0.0.0.0' ? '127.0.0.1' : open.host_ip;
  return `${host.includes(':') ? `[${host}]` : host}:${open.published}`;
};

/** Returns the words before a command that is to run where a service runs; `undefined` where it cannot be. */
const insideOf = (unit: Unit, way: Way): string | undefined => {
  if (way === 'compose')
    return `docker compose --project-directory "$compose_folder" ${shellCall('exec', '-T', unit.service)}`;
  if (way === 'systemd' && unit.way === 'quadlet') return shellCall('podman', 'exec', `systemd-${unit.name}`);
  return undefined;
};

interface Question {
  /** What is asked, a few words. */
  readonly name: string;
  readonly check: Check;
}

/** Returns the call that asks one question of a service; none where it cannot be asked from the machine. */
export const questionCall = (stack: Stack, unit: Unit, way: Way, { name, check }: Question): readonly string[] => {
  const seconds = `${Math.max(1, Math.ceil(secondsOf(check.timeout) ?? 5))}`;
  const head = [unit.service, weightOf(stack, unit.service), name, seconds];
  const port = check.http?.port ?? check.tcp?.port;
  const address = port === undefined ? undefined : addressOf(stack, unit, way, port);
  if (check.http !== undefined && address !== undefined) {
    const { path, status, contains } = check.http;
    return [shellCall('ask_http', ...head, `${status}`, contains ?? '', `http://${address}${path}`)];
  }
  if (check.tcp !== undefined && address !== undefined) {
    const colon = address.lastIndexOf(':');
    return [shellCall('ask_tcp', ...head, address.slice(0, colon).replaceAll(/[[\]]/g, ''), address.slice(colon + 1))];
  }
  const inside = insideOf(unit, way);
  return inside === undefined || check.command === undefined
    ? []
    : [`${shellCall('ask_command', ...head)} ${inside} ${shellCall(...check.command)}`];
};

/** Returns the call that asks whether a service runs at all. */
export const stateCall = (stack: Stack, unit: Unit, way: Way): string => {
  const once = unit.oneshot ? 'once' : 'long';
  const head = [unit.service, weightOf(stack, unit.service)];
  if (way === 'compose') return shellCall('state_compose', ...head, unit.service, once);
  if (way === 'systemd') return shellCall('state_systemd', ...head, unit.unit, once);
  return shellCall('state_kubernetes', ...head, labelsOf(stack, unit.service), once);
};

/** Returns what runs; jobs by the clock are not asked, they run when they run. */
export const componentsOf = (stack: Stack): readonly Unit[] =>
  unitsOf(stack).filter(({ schedule }) => schedule === undefined);

/** Returns the files that hold the settings in a way, as words of the shell. */
const settingsFiles = (stack: Stack, way: Way): readonly string[] => {
  if (way === 'compose') return ['"$compose_folder/.env"'];
  if (way === 'kubernetes')
    return ['"$here/../kubernetes/base/config/"*.env', '"$here/../kubernetes/components/secrets/secrets.env"'];
  return unitsOf(stack)
    .filter((unit) => unit.way !== 'provided')
    .map(({ name }) => shellCall(`/etc/${stack.name}/${name}.env`));
};

/** Returns a function of the shell. */
export const shellFunction = (name: string, lines: readonly string[]): string =>
  [`${name}() {`, ...(lines.length === 0 ? ['  :'] : lines.map((line) => `  ${line}`)), '}'].join('\n');

/** Returns a function of the shell a way: `ask_compose`, `ask_kubernetes`, `ask_systemd`. */
export const perWay = (name: string, lines: (way: Way) => readonly string[]): string =>
  (['compose', 'kubernetes', 'systemd'] as const)
    .map((way) => shellFunction(`${name}_${way}`, lines(way)))
    .join('\n\n');

/** One option with a value; the pattern of the shell and what takes it. */
const valued = (option: string, takes: string): readonly string[] => [
  `    ${option})`,
  `      ${takes}`,
  '      shift',
  '      ;;',
];

/** Options of the scripts, with what takes their values. */
const options = {
  '--compose-folder': {
    takes: 'compose_folder=${2:?--compose-folder needs a folder}',
    help: 'DIR   where compose.yaml lies; ../compose beside this script',
  },
  '--namespace': { takes: 'namespace=${2:?--namespace needs a name}', help: 'NAME       of the objects in Kubernetes' },
  '--env-file': {
    takes: 'settings_files+=("${2:?--env-file needs a file}")',
    help: 'FILE        where settings are read from; may be said again',
  },
  '--address': {
    takes: 'address=${2:?--address needs an address}',
    help: 'ADDRESS      of the proxy that the routes lead to; else the resolver is asked',
  },
  '--ca': {
    takes: 'authority=${2:?--ca needs a file}',
    help: 'FILE              certificate of the authority of the routes; else those of the system',
  },
} as const;
type Option = keyof typeof options;

const settingsDefaults = (stack: Stack): readonly string[] => [
  'if [ "${#settings_files[@]}" -eq 0 ]; then',
  '  case $way in',
  ...(['compose', 'kubernetes', 'systemd'] as const).map(
    (way) => `    ${way}) settings_files=(${settingsFiles(stack, way).join(' ')}) ;;`,
  ),
  '  esac',
  'fi',
];

/** Returns the reading of arguments: the way, the form of the answer, and what a script asks for beyond. */
export const argumentsPart = (stack: Stack, taken: readonly Option[], more: readonly string[] = []): string =>
  [
    'way=compose',
    ...(taken.includes('--compose-folder') ? ['compose_folder="$here/../compose"'] : []),
    ...(taken.includes('--namespace') ? [`namespace=${shellCall(namespaceOf(stack))}`] : []),
    ...(taken.includes('--env-file') ? ['settings_files=()'] : []),
    'while [ $# -gt 0 ]; do',
    '  case $1 in',
    ...valued('--way', 'way=${2:?--way needs compose, kubernetes or systemd}'),
    '    --json) as_json=yes ;;',
    ...taken.flatMap((option) => valued(option, options[option].takes)),
    ...more,
    '    -h | --help)',
    '      usage',
    '      exit 0',
    '      ;;',
    '    *) wrong_usage "unknown option $1" ;;',
    '  esac',
    '  shift',
    'done',
    ...(taken.includes('--env-file') ? settingsDefaults(stack) : []),
  ].join('\n');

/** What `--help` says of the arguments. */
export const usageOf = (name: string, taken: readonly Option[], more: readonly string[] = []): readonly string[] => [
  `${name} [--way WAY] [--json] [OPTION...]`,
  '  --way WAY              compose (default), kubernetes or systemd',
  '  --json                 one JSON object instead of lines',
  ...taken.map((option) => `  ${option} ${options[option].help}`),
  ...more,
];

/** Returns the call of a function by the way that was chosen. */
export const chosenWay = (name: string): string =>
  [
    'case $way in',
    ...(['compose', 'kubernetes', 'systemd'] as const).map((way) => `  ${way}) ${name}_${way} ;;`),
    '  *) wrong_usage "no way is named $way" ;;',
    'esac',
  ].join('\n');
