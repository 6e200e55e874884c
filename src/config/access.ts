import * as z from 'zod';
import { didYouMean } from '../models/nearest.ts';
import { builtInRoles, nobody, type Role } from './accessRoles.ts';
import { parseChecked, type Checked } from './checked.ts';
import { readConfigText } from './config.ts';
import { contextNameSchema, usernameSchema } from './schema.ts';

/** Who may do what with Proxdeck: `access.yaml` beside the configuration (docs/access.md). */

const bytesOf = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

const size = z.string().transform((text, issues): number => {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([MGT])(?:i?B)?$/i.exec(text) ?? [];
  const letter = unit.toUpperCase();
  if (letter === 'M' || letter === 'G' || letter === 'T') return Number(count) * bytesOf[letter];
  issues.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is no size; write 512M or 8G` });
  return z.NEVER;
});

const quotaFields = z.strictObject({
  cores: z.number().int('cores are a whole number').min(1, 'at least one core').exactOptional(),
  memory: size.exactOptional(),
});
const limitFields = quotaFields.extend({ disk: size.exactOptional() });

const names = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** A role as it is written: what is left out is as in the role that it is based on. */
const roleFields = z.strictObject({
  based_on: z.string().exactOptional(),
  may: names.exactOptional(),
  may_not: names.exactOptional(),
  pools: names.exactOptional(),
  limits: limitFields.exactOptional(),
  quota: quotaFields.exactOptional(),
  sees: z.enum(['all', 'pools']).exactOptional(),
});

const personFields = z.strictObject({
  role: z.string(),
  user: usernameSchema.exactOptional(),
  email: z.email('this is no e-mail address').exactOptional(),
});

const roleName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,40}$/, 'a role is called with letters, digits, - and _, and begins with a letter');

const accessFields = z.strictObject({
  people: z.record(z.string().min(1), z.union([z.string().transform((role) => ({ role })), personFields])).default({}),
  contexts: z.record(contextNameSchema, z.string()).default({}),
  default: z.string().exactOptional(),
  roles: z.record(roleName, roleFields).default({}),
});

const knownKeys = ([part]: readonly PropertyKey[]): readonly string[] =>
  Object.keys((part === 'roles' ? roleFields : part === 'people' ? personFields : accessFields).shape);

/** One person of the file; `user` is whom that is in Proxmox VE. */
type Person = z.output<typeof personFields>;

/** What the file says, with all roles that can be named. */
export interface AccessRules {
  readonly file: string;
  readonly people: Readonly<Record<string, Person>>;
  readonly contexts: Readonly<Record<string, string>>;
  readonly default?: string;
  readonly roles: Readonly<Record<string, Role>>;
  /** In which line each key stands, by its dotted path. */
  readonly lines: Readonly<Record<string, number>>;
}

/** Whether `guest.*` means an operation. */
export const matchesOperation = (pattern: string, operation: string): boolean =>
  new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`).test(operation);

/** Whether a pool is one of those that are named, or lies in one, as `lab/k8s` lies in `lab`. */
export const isIn = (pools: readonly string[], pool: string | undefined): boolean =>
  pool !== undefined && pools.some((one) => pool === one || pool.startsWith(`${one}/`));

type Fields = z.output<typeof accessFields>;
type Judged = Pick<Checked<Fields>, 'fields' | 'fail'>;

/** A role with what it has from the one it is based on: another of the file, or a built-in one, as each of the built-in names is by itself. */
const wholeRole = ({ roles }: Pick<Fields, 'roles'>, name: string): Role => {
  const { based_on, ...own } = roles[name] ?? {};
  const builtIn = Object.hasOwn(builtInRoles, name) ? builtInRoles[name] : undefined;
  const base = based_on === undefined ? builtIn : wholeRole({ roles }, based_on);
  return { ...(base ?? nobody), ...own };
};

/** Throws `config` for a role that is based on none, or in the end on itself. */
const checkBases = ({ fields: { roles }, fail }: Judged, known: readonly string[]): void => {
  for (const name of Object.keys(roles)) {
    const seen = new Set([name]);
    for (let base = roles[name]?.based_on; base !== undefined; base = roles[base]?.based_on) {
      if (!known.includes(base))
        fail(['roles', name, 'based_on'], `there is no role ${base}.${didYouMean(base, known)}`);
      if (seen.has(base)) fail(['roles', name, 'based_on'], 'the role is based on itself');
      seen.add(base);
    }
  }
};

/** Throws `config` at the place of a pattern that means no operation: a slip there would allow or forbid the wrong thing. */
const checkPatterns = ({ fields, fail }: Judged, operations: readonly string[]): void => {
  for (const [name, role] of Object.entries(fields.roles)) {
    for (const key of ['may', 'may_not'] as const) {
      const wrong = role[key]?.find((pattern) => !operations.some((one) => matchesOperation(pattern, one)));
      if (wrong !== undefined)
        fail(['roles', name, key], `there is no operation ${wrong}.${didYouMean(wrong, operations)}`);
    }
    if (role.quota !== undefined && wholeRole(fields, name).pools === undefined)
      fail(['roles', name, 'quota'], 'a quota is for the guests of pools; name them with pools');
  }
};

const checkNames = ({ fields, fail }: Judged): void => {
  const known = [...new Set([...Object.keys(builtInRoles), ...Object.keys(fields.roles)])];
  const check = (place: readonly string[], role: string): void => {
    if (!known.includes(role)) fail(place, `there is no role ${role}.${didYouMean(role, known)}`);
  };
  for (const [name, { role }] of Object.entries(fields.people)) check(['people', name], role);
  for (const [name, role] of Object.entries(fields.contexts)) check(['contexts', name], role);
  if (fields.default !== undefined) check(['default'], fields.default);
  checkBases({ fields, fail }, known);
};

/**
 * Reads the text of the rules. `operations` are the names that patterns can mean. Throws `config` with file:line:column and the key for
 * whatever is wrong in it.
 */
export const parseAccess = (text: string, file: string, operations: readonly string[]): AccessRules => {
  const checked = parseChecked(text, {
    file,
    schema: accessFields,
    knownKeys,
    hint: 'Correct the file; until then nothing is done that it could forbid.',
  });
  checkNames(checked);
  checkPatterns(checked, operations);
  const { fields, lines } = checked;
  const own = Object.keys(fields.roles).map((name) => [name, wholeRole(fields, name)] as const);
  return { ...fields, file, lines, roles: { ...builtInRoles, ...Object.fromEntries(own) } };
};

/** Reads the rules from their file. Throws `config`. */
export const loadAccess = async (file: string, operations: readonly string[]): Promise<AccessRules> =>
  parseAccess(await readConfigText(file), file, operations);

/** Which role counts, and where that is written. */
export interface RoleInForce extends Role {
  /** Undefined for somebody whom the file does not name. */
  readonly name?: string;
  readonly rules: AccessRules;
  /** `access.yaml:7`: where the role is given to whom it is about. */
  readonly place: string;
}

/** Where a key stands, or the nearest one around it: `/home/ada/.config/proxdeck/access.yaml:12`. */
export const placeIn = ({ file, lines }: AccessRules, key: string): string => {
  const parts = key.split('.');
  // A part that is not written stands nowhere, also where its neighbours do: `roles` is no place of a built-in role.
  for (let length = parts.length; length > Math.min(1, parts.length - 1); length -= 1) {
    const line = lines[parts.slice(0, length).join('.')];
    if (line !== undefined) return `${file}:${String(line)}`;
  }
  return file;
};

/** Returns the role that counts: what the context says for everybody in it, else the person's own, else the default. */
export const roleOf = (rules: AccessRules, person: string, context: string): RoleInForce => {
  const own = <Value>(of: Readonly<Record<string, Value>>, key: string): Value | undefined =>
    Object.hasOwn(of, key) ? of[key] : undefined;
  const ways: readonly (readonly [key: string, role: string | undefined])[] = [
    [`contexts.${context}`, own(rules.contexts, context)],
    [`people.${person}`, own(rules.people, person)?.role],
    ['default', rules.default],
  ];
  for (const [key, name] of ways) {
    const role = name === undefined ? undefined : own(rules.roles, name);
    if (name !== undefined && role !== undefined) return { ...role, name, rules, place: placeIn(rules, key) };
  }
  return { ...nobody, rules, place: rules.file };
};
