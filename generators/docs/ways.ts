/** The ways of running a stack, compared once: every document that compares reads this. */

export type WayName = 'compose' | 'helm' | 'kubernetes' | 'systemd';

interface Way {
  readonly title: string;
  readonly guide: string;
  readonly minutes: number;
  readonly complexity: string;
  readonly resources: string;
  readonly scaling: string;
  readonly maintenance: string;
  readonly performance: string;
  readonly security: string;
  readonly use: string;
  readonly needs: string;
}

export const ways: Readonly<Record<WayName, Way>> = {
  compose: {
    title: 'Docker Compose',
    guide: 'guide-docker.md',
    minutes: 15,
    complexity: 'low',
    resources: 'one machine, Docker about 150 MB',
    scaling: 'one machine; copies of services without data',
    maintenance: 'pull and up',
    performance: 'a bridge and a proxy between client and program',
    security: 'no new privileges, no capabilities, read-only, own networks',
    use: 'a home, a small team, trying it',
    needs: 'Docker Engine 28, Compose 5',
  },
  helm: {
    title: 'Helm chart',
    guide: 'guide-helm.md',
    minutes: 20,
    complexity: 'high',
    resources: 'a cluster, from 2 GB for it alone',
    scaling: 'many machines, autoscaling',
    maintenance: 'helm upgrade, helm rollback',
    performance: 'a network of the cluster; spread over machines',
    security: 'restricted pods, network policies, no token, Secrets',
    use: 'a cluster that several people install into',
    needs: 'Kubernetes, Helm 3.18 or 4',
  },
  kubernetes: {
    title: 'kustomize',
    guide: 'guide-kubernetes.md',
    minutes: 20,
    complexity: 'high',
    resources: 'a cluster, from 2 GB for it alone',
    scaling: 'many machines',
    maintenance: 'kubectl apply, git revert',
    performance: 'a network of the cluster; spread over machines',
    security: 'restricted pods, network policies, no token, Secrets',
    use: 'a cluster that follows git (Argo CD, Flux)',
    needs: 'Kubernetes, kubectl 1.27',
  },
  systemd: {
    title: 'systemd',
    guide: 'guide-systemd.md',
    minutes: 25,
    complexity: 'medium',
    resources: 'one machine, nothing beside the programs',
    scaling: 'one machine, one process a unit',
    maintenance: 'packages of the distribution, install.sh',
    performance: 'nothing between client and program',
    security: 'sandbox of systemd, credentials, no engine that is root',
    use: 'a small machine or container without Docker',
    needs: 'systemd, Podman 5 for containers',
  },
};

export const wayNames = ['compose', 'helm', 'kubernetes', 'systemd'] as const satisfies readonly WayName[];
