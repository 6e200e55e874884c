import type { Loss } from '../../src/models/artifact.ts';
import type { Plan, Workload } from './plan.ts';
import { underAll, type Tree, type TreeMap } from './tree.ts';

/** `depends_on`: Kubernetes starts everything at once; who must wait does it by itself, with what its own image carries. */

const knocks: Readonly<Record<string, (host: string, port: number) => readonly string[]>> = {
  nc: (host, port) => ['sh', '-c', `until nc -z -w 2 ${host} ${port}; do sleep 2; done`],
  bash: (host, port) => ['bash', '-c', `until (exec 3<>/dev/tcp/${host}/${port}) 2>/dev/null; do sleep 2; done`],
  node: (host, port) => [
    'node',
    '-e',
    `const go=()=>require('net').connect(${port},'${host}',()=>process.exit(0)).on('error',()=>setTimeout(go,2000));go()`,
  ],
  python3: (host, port) => [
    'python3',
    '-c',
    [
      'import socket, time',
      'while True:',
      '    try:',
      `        socket.create_connection(("${host}", ${port}), 2).close()`,
      '        break',
      '    except OSError:',
      '        time.sleep(2)',
    ].join('\n'),
  ],
};

interface Waits {
  readonly containers: readonly Tree[];
  readonly losses: readonly Loss[];
}

/** Returns containers that wait until the services that must be healthy answer. `base` is what they share with the one that waits. */
export const waitsOf = (plan: Plan, workload: Workload, base: TreeMap): Waits => {
  const containers: Tree[] = [];
  const losses: Loss[] = [];
  for (const [name, { condition }] of Object.entries(workload.compose.depends_on ?? {})) {
    const dependency = plan.workloads.find(({ service }) => service === name);
    const path = `services.${workload.service}.depends_on.${name}`;
    if (dependency === undefined || condition === 'service_completed_successfully') {
      if (dependency?.kind !== 'Init')
        losses.push({ path, message: 'Nothing waits for it: Kubernetes starts both at once.' });
      continue;
    }
    const port = dependency.ports.find(({ protocol }) => protocol === 'TCP');
    const knock = Object.entries(knocks).find(([tool]) => workload.facts?.tools.includes(tool) === true)?.[1];
    if (condition === 'service_started' || port === undefined || knock === undefined) {
      losses.push({
        path,
        message:
          condition === 'service_started'
            ? 'Kubernetes starts both at once; the service must bear that the other is not there yet.'
            : port === undefined
              ? `No port of ${name} is known: nothing waits for it; \`expose\` says one.`
              : 'Its image carries nothing that could wait: the service must try again until the other answers.',
      });
      continue;
    }
    containers.push(
      underAll([dependency.enabled], {
        name: `wait-for-${dependency.component}`,
        ...base,
        command: knock(dependency.component, port.number),
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '128Mi' } },
      }),
    );
  }
  return { containers, losses };
};
