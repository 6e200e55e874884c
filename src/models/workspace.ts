import * as z from 'zod';
import { generatorNames, usualOptions } from './artifact.ts';

/** What proxdeck.yaml may say: the file that makes a folder a workspace. `assets/schemas/proxdeck.json` is made of this schema. */

/** The format that this program writes. A workspace of a newer one is refused. */
export const workspaceVersion = 1;

/** A DNS label (RFC 1123): names of stacks, targets and networks stand in host names, file names and Kubernetes objects. */
export const labelSchema = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a name has small letters, digits and dashes inside, at most 63');

const text = z.string().min(1);
const vmid = z.int().min(100).max(999_999_999);

/** Where a stack can run. What a target needs to be reached is here; credentials never are. */
export const targetSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('ssh'),
      /** A host name, an address, or a name of ~/.ssh/config. */
      host: text,
      user: text.exactOptional(),
      port: z.int().min(1).max(65_535).exactOptional(),
    }),
    /** A container, through `pct exec` on its node. */
    z.strictObject({ kind: z.literal('pct'), vmid }),
    /** A VM, through its guest agent. */
    z.strictObject({ kind: z.literal('agent'), vmid }),
    z.strictObject({
      kind: z.literal('kubernetes'),
      /** A context of the kubeconfig. */
      context: text,
      namespace: labelSchema.exactOptional(),
    }),
    /** This machine. */
    z.strictObject({ kind: z.literal('local') }),
  ],
  { error: 'a kind is one of ssh, pct, agent, kubernetes, local' },
);

/** A network of the plan. Addresses are checked together, in src/workspace/network.ts. */
export const vlanSchema = z.strictObject({
  /** The VLAN (IEEE 802.1Q); without one the network is untagged. */
  id: z.int('a VLAN is a whole number').exactOptional(),
  description: text.exactOptional(),
  /** `10.100.0.0/24` */
  subnet: text,
  gateway: text.exactOptional(),
  /** The bridge of the nodes, as Linux names interfaces: at most 15 characters. */
  bridge: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,14}$/, 'a bridge has at most 15 letters, digits, `_`, `.` and `-`, as in `vmbr0`')
    .default('vmbr0'),
  /** Addresses that are taken, by what has them: `10.100.0.10`, or a range, `10.100.0.10-10.100.0.20`. */
  reserved: z.record(text, text).default({}),
});

const defaultsSchema = z.strictObject({
  /** Where a stack runs that names no target. */
  target: text.exactOptional(),
  /** What is rendered where nothing is named; everything without it. */
  generators: z.array(z.enum(generatorNames)).min(1).exactOptional(),
  /** Of the machines that units are rendered for. */
  systemd: z.int().min(247).default(usualOptions.systemd),
  /** Of the clusters that manifests are rendered for. */
  kubernetes: z
    .string()
    .regex(/^1\.\d{2}$/, 'a version of Kubernetes is written as in `"1.36"`')
    .default(usualOptions.kubernetes),
});

export const workspaceSchema = z.strictObject({
  version: z.int().min(1),
  /** The cluster of the configuration that this workspace is about. */
  context: text.exactOptional(),
  targets: z.record(labelSchema, targetSchema).default({}),
  network: z.strictObject({ vlans: z.record(labelSchema, vlanSchema).default({}) }).prefault({}),
  defaults: defaultsSchema.prefault({}),
  /** Whom secrets are encrypted for beside yourself: public keys of age, by person. */
  recipients: z
    .record(text, z.string().regex(/^age1[a-z0-9]{20,}$/, 'a recipient of age begins with `age1`'))
    .default({}),
});

export type Target = z.output<typeof targetSchema>;
export type Vlan = z.output<typeof vlanSchema>;
export type WorkspaceConfig = z.output<typeof workspaceSchema>;
