import type { Look } from '../../components/look.ts';
import { clean } from '../../components/text.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { GuestConfig } from '../../src/operations/guest-config.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';

/** A configuration as YAML, in Proxmox VE's own keys and values. */

/** Words that YAML would take for something else than text, and characters that mean something to it (YAML 1.2, §7.3.3). */
const special = /^(?:true|false|yes|no|on|off|null|~|)$|^[-+.\d]|^[\s!&*|>'"%@`#{}[\],?:-]|: |:$| #|\s$/i;

const scalar = (value: string | number): string =>
  typeof value === 'number' || !special.test(value) ? String(value) : JSON.stringify(value);

/** Returns one key with its value as lines of YAML. */
export const yamlLines = (key: string, value: GuestConfig[string]): readonly string[] => {
  if (Array.isArray(value)) return [`${key}:`, ...value.map((pair) => `  - [${pair.map(scalar).join(', ')}]`)];
  const lines = String(value).replace(/\n$/, '').split('\n');
  if (lines.length === 1) return [`${key}: ${scalar(typeof value === 'string' ? (lines[0] ?? '') : value)}`];
  return [`${key}: |-`, ...lines.map((line) => `  ${line}`)];
};

const painted = (line: string, look: Look): string => {
  const [, key, rest] = /^([\w.-]+:)(.*)$/.exec(line) ?? [];
  return key === undefined ? clean(line) : look.paint('accent', key) + clean(rest ?? '');
};

/** Lines of the configuration of a guest, as it is now or in a snapshot. */
export const configYaml = (guest: Guest, snapshot: string | undefined, place: Drawing & Area): readonly string[] => {
  const { app, look } = place;
  const input = { guest: guest.id, ...(snapshot === undefined ? {} : { snapshot }) };
  const answer = app.look('guest.config', input, { dwellMs: 0 });
  const keys = Object.entries(answer.value ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...answerLines(answer, place),
    ...keys.flatMap(([key, value]) => yamlLines(key, value)).map((line) => painted(line, look)),
  ];
};
