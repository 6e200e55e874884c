/**
 * Writes strict JSON schemas of every kind of Kubernetes and of the Gateway API, as kubeconform reads them: one file a kind, unknown keys
 * refused. `node tests/validators/schemas.ts SWAGGER CRDS OUT`: SWAGGER is `api/openapi-spec/swagger.json` of the k8s.io/kubernetes
 * module, CRDS a folder of CustomResourceDefinitions, OUT the folder to write into.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Tree = { [key: string]: Json };

const treeSchema: z.ZodType<Tree> = z.record(z.string(), z.json());
const kindSchema = z.array(z.object({ group: z.string(), kind: z.string(), version: z.string() }));
const swaggerSchema = z.object({ definitions: z.record(z.string(), treeSchema) });
const crdSchema = z.object({
  kind: z.literal('CustomResourceDefinition'),
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: treeSchema }) })),
  }),
});

const isTree = (value: Json | undefined): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Definitions whose type in the specification is narrower than what a server takes. */
const widened: Tree = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['string', 'integer'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: ['string', 'null'], format: 'date-time' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { type: ['string', 'null'], format: 'date-time' },
};

const dropped = (key: string, value: Json) =>
  key === 'description' ||
  key === 'default' ||
  key === 'nullable' ||
  key.startsWith('x-kubernetes-') ||
  (key === 'format' && value !== 'date-time');

/** The schema and null: a server reads a null as a key that is not there. */
function orNull(schema: Json): Json {
  if (!isTree(schema)) return schema;
  if (typeof schema.type === 'string') {
    const values = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
    return { ...schema, ...values, type: [schema.type, 'null'] };
  }
  return typeof schema.$ref === 'string' ? { anyOf: [schema, { type: 'null' }] } : schema;
}

/** A schema of OpenAPI as a strict JSON schema: what is not named is refused. */
function strict(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(strict);
  if (!isTree(schema)) return schema;
  if (schema['x-kubernetes-int-or-string'] === true) return { type: ['string', 'integer'] };
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const result: Tree = {};
  for (const [key, value] of Object.entries(schema)) {
    if (dropped(key, value)) continue;
    result[key] = key === 'properties' && isTree(value) ? strictProperties(value, required) : strict(value);
  }
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || 'additionalProperties' in schema;
  if ('properties' in schema && !open) result.additionalProperties = false;
  return result;
}

/** Names of properties are never keywords: JSONSchemaProps has a property called `$ref`. */
const strictProperties = (properties: Tree, required: ReadonlySet<Json>): Tree =>
  Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const made = strict(schema);
      return [name, required.has(name) ? made : orNull(made)];
    }),
  );

const prefix = '#/definitions/';

/** Names of the definitions that a schema refers to, directly. */
function* references(schema: Json): Generator<string> {
  if (Array.isArray(schema)) for (const one of schema) yield* references(one);
  else if (isTree(schema)) {
    if (typeof schema.$ref === 'string') yield schema.$ref.slice(prefix.length);
    for (const one of Object.values(schema)) yield* references(one);
  }
}

/** Every definition that a schema reaches. */
function reached(schema: Json, definitions: Tree): Tree {
  const found: Tree = {};
  const open = [...references(schema)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const definition = definitions[name];
    if (name in found || definition === undefined) continue;
    found[name] = definition;
    open.push(...references(definition));
  }
  return found;
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The schema of a whole object: it says what it is. */
function ofKind({ group, version, kind }: Kind, schema: Tree, definitions: Tree): Tree {
  const properties = {
    ...(isTree(schema.properties) ? schema.properties : {}),
    apiVersion: { type: 'string', enum: [group === '' ? version : `${group}/${version}`] },
    kind: { type: 'string', enum: [kind] },
  };
  const required = new Set([...(Array.isArray(schema.required) ? schema.required : []), 'apiVersion', 'kind']);
  const whole = { ...schema, properties, required: [...required] };
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...whole, definitions: reached(whole, definitions) };
}

/** As kubeconform asks for it: `deployment-apps-v1.json`. */
const fileOf = ({ group, version, kind }: Kind) =>
  `${[kind.toLowerCase(), group.split('.')[0], version].filter(Boolean).join('-')}.json`;

const [swagger, crds, out] = process.argv.slice(2);
if (swagger === undefined || crds === undefined || out === undefined) throw new Error('schemas.ts SWAGGER CRDS OUT');
mkdirSync(out, { recursive: true });
const write = (kind: Kind, schema: Tree, definitions: Tree) => {
  writeFileSync(path.join(out, fileOf(kind)), JSON.stringify(ofKind(kind, schema, definitions)));
};

const raw = swaggerSchema.parse(JSON.parse(readFileSync(swagger, 'utf8'))).definitions;
const definitions: Tree = Object.fromEntries(
  Object.entries(raw).map(([name, schema]) => [name, widened[name] ?? strict(schema)]),
);
for (const [name, schema] of Object.entries(raw)) {
  const kinds = kindSchema.safeParse(schema['x-kubernetes-group-version-kind']).data ?? [];
  const definition = definitions[name];
  if (kinds.length !== 1 || kinds[0] === undefined || !isTree(definition)) continue;
  write(kinds[0], definition, definitions);
}

const objectMeta = { $ref: `${prefix}io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta` };
const documents = globSync(path.join(crds, '*.yaml')).flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')));
for (const document of documents) {
  const crd = crdSchema.safeParse('toJS' in document ? document.toJS() : undefined);
  if (!crd.success) continue;
  const { group, names, versions } = crd.data.spec;
  for (const { name, schema } of versions) {
    const made = strict(schema.openAPIV3Schema);
    if (!isTree(made) || !isTree(made.properties)) continue;
    const whole = { ...made, properties: { ...made.properties, metadata: objectMeta } };
    write({ group, version: name, kind: names.kind }, whole, definitions);
  }
}
