import type { Hole, Plain, PlainMap } from '../kubernetes/tree.ts';
import { yamlText } from '../shared/yaml.ts';

/** values.yaml and values.schema.json, from the holes of all objects. */

interface Branch {
  readonly children: Map<string, Branch | Hole>;
}

const grow = (holes: readonly Hole[]): Branch => {
  const root: Branch = { children: new Map() };
  for (const hole of holes) {
    const keys = hole.path.split('.');
    let at = root;
    for (const key of keys.slice(0, -1)) {
      const next = at.children.get(key);
      const branch = next !== undefined && 'children' in next ? next : { children: new Map<string, Branch | Hole>() };
      at.children.set(key, branch);
      at = branch;
    }
    at.children.set(keys.at(-1) ?? '', hole);
  }
  return root;
};

const valuesOf = (branch: Branch, of: (hole: Hole) => Plain | undefined): PlainMap =>
  Object.fromEntries(
    [...branch.children].flatMap(([key, child]) => {
      const value = 'children' in child ? valuesOf(child, of) : of(child);
      return value === undefined || ('children' in child && Object.keys(value as PlainMap).length === 0)
        ? []
        : [[key, value]];
    }),
  );

const schemaOf = (branch: Branch): PlainMap => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    [...branch.children].map(([key, child]) => [
      key,
      'children' in child ? schemaOf(child) : { description: child.description, ...child.schema },
    ]),
  ),
});

/** Groups of values: what belongs to the whole release first, then the services, then what goes with all of them. */
const order = (holes: readonly Hole[], sections: readonly string[]): readonly Hole[] => {
  const first = ['nameOverride', 'fullnameOverride', 'imagePullSecrets', 'serviceAccount'];
  const last = ['config', 'secret', 'routes', 'ingress', 'httpRoute', 'networkPolicy', 'tests'];
  const places = [...first, ...sections, ...last];
  const place = ({ path }: Hole): number => places.indexOf(path.split('.')[0] ?? '');
  return holes.toSorted((a, b) => place(a) - place(b));
};

interface Values {
  readonly holes: readonly Hole[];
  readonly yaml: string;
  /** Of JSON Schema draft 7, which Helm checks by itself. */
  readonly schema: string;
  /** Only what is said otherwise: values.dev.yaml. */
  overlay(values: ReadonlyMap<string, Plain>, header: string): string;
}

/** Returns the files of values. `sections` are the services, in their order; `titles` stand before each section. */
export const valuesFiles = (
  given: readonly Hole[],
  {
    sections,
    titles,
    header,
    title,
  }: {
    readonly sections: readonly string[];
    readonly titles: Readonly<Record<string, string>>;
    readonly header: string;
    readonly title: string;
  },
): Values => {
  const holes = order(given, sections);
  const tree = grow(holes);
  const schema = schemaOf(tree);
  const comments = [
    ...Object.entries(titles)
      .filter(([key]) => tree.children.has(key))
      .map(([key, text]) => ({ path: [key], text })),
    ...holes.map(({ path, description }) => ({ path: path.split('.'), text: description })),
  ];
  return {
    holes,
    yaml: yamlText(
      valuesOf(tree, ({ fallback }) => fallback),
      { header, comments },
    ),
    schema: `${JSON.stringify(
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        title,
        ...schema,
        // Helm puts this one into every chart that is part of another.
        properties: { ...(schema['properties'] as PlainMap), global: { type: 'object' } },
      },
      null,
      2,
    )}\n`,
    overlay: (values, overlayHeader) =>
      yamlText(
        valuesOf(tree, ({ path }) => values.get(path)),
        { header: overlayHeader },
      ),
  };
};
