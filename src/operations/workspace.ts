import path from 'node:path';
import * as z from 'zod';
import { labelSchema, targetSchema, type Target } from '../models/workspace.ts';
import { initWorkspace } from '../workspace/init.ts';
import { openWorkspace, stackNames } from '../workspace/workspace.ts';
import { operation } from './operation.ts';
import { warningsOf } from './workspace-warnings.ts';

type TargetInput = z.input<typeof targetSchema>;

/** What stands behind the colon, by kind: `ssh:root@10.100.0.10`, `pct:104`, `kubernetes:homelab`. */
const placed: Readonly<Record<Target['kind'], (where: string) => unknown>> = {
  ssh: (where) => {
    const at = where.lastIndexOf('@');
    return { kind: 'ssh', host: where.slice(at + 1), ...(at > 0 && { user: where.slice(0, at) }) };
  },
  pct: (where) => ({ kind: 'pct', vmid: Number(where) }),
  agent: (where) => ({ kind: 'agent', vmid: Number(where) }),
  kubernetes: (where) => ({ kind: 'kubernetes', context: where }),
  local: () => ({ kind: 'local' }),
};

const kinds = z.enum(['ssh', 'pct', 'agent', 'kubernetes', 'local']);
const targetForm =
  'write a target as web=ssh:root@10.100.0.10, db=pct:104, vm=agent:105, k8s=kubernetes:CONTEXT or here=local';

const targetText = z.string().transform((text, issues): readonly [name: string, target: TargetInput] => {
  const [, name = '', kind = '', where = ''] = /^([^=]+)=([a-z]+)(?::(.+))?$/.exec(text) ?? [];
  const known = kinds.safeParse(kind).data;
  const target = known === undefined ? undefined : targetSchema.safeParse(placed[known](where)).data;
  if (labelSchema.safeParse(name).success && target !== undefined) return [name, target];
  issues.addIssue({ code: 'custom', message: `${JSON.stringify(text)}: ${targetForm}` });
  return z.NEVER;
});

/** What a network needs at least; proxdeck.yaml checks the rest. */
interface VlanInput {
  readonly id: number;
  readonly subnet: string;
  readonly gateway?: string;
}

const vlanText = z.string().transform((text, issues): readonly [name: string, vlan: VlanInput] => {
  const [, name = '', id = '', subnet = '', gateway] = /^([^=]+)=(\d+):([^@]+)(?:@(.+))?$/.exec(text) ?? [];
  if (labelSchema.safeParse(name).success)
    return [name, { id: Number(id), subnet, ...(gateway !== undefined && { gateway }) }];
  issues.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)}: write a network as dev=100:10.100.0.0/24 or dev=100:10.100.0.0/24@10.100.0.1 (its gateway)`,
  });
  return z.NEVER;
});

/** Makes a workspace of a folder, or adds what one lacks; nothing that is there is written over. */
export const makeWorkspace = operation({
  name: 'workspace.init',
  summary: 'Make a workspace: a folder for stacks and what is rendered of them',
  risk: 'change',
  input: z.object({
    folder: z
      .string()
      .min(1)
      .describe('the folder; it is made where there is none. Without it, in a terminal, everything is asked for')
      .meta({ positional: true, completes: 'file', asked: true }),
    vlan: z
      .array(vlanText)
      .default([])
      .describe('a network of the plan: NAME=VLAN:SUBNET or NAME=VLAN:SUBNET@GATEWAY; may be repeated'),
    target: z
      .array(targetText)
      .default([])
      .describe(
        'a place where stacks run: NAME=ssh:USER@HOST, pct:VMID, agent:VMID, kubernetes:CONTEXT or local; may be repeated',
      ),
  }),
  async *run({ place, contextName }, _resolved, { folder, vlan, target }) {
    const made = await initWorkspace(path.resolve(place.current, folder), {
      ...(contextName !== '' && { context: contextName }),
      vlans: Object.fromEntries(vlan),
      targets: Object.fromEntries(target),
    });
    yield* warningsOf(made.warnings);
    if (made.foreign.length > 0)
      yield {
        type: 'warning',
        code: 'foreign',
        message: `${made.folder} is not empty: ${made.foreign.join(', ')}. What was there is left as it is.`,
      };
    const asked = vlan.length + target.length > 0;
    if (made.kept && asked)
      yield {
        type: 'warning',
        code: 'kept',
        message: `${path.join(made.folder, 'proxdeck.yaml')} was there and is kept: networks and targets were not added.`,
        hint: 'Add them to the file by hand.',
      };
    return { folder: made.folder, made: made.made };
  },
});

/** Where a target is, in a few words. */
const whereOf = (target: Target): string => {
  switch (target.kind) {
    case 'ssh':
      return `${target.user === undefined ? '' : `${target.user}@`}${target.host}${target.port === undefined ? '' : `:${String(target.port)}`}`;
    case 'pct':
    case 'agent':
      return String(target.vmid);
    case 'kubernetes':
      return target.namespace === undefined ? target.context : `${target.context}, ${target.namespace}`;
    case 'local':
      return 'this machine';
  }
};

/** Shows what proxdeck.yaml says, and what is unwise in it. */
export const showWorkspace = operation({
  name: 'workspace.show',
  summary: 'Show the workspace around you: stacks, targets, networks',
  risk: 'read',
  input: z.object({}),
  async *run({ place }) {
    const workspace = await openWorkspace(place);
    const { folder, config, warnings } = workspace;
    yield* warningsOf(warnings);
    return {
      folder,
      ...(config.context !== undefined && { context: config.context }),
      stacks: await stackNames(workspace),
      targets: Object.entries(config.targets).map(([name, target]) => ({
        name,
        kind: target.kind,
        where: whereOf(target),
      })),
      networks: Object.entries(config.network.vlans).map(([name, { id, subnet, gateway, bridge, reserved }]) => ({
        name,
        vlan: id,
        subnet,
        gateway,
        bridge,
        reserved: Object.entries(reserved).map(([who, address]) => `${who} ${address}`),
      })),
    };
  },
});
