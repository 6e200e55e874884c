import { Computed } from './tree.ts';

/** Names as Kubernetes takes them, and where each service stands in values.yaml. */

/** Top-level keys of values.yaml that are no service. */
const taken: ReadonlySet<string> = new Set([
  'global',
  'nameOverride',
  'fullnameOverride',
  'imagePullSecrets',
  'serviceAccount',
  'config',
  'secret',
  'routes',
  'ingress',
  'httpRoute',
  'networkPolicy',
  'tests',
]);

/** A StatefulSet or CronJob puts a hash of eleven characters behind its name, into a label of at most 63. */
export const longestName = 52;

/** Returns a text as a DNS label that begins with a letter (RFC 1035), at most `longestName` characters. */
export const dnsLabel = (text: string): string => {
  const label = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '');
  return (/^[a-z]/.test(label) ? label : `s-${label}`).slice(0, longestName).replace(/-+$/, '');
};

const camel = (label: string): string => label.replaceAll(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Gives each name another value than the others have. */
const unique = (
  names: readonly string[],
  form: (name: string) => string,
  used: ReadonlySet<string>,
): ReadonlyMap<string, string> => {
  const given = new Set(used);
  return new Map(
    names.map((name) => {
      const first = form(name);
      let candidate = first;
      for (let index = 2; given.has(candidate); index += 1) candidate = `${first}${index}`;
      given.add(candidate);
      return [name, candidate];
    }),
  );
};

export interface Names {
  /** Of the chart, the release, the namespace where none is named. */
  readonly chart: string;
  /** Of a service: its DNS name, the value of its label. */
  component(service: string): string;
  /** Where its values stand: `voiceServer`. */
  section(service: string): string;
  /** What stands behind the name of the release in the names of its objects; empty for the service that the stack is named after. */
  suffix(service: string): string;
  /** The file of one of its objects: `redis-statefulset`, `deployment`. */
  file(service: string, object: string): string;
  /** The name of an object: the release's, and a suffix such as `-redis-config`. */
  object(suffix: string): Computed;
}

/** Returns the names for a stack and its services. */
export const namesOf = (stack: string, services: readonly string[]): Names => {
  const chart = dnsLabel(stack);
  const components = unique(services, dnsLabel, new Set());
  const sections = unique(services, (service) => camel(components.get(service) ?? service), taken);
  const component = (service: string): string => components.get(service) ?? dnsLabel(service);
  const suffix = (service: string): string => (component(service) === chart ? '' : `-${component(service)}`);
  const objectName = (behind: string): string =>
    `${chart.slice(0, longestName - behind.length).replace(/-+$/, '')}${behind}`;
  return {
    chart,
    component,
    section: (service) => sections.get(service) ?? camel(dnsLabel(service)),
    suffix,
    file: (service, object) => `${suffix(service)}-${object}`.slice(1),
    object: (behind) =>
      new Computed(`include "${chart}.object" (list . ${JSON.stringify(behind)})`, () => objectName(behind)),
  };
};
