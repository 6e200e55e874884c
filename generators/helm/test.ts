import type { ObjectSet } from '../kubernetes/objects.ts';
import { hasPods, type Workload } from '../kubernetes/plan.ts';
import { someText, value } from '../kubernetes/schemas.ts';
import { Computed, type Hole, type TreeMap } from '../kubernetes/tree.ts';
import { template } from './template.ts';

/** The pod of `helm test`: asks every service that is open to the outside, by the name and port that routes use. */

export const testImage: Hole = value(
  'tests.image',
  'busybox:1.37.0',
  someText,
  'The image of the pod of `helm test`: it needs wget and nc.',
);

const question = ({ component, ports, extension }: Workload): string | undefined => {
  const port = ports.find(({ open, protocol }) => open && protocol === 'TCP');
  if (port === undefined) return undefined;
  const asked = extension.ready?.http ?? extension.health?.http;
  const isHttp = asked?.port === port.number && asked.status < 400;
  return isHttp
    ? `wget -q -T 10 -O /dev/null http://${component}:${port.number}${asked.path}`
    : `nc -z -w 10 ${component} ${port.number}`;
};

/** Returns the template of the pod; none where nothing is open. */
export const connectionTest = ({ plan }: ObjectSet): readonly string[] => {
  const questions = plan.workloads.filter(hasPods).flatMap((workload) => question(workload) ?? []);
  if (questions.length === 0) return [];
  const { chart } = plan.names;
  const pod: TreeMap = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: plan.names.object('-test-connection'),
      namespace: new Computed('.Release.Namespace', () => plan.namespace),
      // Not the labels of the release: its network policies would hold for this pod too.
      labels: { 'app.kubernetes.io/component': 'test', 'app.kubernetes.io/part-of': chart },
      annotations: { 'helm.sh/hook': 'test', 'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded' },
    },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65_532,
        runAsGroup: 65_532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'ask',
          image: testImage,
          command: ['sh', '-c', ['set -eu', ...questions].join('\n')],
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
        },
      ],
    },
  };
  return [template(pod)];
};
