import * as z from 'zod';
import { didYouMean } from '../../models/nearest.ts';
import { names, service } from './schemaService.ts';
import {
  described,
  either,
  flag,
  list,
  mapping,
  named,
  optionsByName,
  pairs,
  scalar,
  text,
  textOrTexts,
  textsByName,
} from './schemaParts.ts';
import { failAt, type TreeMap, type TreePath } from './tree.ts';

/** What the Compose Specification allows in a file; its JSON schema is that of compose-go 2.10.1, which docker compose 5.1.0 has in it. */

const external = either(scalar('boolean', 'text'), mapping({ name: text }));

const network = mapping({
  name: text,
  driver: text,
  driver_opts: optionsByName,
  ipam: mapping({
    driver: text,
    config: list(mapping({ subnet: text, ip_range: text, gateway: text, aux_addresses: textsByName })),
    options: textsByName,
  }),
  external,
  internal: flag,
  enable_ipv4: flag,
  enable_ipv6: flag,
  attachable: flag,
  labels: pairs,
});

const volume = mapping({ name: text, driver: text, driver_opts: optionsByName, external, labels: pairs });

const secret = mapping({
  name: text,
  environment: text,
  file: text,
  external,
  labels: pairs,
  driver: text,
  driver_opts: optionsByName,
  template_driver: text,
});

const config = mapping({
  name: text,
  content: text,
  environment: text,
  file: text,
  external,
  labels: pairs,
  template_driver: text,
});

const model = mapping(
  { name: text, model: text, context_size: scalar('integer'), runtime_flags: list(text) },
  { required: ['model'] },
);

const nothing = scalar('nothing');

const composeSchema = mapping({
  version: text,
  name: text,
  include: list(
    either(text, mapping({ path: textOrTexts, env_file: textOrTexts, project_directory: text }, { extensions: false })),
  ),
  services: named(service, names),
  models: named(model),
  networks: named(either(nothing, network)),
  volumes: named(either(nothing, volume), names),
  secrets: named(secret, names),
  configs: named(config, names),
});

/** What a schema is made of, as far as its keys are asked for. Names that a person chooses stand as `*`, places in lists as `[]`. */
const inside = (schema: z.core.$ZodType): readonly (readonly [key: string, schema: z.core.$ZodType])[] => {
  if (schema instanceof z.ZodOptional) return inside(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => inside(option));
  if (schema instanceof z.ZodArray) return [['[]', schema.element]];
  if (!(schema instanceof z.ZodObject)) return [];
  const keys = Object.entries<z.core.$ZodType>(schema.shape);
  const { catchall } = schema.def;
  return keys.length > 0 || catchall === undefined ? keys : [['*', catchall]];
};

/** Returns the keys that may stand at a path. */
const keysAt = (path: TreePath): readonly string[] => {
  let here: readonly z.core.$ZodType[] = [composeSchema];
  for (const step of path) {
    here = here
      .flatMap((schema) => inside(schema))
      .filter(([key]) => key === step || key === '*' || (key === '[]' && typeof step === 'number'))
      .map(([, schema]) => schema);
  }
  return here.flatMap((schema) => inside(schema)).flatMap(([key]) => (key === '*' || key === '[]' ? [] : [key]));
};

/** Returns every key of the specification by its path: `services.*.ports.[].target`. */
export const keysOfSpecification = (schema: z.core.$ZodType = composeSchema, prefix = ''): readonly string[] =>
  inside(schema).flatMap(([key, below]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const deeper = keysOfSpecification(below, path);
    return key === '*' || key === '[]' ? deeper : [path, ...deeper];
  });

interface Explained {
  readonly path: TreePath;
  readonly message: string;
}

/** What is asked for where one of several forms is allowed and none of them is there. */
const expectedBy = (issue: z.core.$ZodIssue): readonly string[] => {
  if (issue.path.length > 0) return [];
  if (issue.code === 'invalid_type') return [issue.expected === 'array' ? 'a list' : 'a mapping'];
  const { expected, words }: Record<string, unknown> = issue.code === 'custom' ? (issue.params ?? {}) : {};
  if (Array.isArray(expected)) return expected.map(String);
  return Array.isArray(words) && typeof issue.input !== 'string' ? words.map((each) => `\`${String(each)}\``) : [];
};

const stepsOf = (path: readonly PropertyKey[]): TreePath =>
  path.map((step) => (typeof step === 'symbol' ? String(step) : step));

/** The most telling of what zod found: of several forms the one that was meant. */
const explain = (issue: z.core.$ZodIssue, above: TreePath): Explained => {
  const path = [...above, ...stepsOf(issue.path)];
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return { path: [...path, key], message: `there is no such key.${didYouMean(key, keysAt(path))}` };
  }
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.flat().find((each) => expectedBy(each).length === 0);
    if (meant !== undefined) return explain(meant, path);
    const expected = issue.errors.flat().flatMap((each) => expectedBy(each));
    return { path, message: `must be ${[...new Set(expected)].join(' or ')}, this is ${described(issue.input)}` };
  }
  if (issue.code === 'invalid_type')
    return {
      path,
      message: `must be ${issue.expected === 'array' ? 'a list' : 'a mapping'}, this is ${described(issue.input)}`,
    };
  return { path, message: issue.message };
};

/**
 * Throws `config` at the place of whatever the Compose Specification does not allow. Short and long forms are both fine; called after
 * each file that was merged, as Compose does.
 */
export const checkSchema = (tree: TreeMap): void => {
  const parsed = composeSchema.safeParse(tree, { jitless: true, reportInput: true });
  const [issue] = parsed.error?.issues ?? [];
  if (issue === undefined) return;
  const { path, message } = explain(issue, []);
  failAt(tree, path, message);
};
