import { bytesOf } from '../shared/units.ts';
import { Hole, type Plain, type PlainMap } from './tree.ts';

/** What may stand in values.yaml, as JSON schema, and quantities as Kubernetes writes them. */

export const anyText: PlainMap = { type: 'string' };
export const someText: PlainMap = { type: 'string', minLength: 1 };
export const yesNo: PlainMap = { type: 'boolean' };
export const textMap: PlainMap = { type: 'object', additionalProperties: { type: 'string' } };
const portNumber: PlainMap = { type: 'integer', minimum: 1, maximum: 65_535 };
export const dnsName: PlainMap = { type: 'string', maxLength: 253, pattern: '^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$' };
export const hostName: PlainMap = {
  type: 'string',
  maxLength: 253,
  pattern: String.raw`^((\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)?$`,
};
const memory: PlainMap = { type: 'string', pattern: '^[0-9]+(Ki|Mi|Gi|Ti)$' };
const cpu: PlainMap = { type: 'string', pattern: String.raw`^([0-9]+m|[0-9]+(\.[0-9]+)?)$` };
export const size: PlainMap = memory;

const closed = (properties: PlainMap, required: readonly string[] = []): PlainMap => ({
  type: 'object',
  additionalProperties: false,
  ...(required.length === 0 ? {} : { required }),
  properties,
});

const amounts = closed({ cpu, memory, 'ephemeral-storage': memory });
/** ResourceRequirements of core/v1. */
export const resources: PlainMap = closed({ limits: amounts, requests: amounts });

/** Toleration of core/v1. */
export const tolerations: PlainMap = {
  type: 'array',
  items: closed({
    key: anyText,
    operator: { type: 'string', enum: ['Exists', 'Equal'] },
    value: anyText,
    effect: { type: 'string', enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
    tolerationSeconds: { type: 'integer' },
  }),
};

export const namedReferences: PlainMap = { type: 'array', items: closed({ name: someText }, ['name']) };

/** NetworkPolicyPort of networking.k8s.io/v1. */
export const policyPorts: PlainMap = {
  type: 'array',
  items: closed({ port: portNumber, endPort: portNumber, protocol: { type: 'string', enum: ['TCP', 'UDP', 'SCTP'] } }),
};

/** A value that a person may set. `value('redis.replicaCount', 1, {type: 'integer'}, 'How many pods run.')` */
export const value = (path: string, fallback: Plain, schema: PlainMap, description: string): Hole =>
  new Hole({ path, fallback, schema, description });

/** Returns bytes as a quantity: `256Mi`. `undefined` for none; a part of a mebibyte counts as a whole kibibyte. */
export const memoryQuantity = (amount: string | number | undefined): string | undefined => {
  const bytes = bytesOf(amount);
  if (bytes === undefined || bytes <= 0) return undefined;
  const units = [
    ['Ti', 4],
    ['Gi', 3],
    ['Mi', 2],
  ] as const;
  const whole = units.find(([, power]) => bytes % 1024 ** power === 0);
  return whole === undefined ? `${Math.ceil(bytes / 1024)}Ki` : `${bytes / 1024 ** whole[1]}${whole[0]}`;
};

/** Returns cores as a quantity: 0.5 is `500m`, 2 is `2`. */
export const cpuQuantity = (cores: number | undefined): string | undefined => {
  if (cores === undefined || cores <= 0) return undefined;
  return Number.isInteger(cores) ? `${cores}` : `${Math.ceil(cores * 1_000)}m`;
};
