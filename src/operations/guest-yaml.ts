import { isMap, isScalar, LineCounter, parseDocument, type Pair } from 'yaml';
import type { GuestType } from '../models/cluster.ts';
import { didYouMean } from '../models/nearest.ts';
import { paramSpec, pveSchema, type ParamSpec } from '../simulator/schema.ts';
import { checkParameters } from '../simulator/validate.ts';
import type { Changes } from './guest-set-changes.ts';

/** The whole configuration of a guest as text that a person edits, and what they changed in it. */

/** Parameters of the call that are no settings of a guest. */
const noSettings = new Set(['node', 'vmid', 'digest', 'delete', 'revert', 'force', 'skiplock']);
/** What Proxmox VE keeps for itself: it refuses to change it, or only root may. */
const kept = new Set(['lock', 'template', 'unprivileged', 'arch', 'parent', 'vmgenid', 'snaptime', 'meta']);

const specsOf = (type: GuestType): Readonly<Record<string, ParamSpec>> =>
  pveSchema().find(`/nodes/any/${type}/100/config`)?.methods['PUT']?.params ?? {};

/** Whether a setting can be changed (the parameters of `PUT /nodes/{node}/{lxc|qemu}/{vmid}/config`). */
export const isSettable = (type: GuestType, key: string): boolean =>
  !noSettings.has(key) && !kept.has(key) && paramSpec(specsOf(type), key) !== undefined;

/** Something that cannot be done with a line of the text. */
export interface LineProblem {
  /** From 1. */
  readonly line: number;
  /** A sentence. */
  readonly message: string;
}

export interface YamlChanges {
  readonly changes: Changes;
  readonly problems: readonly LineProblem[];
}

const switches: Readonly<Record<string, string>> = { true: '1', yes: '1', on: '1', false: '0', no: '0', off: '0' };

/** A value as Proxmox VE takes it; a bare word as it is written, so that no number loses a digit. */
const textOf = (value: unknown, spec: ParamSpec | undefined): string | undefined => {
  if (!isScalar(value) || value.value === null) return undefined;
  const isBare = value.type === 'PLAIN' && value.source !== undefined;
  const text = isBare ? (value.source ?? '') : String(value.value);
  return spec?.type === 'boolean' ? (switches[text.toLowerCase()] ?? text) : text;
};

const problemOfKey = (type: GuestType, key: string, settings: Readonly<Record<string, string>>): string => {
  if (kept.has(key) || key in settings)
    return `${key} is kept by Proxmox VE and cannot be changed here; leave it as it is.`;
  const known = Object.keys(specsOf(type)).filter((name) => !noSettings.has(name) && !kept.has(name));
  const meant = didYouMean(
    key,
    known.map((name) => name.replace('[n]', /\d+$/.exec(key)?.[0] ?? '0')),
  );
  return `${key} is no setting of a ${type === 'lxc' ? 'container' : 'VM'}.${meant}`;
};

/** What is wrong with a value by the schema of the API, as a sentence. */
const problemOfValue = (type: GuestType, key: string, value: string): string | undefined => {
  const spec = paramSpec(specsOf(type), key);
  const checked =
    spec === undefined ? undefined : checkParameters({ [key]: { ...spec, required: false } }, { [key]: value }, false);
  if (checked === undefined || !('fields' in checked)) return undefined;
  const told = Object.values(checked.fields)
    .join('; ')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
  return `${key} cannot be ${JSON.stringify(value)}: ${told}.`;
};

const sameText = (one: string | undefined, other: string): boolean =>
  one?.replace(/\n$/, '') === other.replace(/\n$/, '');

interface Entry {
  readonly key: string;
  readonly value: string | undefined;
  readonly line: number;
}

/**
 * Returns what an edited text changes of the settings: a key that is gone is taken away. What cannot be read, is no setting, or is
 * wrong by the schema of the API is a problem at its line; then nothing should be sent.
 */
export const changesInYaml = (
  type: GuestType,
  settings: Readonly<Record<string, string>>,
  text: string,
): YamlChanges => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe' });
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  if (document.errors.length > 0)
    return {
      changes: new Map(),
      problems: document.errors.map(({ pos, message }) => ({
        line: lineAt(pos[0]),
        message: `this is no YAML: ${message.split('\n')[0]?.replace(/ at line.*$/, '') ?? ''}.`,
      })),
    };
  const root = document.contents;
  if (root !== null && !isMap(root))
    return { changes: new Map(), problems: [{ line: 1, message: 'write a setting a line, as `memory: 2048`.' }] };
  const entries = (root?.items ?? []).map((pair: Pair): Entry => {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const at = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    return { key, value: textOf(pair.value, paramSpec(specsOf(type), key)), line: lineAt(at) };
  });
  const problems: LineProblem[] = [];
  const changes = new Map<string, string | null>();
  for (const { key, value, line } of entries) {
    if (value !== undefined && value !== '' && sameText(settings[key], value)) continue;
    const wrong = !isSettable(type, key)
      ? problemOfKey(type, key, settings)
      : value === undefined || value === ''
        ? `${key} has no value; take the whole line away to unset it.`
        : problemOfValue(type, key, value);
    if (wrong !== undefined) problems.push({ line, message: wrong });
    else changes.set(key, value ?? null);
  }
  const left = new Set(entries.map(({ key }) => key));
  for (const key of Object.keys(settings)) if (!left.has(key) && isSettable(type, key)) changes.set(key, null);
  return { changes, problems };
};
