/**
 * The one form of a Kubernetes object, from which both the chart and the manifests are written: a plain tree in which everything that a
 * person may set is a hole. Manifests fill the holes (`resolve.ts`), the chart writes `{{ .Values… }}` (`../helm/template.ts`) and
 * collects values.yaml and its schema from the same holes. So the two cannot differ.
 */

export type Plain = string | number | boolean | null | readonly Plain[] | PlainMap;
export interface PlainMap {
  readonly [key: string]: Plain;
}

export type Tree = Plain | Hole | Computed | When | Merged | ChartOnly | readonly Tree[] | TreeMap;
export interface TreeMap {
  readonly [key: string]: Tree;
}

/** What a hole is filled with: its default, or what an overlay says. */
export type Look = (hole: Hole) => Plain;

interface Described {
  /** Where it stands in values.yaml: `redis.image.tag`. */
  readonly path: string;
  readonly fallback: Plain;
  /** JSON schema of what may stand there. */
  readonly schema: PlainMap;
  readonly description: string;
}

/** A value that a person may set. Where it is empty, a key that has nothing else is left out, unless it is a number or a switch. */
export class Hole {
  readonly path: string;
  readonly fallback: Plain;
  readonly schema: PlainMap;
  readonly description: string;

  constructor({ path, fallback, schema, description }: Described) {
    this.path = path;
    this.fallback = fallback;
    this.schema = schema;
    this.description = description;
  }

  get expression(): string {
    return `.Values.${this.path}`;
  }
}

/** What both can work out of holes: names, images, texts with a value in their middle. */
export class Computed {
  /** An expression of the Go template language. */
  readonly expression: string;
  readonly holes: readonly Hole[];
  readonly of: (look: Look) => Plain;

  constructor(expression: string, of: (look: Look) => Plain, holes: readonly Hole[] = []) {
    this.expression = expression;
    this.of = of;
    this.holes = holes;
  }
}

/** A question about holes that both can answer. */
export interface Condition {
  readonly expression: string;
  readonly holes: readonly Hole[];
  readonly holds: (look: Look) => boolean;
}

/** A key, an item or an object that is only there if a condition holds. */
export class When {
  readonly condition: Condition;
  readonly tree: Tree;

  constructor(condition: Condition, tree: Tree) {
    this.condition = condition;
    this.tree = tree;
  }
}

/** A mapping made of several: keys of our own, a helper of the chart, what a person adds. */
export class Merged {
  readonly parts: readonly (TreeMap | Hole | Computed)[];

  constructor(...parts: readonly (TreeMap | Hole | Computed)[]) {
    this.parts = parts;
  }
}

/** A key that kustomize writes by itself: a namespace, a hash that restarts pods. */
export class ChartOnly {
  readonly tree: Tree;

  constructor(tree: Tree) {
    this.tree = tree;
  }
}

/** A value as the text of a variable. */
export const textOf = (value: Plain): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Whether there is nothing in it: what `with` and `if` of Go templates take for false. */
export const isEmpty = (value: Plain): boolean =>
  value === '' ||
  value === 0 ||
  value === false ||
  value === null ||
  (typeof value === 'object' && Object.keys(value).length === 0);

export const isSet = (hole: Hole): Condition => ({
  expression: hole.expression,
  holes: [hole],
  holds: (look) => !isEmpty(look(hole)),
});

export const moreThan = (hole: Hole, least: number): Condition => ({
  expression: `gt (int ${hole.expression}) ${least}`,
  holes: [hole],
  holds: (look) => Number(look(hole)) > least,
});

/** The value of a hole where a condition has made sure that there is one. */
export const filled = (hole: Hole): Computed => new Computed(hole.expression, (look) => look(hole), [hole]);

const nested = (condition: Condition): string =>
  condition.expression.includes(' ') ? `(${condition.expression})` : condition.expression;

export const not = (condition: Condition): Condition => ({
  expression: `not ${nested(condition)}`,
  holes: condition.holes,
  holds: (look) => !condition.holds(look),
});

const joined =
  (word: 'and' | 'or') =>
  (...conditions: readonly Condition[]): Condition => {
    const [only, ...others] = conditions;
    if (only === undefined) throw new TypeError(`nothing to join by ${word}`);
    if (others.length === 0) return only;
    return {
      expression: `${word} ${conditions.map(nested).join(' ')}`,
      holes: conditions.flatMap(({ holes }) => holes),
      holds: (look) =>
        word === 'and' ? conditions.every(({ holds }) => holds(look)) : conditions.some(({ holds }) => holds(look)),
    };
  };

export const allOf = joined('and');
export const anyOf = joined('or');

/** Returns a tree under several conditions at once; those that are not given do not count. */
export const underAll = (conditions: readonly (Condition | undefined)[], tree: Tree): Tree => {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? tree : new When(allOf(...given), tree);
};

/** Returns every hole of a tree in the order in which they stand, also those of conditions. */
export const holesOf = (tree: Tree): readonly Hole[] => {
  if (tree instanceof Hole) return [tree];
  if (tree instanceof Computed) return tree.holes;
  if (tree instanceof When) return [...tree.condition.holes, ...holesOf(tree.tree)];
  if (tree instanceof Merged) return tree.parts.flatMap(holesOf);
  if (tree instanceof ChartOnly) return holesOf(tree.tree);
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(holesOf) : [];
};
