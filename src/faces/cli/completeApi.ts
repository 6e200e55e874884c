import type { ProxmoxClient } from '../../proxmox/types.ts';
import { paramSpec, pveSchema } from '../../simulator/schema.ts';
import type { Candidate } from './complete.ts';

type Ask = (
  question: (client: ProxmoxClient, options: { timeoutMs: number; origin: 'person' }) => Promise<readonly Candidate[]>,
) => Promise<readonly Candidate[]>;

/** What a `{…}` part of a path can be, where the cluster knows it. */
const liveParts = (
  template: string,
  variable: string,
  ask: Ask,
): Promise<readonly Candidate[]> | readonly Candidate[] => {
  if (!['node', 'vmid', 'storage'].includes(variable)) return [];
  return ask(async (client, options) => {
    const { nodes, guests, storages } = await client.resources(options);
    if (variable === 'node') return nodes.map(({ node, status }) => ({ value: node, description: status }));
    if (variable === 'storage') return [...new Set(storages.map(({ storage }) => storage))].map((value) => ({ value }));
    const type = template.endsWith('/lxc') ? 'lxc' : 'qemu';
    return guests
      .filter((guest) => guest.type === type)
      .map(({ vmid, name }) => ({ value: String(vmid), description: name }));
  });
};

/** Returns the paths one level below what is typed: fixed names from the schema, nodes, guests and storages from the cluster. */
export const completeApiPath = async (verb: string, current: string, ask: Ask): Promise<readonly Candidate[]> => {
  const schema = pveSchema();
  const parent = current.slice(0, current.lastIndexOf('/'));
  const template = parent === '' ? '/' : schema.find(parent)?.template;
  if (template === undefined) return [];
  const below = template === '/' ? '/' : `${template}/`;
  const variable = [...schema.paths.keys()]
    .find((path) => path.startsWith(`${below}{`))
    ?.slice(below.length + 1)
    .split('}')[0];
  const live = variable === undefined ? [] : await liveParts(template, variable, ask);
  const fixed = schema.children(template).map((value) => ({ value }));
  return [...fixed, ...live].map(({ value, ...rest }) => {
    const path = `${parent}/${value}`;
    const methods = Object.keys(schema.find(path)?.methods ?? {});
    return {
      value: path,
      description: methods.includes(verb.toUpperCase()) ? methods.join(' ') : `${methods.join(' ')} …`,
      ...rest,
    };
  });
};

/** Returns the parameters that a call takes, and the values of one that has a fixed choice. */
export const completeApiParameter = (verb: string, path: string, current: string): readonly Candidate[] => {
  const found = pveSchema().find(path);
  const spec = found?.methods[verb.toUpperCase()];
  if (found === undefined || spec === undefined) return [];
  const at = current.indexOf('=');
  if (at > 0) {
    const known = paramSpec(spec.params, current.slice(0, at));
    const values = known?.type === 'boolean' ? ['0', '1'] : (known?.enum ?? []);
    return values.map((value) => ({ value: `${current.slice(0, at)}=${value}` }));
  }
  return Object.entries(spec.params)
    .filter(([name]) => !(name in found.pathParams))
    .map(([name, { type, required }]) => ({
      value: `${name.replace('[n]', '0')}=`,
      description: `${type ?? 'value'}${required === true ? ', required' : ''}`,
    }));
};
