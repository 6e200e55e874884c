import { didYouMean } from '../../models/nearest.ts';
import { failAt, isTreeList, isTreeMap, mapAt, originAt, type Tree, type TreeMap, type TreePath } from './tree.ts';

/** What a service names: other services, networks, volumes, secrets, configs and models. Each must be there. */

interface Subject {
  readonly tree: TreeMap;
  /** Services whose profile is not active, by name. */
  readonly disabled: TreeMap;
  readonly name: string;
  readonly service: TreeMap;
}

const kindNames = {
  networks: 'network',
  volumes: 'volume',
  secrets: 'secret',
  configs: 'config',
  models: 'model',
} as const;

const defined = ({ tree, name }: Subject, kind: keyof typeof kindNames, wanted: string, at: TreePath): void => {
  const known = mapAt(tree, [kind]);
  if (Object.hasOwn(known, wanted)) return;
  const what = kindNames[kind];
  failAt(
    tree,
    ['services', name, ...at],
    `there is no ${what} \`${wanted}\`.${didYouMean(wanted, Object.keys(known))}`,
    `Name it under \`${kind}:\` at the top of the file.`,
  );
};

const listAt = (tree: TreeMap, ...path: TreePath): readonly Tree[] => {
  const found = path.reduce<Tree | undefined>((here, step) => (isTreeMap(here) ? here[step] : undefined), tree);
  return isTreeList(found) ? found : [];
};

const checkResources = (subject: Subject): void => {
  const { service } = subject;
  for (const key of ['networks', 'models'] as const)
    for (const name of Object.keys(mapAt(service, [key]))) defined(subject, key, name, [key, name]);
  const granted = [
    ['secrets', ['secrets']],
    ['configs', ['configs']],
    ['secrets', ['build', 'secrets']],
  ] as const;
  for (const [kind, path] of granted)
    listAt(service, ...path).forEach((grant, index) => {
      if (isTreeMap(grant)) defined(subject, kind, String(grant['source'] ?? ''), [...path, index]);
    });
  listAt(service, 'volumes').forEach((mount, index) => {
    if (!isTreeMap(mount) || mount['type'] !== 'volume') return;
    if (typeof mount['source'] === 'string' && mount['source'] !== '')
      defined(subject, 'volumes', mount['source'], ['volumes', index]);
  });
};

const checkService = ({ tree, disabled, name }: Subject, wanted: string, at: TreePath, required: boolean): void => {
  const known = mapAt(tree, ['services']);
  if (Object.hasOwn(known, wanted)) return;
  const off = disabled[wanted];
  if (off === undefined)
    failAt(
      tree,
      ['services', name, ...at],
      `there is no service \`${wanted}\`.${didYouMean(wanted, Object.keys({ ...known, ...disabled }))}`,
    );
  if (!required || !isTreeMap(off)) return;
  const profiles = listAt(off, 'profiles').map(String).join(', ');
  failAt(
    tree,
    ['services', name, ...at],
    `the service \`${wanted}\` is needed here, but none of its profiles is active: ${profiles}.`,
    'Make its profile active, or write `required: false`.',
  );
};

const checkServices = (subject: Subject): void => {
  const { service } = subject;
  for (const [wanted, how] of Object.entries(mapAt(service, ['depends_on'])))
    checkService(subject, wanted, ['depends_on', wanted], !isTreeMap(how) || how['required'] !== false);
  const mode = service['network_mode'];
  if (typeof mode === 'string' && mode.startsWith('service:'))
    checkService(subject, mode.slice('service:'.length), ['network_mode'], true);
  for (const [key, context] of Object.entries(mapAt(service, ['build', 'additional_contexts']))) {
    if (typeof context !== 'string' || !context.startsWith('service:')) continue;
    const wanted = context.slice('service:'.length);
    const at = ['build', 'additional_contexts', key];
    checkService(subject, wanted, at, true);
    if (mapAt(subject.tree, ['services', wanted])['build'] === undefined)
      failAt(subject.tree, ['services', subject.name, ...at], `the service \`${wanted}\` is not built here.`);
  }
};

/** Finds a way of dependencies that comes back to where it began. */
const checkCycles = (tree: TreeMap): void => {
  const services = mapAt(tree, ['services']);
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    if (done.has(name)) return;
    for (const next of Object.keys(mapAt(services, [name, 'depends_on']))) {
      if (!Object.hasOwn(services, next)) continue;
      const whole = [...way, name];
      const begin = whole.indexOf(next);
      if (begin !== -1)
        failAt(
          tree,
          ['services', name, ...(originAt(services, [name, 'depends_on', next]) ? ['depends_on', next] : [])],
          `services depend on each other in a circle: ${[...whole.slice(begin), next].join(' → ')}.`,
          'Take one dependency of the circle away.',
        );
      visit(next, whole);
    }
    done.add(name);
  };
  for (const name of Object.keys(services)) visit(name, []);
};

/**
 * Throws `config` with file:line:column for whatever a service names that is not there, and for dependencies in a circle. The tree is
 * normalised and has the services of active profiles only; `disabled` are the others.
 */
export const checkReferences = (tree: TreeMap, disabled: TreeMap): void => {
  for (const [name, service] of Object.entries(mapAt(tree, ['services']))) {
    if (!isTreeMap(service)) continue;
    const subject = { tree, disabled, name, service };
    checkResources(subject);
    checkServices(subject);
  }
  checkCycles(tree);
};
