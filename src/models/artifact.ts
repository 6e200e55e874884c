/** One file that a generator made. */
export interface Artifact {
  /** Below the generator's own folder, with `/`; never outside of it. */
  readonly path: string;
  readonly content: string;
  /** Permission bits: 0o644, 0o755 for scripts. */
  readonly mode: 0o644 | 0o755;
}

/** A key of the stack that a way of running it cannot carry. Nothing is lost silently. */
export interface Loss {
  /** Where it stands in the Compose file: `services.web.networks`. */
  readonly path: string;
  /** What becomes of it there, one sentence: `systemd has no virtual networks; the service listens on the host.` */
  readonly message: string;
}

export interface Generated {
  readonly artifacts: readonly Artifact[];
  readonly losses: readonly Loss[];
}

/** What is known of the place that is rendered for; the defaults are Debian 13's. */
export interface RenderOptions {
  /** Newer keys are left out for an older one. */
  readonly systemd: number;
  /** `1.36`: older APIs are written for an older one. */
  readonly kubernetes: string;
}

export const usualOptions: RenderOptions = { systemd: 257, kubernetes: '1.36' };

/** Names of the generators; each has a folder in `generators/` and one below `rendered/<stack>/`. */
export const generatorNames = [
  'compose',
  'dockerfile',
  'helm',
  'kubernetes',
  'systemd',
  'proxy',
  'pki',
  'scripts',
  'workflows',
  'docs',
] as const;
export type GeneratorName = (typeof generatorNames)[number];
