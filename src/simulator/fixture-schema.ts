import * as z from 'zod';
import { parseUpid } from './upid.ts';

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
const spans: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

const measured = (table: Readonly<Record<string, number>>, pattern: RegExp, example: string) =>
  z.union([
    z.number(),
    z
      .string()
      .regex(pattern, `expected a number with a unit such as ${example}`)
      .transform((text) => {
        const [, amount, unit = ''] = pattern.exec(text) ?? [];
        return Math.round(Number(amount) * (table[unit] ?? 1));
      }),
  ]);

/** Bytes: a number, or `512M`, `8G`, `1.5T`. */
const size = measured(units, /^(\d+(?:\.\d+)?)([KMGT]?)$/, '8G');
/** Seconds: a number, or `90s`, `15m`, `3h`, `12d`. */
const span = measured(spans, /^(\d+(?:\.\d+)?)([smhd]?)$/, '3h');

/** A load: its mean as a fraction of the limit, or the whole curve. */
const load = z.union([
  z.number(),
  z.strictObject({
    mean: z.number(),
    amplitude: z.number().default(0),
    period: span.default(3600),
    seed: z.number().optional(),
  }),
]);

const setting = z.union([z.string(), z.number()]);
const settings = z.record(z.string(), setting);
const facts = z.record(z.string(), z.unknown());
const flagged = z.union([z.boolean(), z.literal(0).transform(() => false), z.literal(1).transform(() => true)]);

const firewall = z.strictObject({
  rules: z.array(facts).default([]),
  options: facts.default({}),
  aliases: z.record(z.string(), facts).default({}),
  ipsets: z.record(z.string(), facts).default({}),
});

const service = z.strictObject({
  desc: z.string(),
  active: flagged.default(true),
  state: z.string().default('running'),
  unitState: z.string().default('enabled'),
});

const node = z.strictObject({
  ip: z.string().default('127.0.0.1'),
  online: flagged.default(true),
  uptime: span.default(86_400),
  cpus: z.number().int().positive().default(4),
  cpuModel: z.string().default('Common KVM processor'),
  memory: size.default(8 * 2 ** 30),
  root: size.default(32 * 2 ** 30),
  rootUsed: size.optional(),
  swap: size.default(0),
  kernel: z.string().default('6.17.4-1-pve'),
  load: load.default(0.02),
  services: z.record(z.string(), service).default({}),
  interfaces: z.record(z.string(), facts).default({}),
  /** interfaces.new: all interfaces as they will be once the change is applied. */
  pendingInterfaces: z.record(z.string(), facts).optional(),
  disks: z.array(facts).default([]),
  facts: facts.default({}),
  firewall: firewall.optional(),
  syslog: z.array(z.strictObject({ ago: span, text: z.string(), unit: z.string().optional() })).default([]),
});

const snapshot = z.strictObject({
  ago: span.default(0),
  description: z.string().optional(),
  parent: z.string().optional(),
  vmstate: flagged.optional(),
  snapstate: z.string().optional(),
  config: settings.default({}),
});

const guest = z.strictObject({
  type: z.enum(['lxc', 'qemu']),
  node: z.string(),
  running: flagged.default(false),
  qmpstatus: z.string().optional(),
  uptime: span.default(3600),
  pid: z.number().int().optional(),
  config: settings.default({}),
  pending: z.record(z.string(), setting.nullable()).default({}),
  snapshots: z.record(z.string(), snapshot).default({}),
  cpu: load.default(0.02),
  memory: load.default(0.3),
  diskUsed: size.default(0),
  traffic: z
    .strictObject({ netin: z.number(), netout: z.number(), diskread: z.number(), diskwrite: z.number() })
    .partial()
    .default({}),
  agent: z
    .strictObject({ running: flagged.default(true), addresses: z.array(z.string()).default([]), os: facts.optional() })
    .optional(),
  firewall: firewall.optional(),
});

const volume = z.strictObject({
  content: z.string().optional(),
  format: z.string().optional(),
  size,
  used: size.optional(),
  ago: span.default(0),
  vmid: z.number().int().optional(),
  parent: z.string().optional(),
  notes: z.string().optional(),
  protected: flagged.optional(),
  subtype: z.string().optional(),
  verification: facts.optional(),
  archive: z.strictObject({ type: z.enum(['lxc', 'qemu']), config: settings }).optional(),
});

const place = z.strictObject({
  total: size.default(100 * 2 ** 30),
  used: size.default(0),
  /** Bytes a day by which it filled. */
  growth: size.optional(),
  active: flagged.default(true),
  delayMs: z.number().min(0).default(0),
  volumes: z.record(z.string(), volume).default({}),
});

const storage = z.strictObject({
  config: settings.refine((config) => 'type' in config, 'a storage needs a type'),
  /** One place for a shared storage: key `shared`. Else one a node. */
  places: z.record(z.string(), place).default({}),
});

const user = z.strictObject({
  password: z.string().optional(),
  enable: flagged.default(true),
  expire: z.number().default(0),
  firstname: z.string().optional(),
  lastname: z.string().optional(),
  email: z.string().optional(),
  comment: z.string().optional(),
  tokens: z
    .record(
      z.string(),
      z.strictObject({
        secret: z.string(),
        privsep: flagged.default(true),
        expire: z.number().default(0),
        comment: z.string().optional(),
      }),
    )
    .default({}),
  tfa: z
    .array(
      z.strictObject({
        id: z.string(),
        type: z.enum(['totp', 'recovery', 'webauthn']),
        description: z.string().default(''),
        created: z.number().default(0),
        enable: flagged.default(true),
        /** Base32 for totp; the recovery keys separated by blanks; the id of the credential for webauthn, which nothing here can prove. */
        secret: z.string(),
      }),
    )
    .default([]),
});

const aclEntry = z.strictObject({
  path: z.string(),
  user: z.string().optional(),
  group: z.string().optional(),
  token: z.string().optional(),
  role: z.string(),
  propagate: flagged.default(true),
});

const haResource = z.strictObject({
  state: z.string().default('started'),
  group: z.string().optional(),
  max_restart: z.number().default(1),
  max_relocate: z.number().default(1),
  comment: z.string().optional(),
  crmState: z.string().optional(),
});

/** A line of the node's task index: everything else is in the UPID. */
const indexedTask = z.strictObject({
  upid: z.string().refine((upid) => parseUpid(upid) !== undefined, 'expected a UPID'),
  seconds: z.number().default(1),
  status: z.string().default('OK'),
  log: z.array(z.string()).default([]),
});

const describedTask = z.strictObject({
  node: z.string(),
  type: z.string(),
  id: z.union([z.string(), z.number().transform(String)]).default(''),
  user: z.string().default('root@pam'),
  ago: span,
  seconds: z.number().default(1),
  status: z.string().default('OK'),
  log: z.array(z.string()).default([]),
});

/** The YAML fixture of a simulated cluster: docs/simulator.md describes it key by key. */
export const fixtureSchema = z.strictObject({
  version: z
    .strictObject({ version: z.string(), release: z.string(), repoid: z.string() })
    .default({ version: '9.2.11', release: '9.2', repoid: '14a22df3000000aa' }),
  cluster: z
    .strictObject({ name: z.string(), version: z.number().default(1), quorate: flagged.default(true) })
    .optional(),
  nodes: z
    .record(z.string(), node)
    .refine((nodes) => Object.keys(nodes).length > 0, 'a cluster needs at least one node'),
  guests: z.record(z.string().regex(/^\d+$/, 'a guest is named by its vmid'), guest).default({}),
  storages: z.record(z.string(), storage).default({}),
  pools: z
    .record(
      z.string(),
      z.strictObject({
        comment: z.string().optional(),
        vms: z.array(z.number().int()).default([]),
        storages: z.array(z.string()).default([]),
      }),
    )
    .default({}),
  realms: z.record(z.string(), settings).optional(),
  users: z.record(z.string(), user).default({}),
  groups: z
    .record(z.string(), z.strictObject({ comment: z.string().optional(), members: z.array(z.string()).default([]) }))
    .default({}),
  roles: z.record(z.string(), z.array(z.string())).default({}),
  acl: z.array(aclEntry).default([]),
  options: settings.default({}),
  backupJobs: z.record(z.string(), settings).default({}),
  firewall: firewall.optional(),
  ha: z
    .strictObject({
      resources: z.record(z.string(), haResource).default({}),
      rules: z.record(z.string(), facts).default({}),
    })
    .optional(),
  sections: z.record(z.string(), z.record(z.string(), facts)).default({}),
  tasks: z.array(z.union([indexedTask, describedTask])).default([]),
});

export type Fixture = z.output<typeof fixtureSchema>;
