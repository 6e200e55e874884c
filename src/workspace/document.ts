import * as z from 'zod';
import { parseChecked } from '../config/checked.ts';
import { ProxdeckError } from '../models/error.ts';
import {
  targetSchema,
  vlanSchema,
  workspaceSchema,
  workspaceVersion,
  type WorkspaceConfig,
} from '../models/workspace.ts';
import { didYouMean } from '../models/nearest.ts';
import { networkFindings } from './network.ts';

/** A proxdeck.yaml that was understood. */
export interface WorkspaceDocument {
  readonly config: WorkspaceConfig;
  /** What is allowed and unwise, each with its place: `proxdeck.yaml:7:15: …`. */
  readonly warnings: readonly string[];
}

const hint = 'Correct the file by hand; docs/workspace.md says what may stand in it.';

const keysOfTargets = [...new Set(targetSchema.options.flatMap(({ shape }) => Object.keys(shape)))];

/** What can stand at a place of the file. */
const knownKeys = (path: readonly PropertyKey[]): readonly string[] => {
  const [part, inner] = path;
  if (part === 'targets') return keysOfTargets;
  if (part === 'defaults') return Object.keys(workspaceSchema.shape.defaults.unwrap().shape);
  if (part === 'network') return inner === undefined ? ['vlans'] : Object.keys(vlanSchema.shape);
  return Object.keys(workspaceSchema.shape);
};

/** A newer format may mean anything: it is not looked at further. */
const refuseNewer = (text: string, file: string): void => {
  const { fields, at } = parseChecked(text, {
    file,
    hint,
    schema: z.looseObject({ version: z.number().optional() }),
    knownKeys: () => [],
  });
  const { version = workspaceVersion } = fields;
  if (version <= workspaceVersion) return;
  throw new ProxdeckError(
    'config',
    `${at(['version'])}: this workspace is of version ${String(version)}; this Proxdeck knows up to ${String(workspaceVersion)}.`,
    { hint: 'Update Proxdeck. Nothing was read or changed.' },
  );
};

/** Reads the text of a proxdeck.yaml. Throws `config` with file:line:column and the key for whatever is wrong in it. */
export const parseWorkspace = (text: string, file: string): WorkspaceDocument => {
  refuseNewer(text, file);
  const { fields, at, fail } = parseChecked(text, { file, hint, schema: workspaceSchema, knownKeys });
  const { target } = fields.defaults;
  const targets = Object.keys(fields.targets);
  if (target !== undefined && !targets.includes(target))
    fail(['defaults', 'target'], `there is no target ${target}.${didYouMean(target, targets)}`);
  const findings = networkFindings(fields.network.vlans);
  for (const { severity, path, message } of findings) if (severity === 'error') fail(path, `${message}.`);
  return { config: fields, warnings: findings.map(({ path, message }) => `${at(path)}: ${message}.`) };
};
