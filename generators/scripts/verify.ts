import type { Route, Stack } from '../../src/models/stack.ts';
import { neededOf, shellCall, shellScript } from '../shared/shell.ts';
import type { Unit } from '../shared/systemdUnits.ts';
import { asking, reporting, states } from './library.ts';
import {
  argumentsPart,
  chosenWay,
  componentsOf,
  perWay,
  questionCall,
  shellFunction,
  stateCall,
  weightOf,
  usageOf,
  type Way,
} from './ways.ts';

/** Volumes are where they belong: what Docker mounted, not what a file says. */
const volumes = `
volume_compose() { # COMPONENT TARGET
  local container
  container=$(compose ps --quiet "$1" 2>/dev/null | head -n 1) || container=''
  if [ -n "$container" ] && docker inspect --format '{{range .Mounts}}{{println .Destination}}{{end}}' "$container" | grep -qxF -- "$2"; then
    report "$1" "volume $2" ok "mounted"
  else
    report "$1" "volume $2" degraded "not mounted"
  fi
}`.trim();

/**
 * A route is asked by its own name, at the address of the proxy: with the name in the handshake the right certificate is checked, and no
 * resolver is needed [S0-145].
 */
const routes = `
to_proxy() { # HOST PORT
  if [ -n "$address" ]; then printf '%s\\n' --resolve "$1:$2:$address"; fi
  if [ -n "$authority" ]; then printf '%s\\n' --cacert "$authority"; fi
}

ask_route() { # COMPONENT WEIGHT HOST PORT URL EXPECTED
  local code arguments
  mapfile -t arguments < <(to_proxy "$3" "$4")
  code=$(curl --silent --show-error --max-time 10 --output /dev/null --write-out '%{http_code}' "\${arguments[@]}" -- "$5" 2>"$scratch/error") || code=000
  case $code in
    000) report "$1" "route $3" "$2" "$(sed -n '1s/^curl: ([0-9]*) //p' "$scratch/error" | cut -c 1-100)" ;;
    404 | 5??) report "$1" "route $3" "$2" "answered $code" ;;
    401) if [ "$6" = login ]; then report "$1" "route $3" ok "asks for a login"; else report "$1" "route $3" ok "answered $code"; fi ;;
    *) if [ "$6" = login ]; then report "$1" "route $3" "$2" "answered $code without a login"; else report "$1" "route $3" ok "answered $code"; fi ;;
  esac
}

# A WebSocket answers 101 to the change of protocol; then nothing more is said, and curl waits until its time is over.
ask_websocket() { # COMPONENT HOST PORT URL
  local code arguments
  mapfile -t arguments < <(to_proxy "$2" "$3")
  code=$(curl --silent --http1.1 --max-time 5 --output /dev/null --write-out '%{http_code}' "\${arguments[@]}" --header 'Connection: Upgrade' --header 'Upgrade: websocket' --header 'Sec-WebSocket-Version: 13' --header "Sec-WebSocket-Key: $(head -c 16 /dev/urandom | base64)" -- "$4") || true
  if [ "$code" = 101 ]; then
    report "$1" "websocket $2" ok "the protocol is changed"
  else
    report "$1" "websocket $2" degraded "answered \${code:-000} instead of 101"
  fi
}`.trim();

const routeLines = (stack: Stack, route: Route): readonly string[] => {
  if (route.host === undefined || route.host.startsWith('*')) return [];
  const [scheme, port] = route.tls.by === 'none' ? ['http', '80'] : ['https', '443'];
  const url = `${scheme}://${route.host}${route.path}`;
  const weight = weightOf(stack, route.service);
  const expected = route.basicAuth === undefined ? 'any' : 'login';
  return [
    shellCall('ask_route', route.service, weight, route.host, port, url, expected),
    ...(route.websocket ? [shellCall('ask_websocket', route.service, route.host, port, url)] : []),
  ];
};

const volumeLines = (unit: Unit): readonly string[] =>
  (unit.definition.volumes ?? []).flatMap(({ type, target }) =>
    type === 'volume' && target !== undefined ? [shellCall('volume_compose', unit.service, target)] : [],
  );

const lines = (stack: Stack, way: Way): readonly string[] => {
  const units = componentsOf(stack);
  return [
    ...units.map((unit) => stateCall(stack, unit, way)),
    ...(way === 'compose' ? units.flatMap(volumeLines) : []),
    ...stack.extension.smoke.flatMap(({ name, service, check }) => {
      const unit = units.find((candidate) => candidate.service === service);
      return unit === undefined ? [] : questionCall(stack, unit, way, { name, check });
    }),
  ];
};

const common = ['--compose-folder', '--namespace'] as const;
/** Where routes lead by name, they are asked at the address of their proxy. */
const forRoutes = ['--address', '--ca'] as const;

/** Returns verify.sh: asked after a deployment, it is 0 only when all that was asked is well [S0-174]. */
export const verify = (stack: Stack): string => {
  const asked = stack.extension.routes.flatMap((route) => routeLines(stack, route));
  const taken = asked.length === 0 ? common : [...common, ...forRoutes];
  const own = [
    perWay('ask', (way) => lines(stack, way)),
    shellFunction('ask_routes', asked),
    [
      'need curl',
      'need timeout',
      chosenWay('ask'),
      'if [ "$skip_routes" = no ]; then ask_routes; fi',
      shellCall('finish', stack.name),
    ].join('\n'),
  ];
  return shellScript({
    usage: [
      `Asks ${stack.name} after a deployment whether it does its work: containers, volumes, smoke checks, routes with their certificates.`,
      '',
      ...usageOf('verify.sh', taken, ['  --no-routes            asks no route: no proxy leads here yet']),
      '',
      'Exit codes: 0 all is well, 1 degraded, 2 down, 3 it could not be asked.',
    ],
    parts: [
      reporting,
      [...(asked.length === 0 ? [] : ['address=', 'authority=']), 'skip_routes=no'].join('\n'),
      argumentsPart(stack, taken, ['    --no-routes) skip_routes=yes ;;']),
      neededOf([asking, states, volumes, routes].join('\n\n'), own.join('\n')),
      ...own,
    ],
  });
};
