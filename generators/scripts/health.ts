import type { Stack } from '../../src/models/stack.ts';
import { neededOf, shellCall, shellScript } from '../shared/shell.ts';
import type { Unit } from '../shared/systemdUnits.ts';
import { asking, reporting, settings, states } from './library.ts';
import {
  argumentsPart,
  chosenWay,
  componentsOf,
  perWay,
  questionCall,
  shellFunction,
  stateCall,
  usageOf,
  type Way,
} from './ways.ts';

/** What is asked of a service: whether it runs, whether it lives, whether it can take work. */
const serviceLines = (stack: Stack, unit: Unit, way: Way): readonly string[] => {
  const { health, ready } = unit.extension;
  return [
    stateCall(stack, unit, way),
    ...(health === undefined ? [] : questionCall(stack, unit, way, { name: 'healthy', check: health })),
    ...(ready === undefined ? [] : questionCall(stack, unit, way, { name: 'ready', check: ready })),
  ];
};

/** Servers of others, by the settings that hold their addresses. */
const partnerLines = ({ extension }: Stack): readonly string[] =>
  Object.entries(extension.settings)
    .filter(([, { type, sensitive }]) => type === 'url' && !sensitive)
    .map(([name, { default: usual, required }]) =>
      shellCall('partner', name, required ? 'required' : 'optional', usual ?? ''),
    );

const partner = `
# An address that is set is asked; one that is not is told where it has to be.
partner() { # SETTING NEED DEFAULT
  local address
  address=$(setting "$1")
  address=\${address:-$3}
  if [ -n "$address" ]; then
    ask_partner "$1" "$address"
  elif [ "$2" = required ]; then
    report "$1" reachable degraded "is not set"
  fi
}`.trim();

const taken = ['--compose-folder', '--namespace', '--env-file'] as const;

/** Returns health-check.sh: each component by itself, and the whole as its exit code. */
export const healthCheck = (stack: Stack): string => {
  const own = [
    perWay('ask', (way) => componentsOf(stack).flatMap((unit) => serviceLines(stack, unit, way))),
    shellFunction('ask_partners', partnerLines(stack)),
    [
      'need curl',
      'need timeout',
      chosenWay('ask'),
      '# In a cluster its own pods reach the partners, this machine need not.',
      'if [ "$way" != kubernetes ]; then ask_partners; fi',
      shellCall('finish', stack.name),
    ].join('\n'),
  ];
  return shellScript({
    usage: [
      `Asks every component of ${stack.name} whether it is well, and what it depends on whether it can be reached.`,
      '',
      ...usageOf('health-check.sh', taken),
      '',
      'Exit codes: 0 all is well, 1 degraded, 2 down, 3 it could not be asked.',
    ],
    parts: [
      reporting,
      argumentsPart(stack, taken),
      neededOf([asking, states, settings, partner].join('\n\n'), own.join('\n')),
      ...own,
    ],
  });
};
