import type { GeneratorName } from '../src/models/artifact.ts';
import type { Generator } from '../src/models/stack.ts';

interface GeneratorEntry {
  /** What it makes, a few words. */
  readonly title: string;
  readonly load: () => Promise<Generator>;
}

/** Every generator by its name, in the order in which they are shown. Each is loaded when something is rendered with it. */
export const generators: Readonly<Record<GeneratorName, GeneratorEntry>> = {
  compose: { title: 'Docker Compose', load: async () => (await import('./compose/index.ts')).compose },
  dockerfile: { title: 'Dockerfiles', load: async () => (await import('./dockerfile/index.ts')).dockerfile },
  helm: { title: 'Helm chart', load: async () => (await import('./helm/index.ts')).helm },
  kubernetes: {
    title: 'Kubernetes with kustomize',
    load: async () => (await import('./kubernetes/index.ts')).kubernetes,
  },
  systemd: { title: 'systemd units and quadlets', load: async () => (await import('./systemd/index.ts')).systemd },
  proxy: { title: 'Reverse proxies', load: async () => (await import('./proxy/index.ts')).proxy },
  pki: { title: 'Internal certificate authority', load: async () => (await import('./pki/index.ts')).pki },
  scripts: { title: 'Scripts for operations', load: async () => (await import('./scripts/index.ts')).scripts },
  workflows: { title: 'GitHub Actions', load: async () => (await import('./workflows/index.ts')).workflows },
  docs: { title: 'Documents', load: async () => (await import('./docs/index.ts')).docs },
};
