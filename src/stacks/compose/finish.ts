import type { ComposeJson, ComposeProject } from '../../models/compose.ts';
import { parseDotenv } from './dotenv.ts';
import { checkSecrets, checkServices } from './finishChecks.ts';
import { service as serviceShape } from './finishService.ts';
import {
  always,
  choice,
  flag,
  labels,
  list,
  named,
  plain,
  struct,
  text,
  textOptions,
  texts,
  integer,
  type Shape,
} from './finishShapes.ts';
import { failAt, isTreeList, isTreeMap, mapAt, type TreeMap } from './tree.ts';

/** What the files of a project are read in. */
export interface Surroundings {
  /** Name of the project. */
  readonly name: string;
  /** The variables that interpolation sees: the caller's, and those of `.env`. */
  readonly environment: ReadonlyMap<string, string>;
  /** Returns the bytes of a file by its absolute path, undefined where there is none. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>;
}

type Json = Readonly<Record<string, ComposeJson>>;

const isJsonMap = (value: ComposeJson | undefined): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isJsonList = (value: ComposeJson | undefined): value is readonly ComposeJson[] => Array.isArray(value);

const jsonOf = (value: ComposeJson | undefined): Json => (isJsonMap(value) ? value : {});

const jsonAt = (value: Json, key: string): Json => jsonOf(value[key]);

const network = struct({
  name: text,
  driver: text,
  driver_opts: labels,
  ipam: always(
    struct({
      driver: text,
      config: list(struct({ subnet: text, gateway: text, ip_range: text, aux_addresses: labels })),
    }),
    {},
  ),
  external: flag,
  internal: flag,
  attachable: flag,
  labels,
  enable_ipv4: choice,
  enable_ipv6: choice,
});

const volume = struct({ name: text, driver: text, driver_opts: labels, external: flag, labels });

const fileKeys = {
  name: text,
  file: text,
  environment: text,
  external: flag,
  labels,
  driver: text,
  driver_opts: textOptions,
  template_driver: text,
};

const model = struct({ name: text, model: text, context_size: integer, runtime_flags: texts });

/** What a project has beside its services, and who of them uses it. */
const resources: Readonly<
  Record<string, { readonly shape: Shape; readonly usedBy: (service: Json) => readonly string[] }>
> = {
  networks: { shape: network, usedBy: (service) => Object.keys(jsonAt(service, 'networks')) },
  volumes: {
    shape: volume,
    usedBy: (service) => sourcesOf(service['volumes'], ({ type }) => type === 'volume'),
  },
  secrets: {
    shape: struct(fileKeys),
    usedBy: (service) => [...sourcesOf(service['secrets']), ...sourcesOf(jsonAt(service, 'build')['secrets'])],
  },
  configs: { shape: struct({ ...fileKeys, content: text }), usedBy: (service) => sourcesOf(service['configs']) },
  models: { shape: model, usedBy: (service) => Object.keys(jsonAt(service, 'models')) },
};

const sourcesOf = (grants: ComposeJson | undefined, is: (grant: Json) => boolean = () => true): readonly string[] =>
  (isJsonList(grants) ? grants : []).flatMap((grant) =>
    isJsonMap(grant) && is(grant) && typeof grant['source'] === 'string' ? [grant['source']] : [],
  );

/** The variables of a service: its own, those of its `env_file`s, and for what has no value that of the surroundings. */
const environmentOf = async (
  tree: TreeMap,
  name: string,
  own: Json,
  { environment, readFile }: Surroundings,
): Promise<Json> => {
  const given = Object.entries(own).map(([key, value]) => [key, value ?? environment.get(key) ?? null] as const);
  const known = new Map(given.flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])));
  let variables = new Map(known);
  const files = mapAt(tree, ['services', name])['env_file'];
  for (const [index, file] of (isTreeList(files) ? files : []).entries()) {
    if (!isTreeMap(file)) continue;
    const { path, format } = file;
    const required = choice(file['required'], { root: tree, path: ['services', name, 'env_file', index, 'required'] });
    const bytes = await readFile(String(path));
    if (bytes === undefined && required !== false)
      failAt(
        tree,
        ['services', name, 'env_file', index],
        `there is no file \`${String(path)}\``,
        'Make it, or say `required: false`.',
      );
    if (bytes === undefined) continue;
    variables = parseDotenv(bytes, {
      name: String(path),
      lookup: (variable) => environment.get(variable) ?? known.get(variable),
      ...(typeof format === 'string' ? { format } : {}),
      before: variables,
    });
  }
  return { ...Object.fromEntries(variables), ...Object.fromEntries(given) };
};

/** The labels of a service: those of its `label_file`s, its own over them. */
const labelsOf = async (tree: TreeMap, name: string, own: Json, { readFile }: Surroundings): Promise<Json> => {
  let read = new Map<string, string>();
  const files = mapAt(tree, ['services', name])['label_file'];
  for (const [index, file] of (isTreeList(files) ? files : []).entries()) {
    const bytes = await readFile(String(file));
    if (bytes === undefined)
      return failAt(tree, ['services', name, 'label_file', index], `there is no file \`${String(file)}\``);
    const before = read;
    read = parseDotenv(bytes, { name: String(file), lookup: (variable) => before.get(variable), before });
  }
  return { ...Object.fromEntries(read), ...own };
};

/** Arguments of a build without a value are those of the surroundings, or none. */
const argumentsOf = (own: Json, environment: ReadonlyMap<string, string>): Json =>
  Object.fromEntries(
    Object.entries(own).flatMap(([key, value]) => {
      const found = value ?? environment.get(key);
      return found === undefined ? [] : [[key, found]];
    }),
  );

/** A key with a mapping, or without the key where the mapping is empty. */
const withMap = (whole: Json, key: string, value: Json): Json => {
  const { [key]: _, ...rest } = whole;
  return Object.keys(value).length === 0 ? rest : { ...rest, [key]: value };
};

const finishService = async (tree: TreeMap, name: string, own: Json, surroundings: Surroundings): Promise<Json> => {
  const environment = await environmentOf(tree, name, jsonAt(own, 'environment'), surroundings);
  const labelled = await labelsOf(tree, name, jsonAt(own, 'labels'), surroundings);
  const whole = withMap(withMap(own, 'environment', environment), 'labels', labelled);
  const { build, deploy, scale } = whole;
  return {
    ...whole,
    ...(isJsonMap(build)
      ? { build: withMap(build, 'args', argumentsOf(jsonAt(build, 'args'), surroundings.environment)) }
      : {}),
    ...(isJsonMap(deploy) && scale !== undefined ? { deploy: { ...deploy, replicas: scale } } : {}),
  };
};

/** Prints what stands below one key of a tree. Throws `config` for a value that is none of its kind. */
const printed = (tree: TreeMap, key: string, shape: Shape): Readonly<Record<string, Json>> => {
  const entries = Object.entries(jsonOf(named(shape)(mapAt(tree, [key]), { root: tree, path: [key] })));
  return Object.fromEntries(entries.map(([name, each]) => [name, jsonOf(each)]));
};

const moment = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) (?:UTC|[+-]\d{4})$/;

/** Unquoted dates are moments, which are written in another way as a value of their own than within a text. */
const withMoments = (value: ComposeJson): ComposeJson => {
  if (typeof value === 'string')
    return value.replace(moment, '$1T$2$3:$4').replace(/^(\d{4}-\d\d-\d\dT\S*)\+00:00$/, '$1Z');
  if (isJsonList(value)) return value.map(withMoments);
  return isJsonMap(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withMoments(each)]))
    : value;
};

/**
 * Returns the project as `docker compose config --format json` prints it, but with `$` where it prints `$$`, and with `x-` keys and models,
 * which its JSON leaves out. The tree is normalised, its paths are absolute, only services of active profiles are left. Reads `env_file`
 * and `label_file`, drops resources nobody uses.
 */
export const finish = async (tree: TreeMap, surroundings: Surroundings): Promise<ComposeProject> => {
  const written = printed(tree, 'services', serviceShape);
  const others = Object.entries(resources).map(
    ([key, { shape, usedBy }]) => [key, printed(tree, key, shape), usedBy] as const,
  );
  checkServices(tree, written);
  checkSecrets(tree, printed(tree, 'secrets', struct(fileKeys)));
  const services: Record<string, Json> = {};
  for (const [name, service] of Object.entries(written))
    services[name] = await finishService(tree, name, service, surroundings);
  const used = others.flatMap(([key, all, usedBy]) => {
    const names = new Set(Object.values(services).flatMap((service) => usedBy(service)));
    const kept = Object.entries(all).filter(([name]) => names.has(name));
    return kept.length === 0 ? [] : [[key, Object.fromEntries(kept)] as const];
  });
  const extensions = Object.entries(tree)
    .filter(([key]) => key.startsWith('x-'))
    .map(([key, value]) => [key, withMoments(plain(value))] as const);
  return { name: surroundings.name, services, ...Object.fromEntries(used), ...Object.fromEntries(extensions) };
};

/** Throws `config` for a value of a service that is none of its kind, as `finish` does; for services whose profile is not active. */
export const checkValues = (tree: TreeMap): void => {
  printed(tree, 'services', serviceShape);
};

export { filled } from './finishDefaults.ts';
export { normalised } from './finishNormal.ts';
