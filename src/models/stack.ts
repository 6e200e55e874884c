import * as z from 'zod';
import type { Generated, RenderOptions } from './artifact.ts';
import type { ComposeProject } from './compose.ts';

/**
 * What a Compose file cannot say of an application: `x-proxdeck` at its top and in its services. Everything that may be asked has one
 * place here; `assets/schemas/x-proxdeck.json` for editors is made of these schemas.
 */

/** A name of a service, a volume, a route: what every way of running a stack takes. */
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'letters a–z, digits and `-`, at most 63');
/** A name of a volume or a secret, as Compose takes it. */
const composeName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, 'letters, digits, `_`, `.` and `-`');
const port = z.int().min(1).max(65_535);
const text = z.string().min(1);
/** As Go writes it, and Compose: `1m30s`. */
const duration = z.string().regex(/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/, 'a duration is written as in `1m30s`');
/** As Compose writes it: `512m`, `1gb`. */
const size = z.string().regex(/^\d+(\.\d+)?\s*([kmgt]i?b?|b)?$/i, 'a size is written as in `512m` or `4gb`');
const host = z
  .string()
  .regex(/^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i, 'a host name');

/** How a value is made that nobody has to think of. */
const generateSchema = z.strictObject({
  kind: z.enum(['password', 'hex', 'base64', 'uuid', 'ed25519', 'rsa', 'certificate']),
  /** Random bytes in it; 32 is the least there is. */
  bytes: z.int().min(32).max(1_024).default(32),
});

/**
 * One thing a person sets: a variable of the environment, named once. The files for Compose, Helm, systemd and the reference of the
 * configuration are all made of this list, so they cannot drift apart.
 */
export const settingSchema = z.strictObject({
  description: text,
  /** Settings of a group stand together. */
  group: text.default('General'),
  type: z.enum(['text', 'url', 'integer', 'boolean', 'choice', 'port', 'duration', 'host']).default('text'),
  required: z.boolean().default(false),
  /** Without one and not required: it is left unset. Never for a sensitive one. */
  default: z.string().exactOptional(),
  example: z.string().exactOptional(),
  /** The values of a choice. */
  values: z.array(text).min(1).exactOptional(),
  /** A regular expression the whole value matches. */
  pattern: text.exactOptional(),
  minLength: z.int().min(1).exactOptional(),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
  /** Kept encrypted, never in a rendered file. */
  sensitive: z.boolean().default(false),
  generate: generateSchema.exactOptional(),
  /** How often it is to be made anew, in days. */
  rotateDays: z.int().min(1).exactOptional(),
  /** Longer words for the reference: what else is worth knowing. */
  notes: z.array(text).default([]),
});

/** A secret that is a file in the container: the `secrets` of the Compose file, by their names there. */
const secretSchema = z.strictObject({
  description: text,
  generate: generateSchema.exactOptional(),
  rotateDays: z.int().min(1).exactOptional(),
  /** The certificate or key of a leaf of `pki`. */
  leaf: z.strictObject({ name, part: z.enum(['certificate', 'key', 'chain', 'authority']) }).exactOptional(),
});

const routeSchema = z.strictObject({
  service: name,
  /** Of the container. */
  port,
  /** Without one: whatever name the request has. */
  host: host.exactOptional(),
  path: z.string().startsWith('/').default('/'),
  tls: z
    .strictObject({
      by: z.enum(['dns-01', 'http-01', 'internal', 'none']),
      /** For dns-01, as Traefik and lego name it: `cloudflare`. */
      provider: text.exactOptional(),
      email: z.email().exactOptional(),
    })
    .default({ by: 'internal' }),
  websocket: z.boolean().default(false),
  /** The same client goes to the same container. */
  sticky: z.boolean().default(false),
  /** `user:hash` entries stand in a secret of this name: HTTP basic authentication. */
  basicAuth: composeName.exactOptional(),
});

/** A question whose answer tells whether something works. Exactly one of `http`, `tcp` and `command`. */
export const checkSchema = z.strictObject({
  http: z
    .strictObject({
      path: z.string().startsWith('/'),
      port,
      status: z.int().min(100).max(599).default(200),
      /** Part of the answer's body. */
      contains: text.exactOptional(),
    })
    .exactOptional(),
  tcp: z.strictObject({ port }).exactOptional(),
  /** Run in the container, without a shell. */
  command: z.array(z.string()).min(1).exactOptional(),
  interval: duration.default('30s'),
  timeout: duration.default('5s'),
  retries: z.int().min(1).default(3),
  startPeriod: duration.default('30s'),
});

export const stackExtensionSchema = z.strictObject({
  title: text.exactOptional(),
  description: text.exactOptional(),
  /** Of the application, as its makers count. */
  version: text.default('1.0.0'),
  home: z.url().exactOptional(),
  sources: z.array(z.url()).default([]),
  icon: z.url().exactOptional(),
  keywords: z.array(text).default([]),
  maintainers: z
    .array(z.strictObject({ name: text, email: z.email().exactOptional(), url: z.url().exactOptional() }))
    .default([]),
  /** Where it runs: a target of proxdeck.yaml, and the guest it wants there. */
  target: z
    .strictObject({
      name: text.exactOptional(),
      guest: z
        .strictObject({
          kind: z.enum(['ct', 'vm']),
          cores: z.int().min(1),
          memory: size,
          disk: size,
          /** A network of the plan in proxdeck.yaml. */
          network: name.exactOptional(),
        })
        .exactOptional(),
    })
    .default({}),
  settings: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable is letters, digits and `_`'), settingSchema)
    .default({}),
  secrets: z.record(composeName, secretSchema).default({}),
  routes: z.array(routeSchema).default([]),
  /** An internal certificate authority, and whom it certifies. Keys are made by `secret generate` and stay encrypted. */
  pki: z
    .strictObject({
      authority: z.strictObject({
        commonName: text,
        days: z.int().min(1_826, 'an authority lives five years at least: 1826 days').default(3_650),
      }),
      leaves: z.array(
        z.strictObject({
          name,
          hosts: z.array(host).min(1),
          addresses: z.array(text).default([]),
          days: z.int().min(1).max(398, 'a certificate lives 398 days at most').default(90),
        }),
      ),
    })
    .exactOptional(),
  /** Asked after a deployment, from outside. */
  smoke: z
    .array(
      z.strictObject({
        name: text,
        service: name,
        check: checkSchema,
      }),
    )
    .default([]),
  /** Commands around a deployment, in a container of a service. */
  hooks: z
    .array(
      z.strictObject({
        at: z.enum(['before-deploy', 'after-deploy', 'before-stop']),
        service: name,
        command: z.array(z.string()).min(1),
        timeout: duration.default('5m'),
      }),
    )
    .default([]),
  backup: z
    .strictObject({
      /** systemd.time(7): `02:00`, `Sat 03:30`. */
      schedule: text.default('02:00'),
      volumes: z
        .record(
          composeName,
          z.strictObject({
            /** What makes it consistent: a dump in the service's container, to standard output. */
            dump: z.strictObject({ service: name, command: z.array(z.string()).min(1), file: text }).exactOptional(),
            exclude: z.array(text).default([]),
          }),
        )
        .default({}),
    })
    .exactOptional(),
  /** The least a machine must have. */
  requires: z.strictObject({ cores: z.int().min(1), memory: size, disk: size }).exactOptional(),
  kubernetes: z
    .strictObject({
      namespace: name.exactOptional(),
      ingressClass: z.string().default(''),
      /** The Gateway that routes attach to. */
      gateway: z.strictObject({ name, namespace: name.exactOptional() }).exactOptional(),
      storageClass: z.string().default(''),
    })
    .prefault({}),
  /** Words for the guide: whom the application talks to, and how that is set. */
  providers: z
    .array(
      z.strictObject({
        name: text,
        description: text,
        /** Settings and their values for this one; sensitive ones are only named, with ''. */
        settings: z.record(z.string(), z.string()),
        models: z.array(text).default([]),
        tips: z.array(text).default([]),
      }),
    )
    .default([]),
  /** What goes wrong, for the guide. */
  troubles: z
    .array(
      z.strictObject({
        symptom: text,
        cause: text,
        solution: text,
        prevention: text.exactOptional(),
        /** Ways of running it that it is about; all where none is named. */
        ways: z.array(z.enum(['compose', 'helm', 'kubernetes', 'systemd'])).default([]),
      }),
    )
    .default([]),
});

/** How an image is built: what a Dockerfile for it needs to know. */
export const buildSchema = z.strictObject({
  kind: z.enum(['go', 'dotnet', 'node', 'vite', 'python']),
  /** Of the language: `1.26`, `10.0`, `24`, `3.14`. */
  version: text,
  /** What is built: a Go package, a project file, an entry script, a Python module. */
  entry: text,
  /** Files that name the dependencies; they are copied before the source, so that the layer of the dependencies lasts. */
  manifests: z.array(text).default([]),
  port: port.exactOptional(),
  /** How it is run while it is written: `dotnet watch`, `npm run dev`. */
  develop: z.array(z.string()).min(1).exactOptional(),
  /** Debian packages the running image needs. */
  packages: z.array(text).default([]),
  /** Where the repository keeps its source, for labels. */
  source: z.url().exactOptional(),
});

export const serviceExtensionSchema = z.strictObject({
  description: text.exactOptional(),
  /** What makes a file for the `build` of this service; without one its own Dockerfile is taken as it is. */
  dockerfile: buildSchema.exactOptional(),
  /** A database, a queue: never published, one writer, its data outlives the container. */
  datastore: z.boolean().default(false),
  /** Whether it talks to the internet by itself. */
  internet: z.boolean().default(true),
  /** It lives. Must not ask what it depends on. */
  health: checkSchema.exactOptional(),
  /** It can take work. Where it differs from `health`. */
  ready: checkSchema.exactOptional(),
  metrics: z.strictObject({ port, path: z.string().startsWith('/').default('/metrics') }).exactOptional(),
  /** Paths that are written while it runs, beside its volumes: they become tmpfs where the rest is read-only. */
  scratch: z.array(z.string().startsWith('/')).default([]),
  /** Its root file system is written; why. */
  writesRoot: text.exactOptional(),
  /** Capabilities that it needs after all are dropped. */
  capabilities: z.array(text).default([]),
  /** Kept for a service that starts, does its work and ends: migrations. */
  once: z.boolean().default(false),
  kubernetes: z
    .strictObject({
      kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']).exactOptional(),
      replicas: z.int().min(0).exactOptional(),
      /** Two of it at once would spoil its data: no rolling update. */
      singleWriter: z.boolean().exactOptional(),
      autoscale: z
        .strictObject({ min: z.int().min(1), max: z.int().min(2), cpuPercent: z.int().min(1).max(100) })
        .exactOptional(),
      /** By volume: how large its claim is. */
      storage: z.record(z.string(), size).default({}),
      schedule: text.exactOptional(),
      /** The user of the image, by number, where the Compose file names none. */
      uid: z.int().min(1).exactOptional(),
    })
    .prefault({}),
  systemd: z
    .strictObject({
      /** The program on the machine, without a shell; without one the service runs as a Podman quadlet. */
      command: z.array(z.string()).min(1).exactOptional(),
      directory: z.string().startsWith('/').exactOptional(),
      /** It says when it is ready: `Type=notify`. */
      notify: z.boolean().default(false),
      watchdog: duration.exactOptional(),
      /** The unit of the distribution that is this service: `redis-server.service`. Then none is made. */
      provided: text.exactOptional(),
      /** Debian packages the machine needs for it. */
      packages: z.array(text).default([]),
      /** Its runtime writes code to run: .NET, Java, Node. */
      justInTime: z.boolean().default(false),
    })
    .prefault({}),
});

export type Setting = z.output<typeof settingSchema>;
export type Route = z.output<typeof routeSchema>;
export type Check = z.output<typeof checkSchema>;
export type StackExtension = z.output<typeof stackExtensionSchema>;
export type ServiceExtension = z.output<typeof serviceExtensionSchema>;
export type BuildPlan = z.output<typeof buildSchema>;

/** A value of the environment: texts, and settings that stay open in what is rendered. `['postgres://', {setting: 'DB_HOST'}]` */
export type LiveText = readonly (string | { readonly setting: string })[];

/**
 * An application as it was loaded: the Compose file with every variable replaced by its default, and beside it what Compose cannot say.
 * Pure data: the same stack renders to the same bytes on every machine.
 */
export interface Stack {
  readonly name: string;
  /** Paths within the stack's folder are relative to it and begin with `./`, also those above it (`../`): no machine's own place. */
  readonly project: ComposeProject;
  /** With `compose.dev.yaml` merged over it, where there is one. */
  readonly development: ComposeProject | undefined;
  readonly extension: StackExtension;
  /** By service; every service is in it. */
  readonly services: Readonly<Record<string, ServiceExtension>>;
  /** By service and variable: the environment with the settings left open. */
  readonly environment: Readonly<Record<string, Readonly<Record<string, LiveText>>>>;
  /** Texts of the files that the Compose file mounts or grants, by their path below the stack's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Digests by image, of images.lock: `redis:8-alpine` to `sha256:…`. */
  readonly digests: Readonly<Record<string, string>>;
}

/** Makes the files of one way of running a stack. No clock, no file system, no randomness. */
export type Generator = (stack: Stack, options: RenderOptions) => Generated;
