import { badParameters, die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { deleteKeys, required, sectionOf } from './params.ts';

/** A kind of configuration section that is only kept and given back: name of the file part, paths, the key's name. */
export interface SectionKind {
  /** Name in `world.sections`. */
  readonly section: string;
  /** `/cluster/sdn/zones` */
  readonly path: string;
  /** `zone`: name of the parameter that is the key. */
  readonly key: string;
  /** What a list or object shows beside what was stored. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Whether a new one is posted to its own path (`…/{id}`) instead of the collection. */
  readonly postsToItem?: boolean;
  /** Text when it is missing, `{}` stands for the key. */
  readonly missing?: string;
}

const tableOf = (call: ApiCall, section: string): Map<string, Record<string, unknown>> => {
  const table = call.world.sections[section] ?? new Map<string, Record<string, unknown>>();
  call.world.sections[section] = table;
  return table;
};

const itemOf = (call: ApiCall, kind: SectionKind): Record<string, unknown> => {
  const key = required(call, kind.key);
  const text = (kind.missing ?? `no such ${kind.key} '{}'`).replace('{}', key);
  return tableOf(call, kind.section).get(key) ?? die(text);
};

const create = (call: ApiCall, kind: SectionKind): null => {
  const key = required(call, kind.key);
  const table = tableOf(call, kind.section);
  if (table.has(key)) badParameters({ [kind.key]: `${kind.key} '${key}' already exists` });
  table.set(key, { [kind.key]: key, ...sectionOf(call, ['digest', 'lock-token']) });
  return null;
};

const update = (call: ApiCall, kind: SectionKind): null => {
  const item = itemOf(call, kind);
  deleteKeys(call, item);
  Object.assign(item, sectionOf(call, [kind.key, 'delete', 'digest', 'lock-token']));
  return null;
};

/** List, create, read, update and delete for one kind of section. */
export const routesOfSection = (kind: SectionKind): Routes => {
  const item = `${kind.path}/{${kind.key}}`;
  return {
    [`GET ${kind.path}`]: (call: ApiCall) =>
      [...tableOf(call, kind.section).values()].map((row) => ({ ...row, ...kind.extra })),
    [`POST ${kind.postsToItem === true ? item : kind.path}`]: (call: ApiCall) => create(call, kind),
    [`GET ${item}`]: (call: ApiCall) => ({ ...itemOf(call, kind), ...kind.extra }),
    [`PUT ${item}`]: (call: ApiCall) => update(call, kind),
    [`DELETE ${item}`]: (call: ApiCall) => {
      itemOf(call, kind);
      tableOf(call, kind.section).delete(required(call, kind.key));
      return null;
    },
  };
};
