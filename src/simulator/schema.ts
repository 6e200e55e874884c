import { readFileSync } from 'node:fs';
import { assetPath } from './assets.ts';

/** One parameter as PVE::JSONSchema describes it. A format may be a name or a nested property string. */
export interface ParamSpec {
  readonly type?: string;
  readonly format?: string | Readonly<Record<string, ParamSpec>>;
  readonly required?: boolean;
  readonly default?: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly items?: ParamSpec;
  readonly requires?: string;
  readonly default_key?: number;
  readonly alias?: string;
}

/** A permission test: `["perm", path, privileges, "any", 1]`, `["and"|"or", …]`, `["userid-group", …]` … */
export type PermissionCheck = readonly [string, ...unknown[]];

export interface MethodSpec {
  readonly allowtoken?: number;
  readonly params: Readonly<Record<string, ParamSpec>>;
  readonly permissions?: { readonly user?: 'all' | 'world'; readonly check?: PermissionCheck };
  /** Runs in pvedaemon: only a label here. */
  readonly protected?: number;
  /** The parameter that names the node which answers. */
  readonly proxyto?: string;
  readonly returns?: unknown;
}

type Methods = Readonly<Record<string, MethodSpec>>;

export interface Found {
  readonly template: string;
  readonly methods: Methods;
  /** Values of the `{…}` parts. */
  readonly pathParams: Readonly<Record<string, string>>;
}

export interface Schema {
  readonly paths: ReadonlyMap<string, Methods>;
  /** Finds the template of a decoded path (`/nodes/pve1/lxc`), or undefined: 501. */
  find(path: string): Found | undefined;
  /** Names of what lies one level below a template, parameters left out. */
  children(template: string): string[];
}

interface Branch {
  readonly fixed: Map<string, Branch>;
  variable: { readonly name: string; readonly branch: Branch } | undefined;
  template: string | undefined;
}

/** These swallow the rest of the path: a volume id has slashes of its own (contract §2). */
const greedy = new Set(['volume']);

const newBranch = (): Branch => ({ fixed: new Map(), variable: undefined, template: undefined });

const segments = (path: string): string[] => path.split('/').filter((part) => part !== '');

const growBranch = (from: Branch, segment: string): Branch => {
  if (segment.startsWith('{')) {
    from.variable ??= { name: segment.slice(1, -1), branch: newBranch() };
    return from.variable.branch;
  }
  const known = from.fixed.get(segment);
  if (known !== undefined) return known;
  const grown = newBranch();
  from.fixed.set(segment, grown);
  return grown;
};

const walk = (branch: Branch, rest: readonly string[], taken: Record<string, string>): Branch | undefined => {
  const [head, ...tail] = rest;
  if (head === undefined) return branch;
  const fixed = branch.fixed.get(head);
  // A fixed name wins for good: PVE::RESTHandler never goes back to the parameter.
  if (fixed !== undefined) return walk(fixed, tail, taken);
  if (branch.variable === undefined) return undefined;
  const { name, branch: next } = branch.variable;
  if (greedy.has(name)) {
    taken[name] = rest.join('/');
    return next;
  }
  taken[name] = head;
  return walk(next, tail, taken);
};

/** Builds the path table of a method table `{ "/nodes/{node}": { "GET": … } }`. */
const buildSchema = (table: Readonly<Record<string, Methods>>): Schema => {
  const root = newBranch();
  const paths = new Map(Object.entries(table));
  for (const template of paths.keys()) segments(template).reduce(growBranch, root).template = template;
  return {
    paths,
    find: (path) => {
      const pathParams: Record<string, string> = {};
      const branch = walk(root, segments(path), pathParams);
      const methods = branch?.template === undefined ? undefined : paths.get(branch.template);
      if (branch?.template === undefined || methods === undefined) return undefined;
      return { template: branch.template, methods, pathParams };
    },
    children: (template) => {
      const depth = segments(template).length;
      const prefix = template === '/' ? '/' : `${template}/`;
      const names = new Set<string>();
      for (const path of paths.keys()) {
        const name = path.startsWith(prefix) ? segments(path)[depth] : undefined;
        if (name !== undefined && !name.startsWith('{')) names.add(name);
      }
      return [...names];
    },
  };
};

/** The table knows the methods below the root, not the root itself. */
const rootIndex: Methods = { GET: { allowtoken: 1, params: {}, permissions: { user: 'all' } } };

let loaded: Schema | undefined;

/** The 661 methods of Proxmox VE 9.2 (assets/pve-api-9.2.json), read once. */
export const pveSchema = (): Schema => {
  loaded ??= buildSchema({
    '/': rootIndex,
    ...(JSON.parse(readFileSync(assetPath('pve-api-9.2.json'), 'utf8')) as Record<string, Methods>),
  });
  return loaded;
};

/** Finds the specification of a parameter: `net0` is described under `net[n]`. */
export const paramSpec = (params: Readonly<Record<string, ParamSpec>>, name: string): ParamSpec | undefined =>
  params[name] ?? params[name.replace(/\d+$/, '[n]')];
