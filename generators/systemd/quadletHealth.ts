import type { Stack } from '../../src/models/stack.ts';
import { healthCommand, missingTools } from '../shared/health.ts';
import { imageFacts } from '../shared/images.ts';
import type { Section } from '../shared/ini.ts';
import type { Unit } from '../shared/systemdUnits.ts';

type Entries = Section['entries'];

/** The question as Podman takes it: a JSON list without `CMD`, or a line for a shell. */
const healthWords = (test: readonly string[]): string | undefined => {
  const [form, ...words] = test;
  if (form === 'NONE') return 'none';
  return form === 'CMD-SHELL' ? words.join(' ') : JSON.stringify(words);
};

/** Returns the question that tells whether a container is well; `undefined` where none can be asked with what its image carries. */
export const healthTest = (stack: Stack, unit: Unit): readonly string[] | undefined => {
  const facts = imageFacts(stack, unit.service);
  const said = unit.definition.healthcheck;
  if (said?.disable === true) return ['NONE'];
  if (said?.test !== undefined && missingTools(said.test, facts).length === 0) return said.test;
  const asked =
    unit.extension.health === undefined ? undefined : healthCommand(unit.extension.health, facts?.tools ?? []);
  return asked === undefined ? undefined : ['CMD', ...asked];
};

/** Returns how Podman asks a container whether it is well. */
export const healthEntries = (stack: Stack, unit: Unit): Entries => {
  const test = healthTest(stack, unit);
  const command = test === undefined ? undefined : healthWords(test);
  if (command === undefined) return [];
  if (command === 'none') return [['HealthCmd', 'none']];
  const { healthcheck: said } = unit.definition;
  const { health } = unit.extension;
  return [
    ['HealthCmd', command.replaceAll('%', '%%').replaceAll('$', '$$$$')],
    ['HealthInterval', said?.interval ?? health?.interval ?? '30s'],
    ['HealthTimeout', said?.timeout ?? health?.timeout ?? '5s'],
    ['HealthRetries', said?.retries ?? health?.retries ?? 3],
    ['HealthStartPeriod', said?.start_period ?? health?.startPeriod ?? '30s'],
    // What is not well is started again by systemd, and what waits for it starts when it is well.
    ['HealthOnFailure', 'kill'],
    ['Notify', 'healthy'],
  ];
};
