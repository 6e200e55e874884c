import type { ApiCall, Routes } from '../handler.ts';
import type { ConfigValue } from '../world.ts';
import { deleteKeys, sectionOf, splitList } from './params.ts';

/** Options that GET answers as objects, each with the key that may stand bare (PVE::DataCenterConfig). */
const objects: Readonly<Record<string, string>> = {
  crs: 'ha',
  ha: 'shutdown_policy',
  location: 'location',
  migration: 'type',
  'next-id': 'lower',
  notify: 'package-updates',
  replication: 'type',
  'tag-style': 'shape',
  u2f: 'appid',
  'user-tag-access': 'user-allow',
  webauthn: 'id',
};

const asObject = (value: ConfigValue, bareKey: string): Record<string, string> => {
  const pairs = String(value)
    .split(',')
    .map((part): [string, string] => {
      const at = part.indexOf('=');
      return at > 0 ? [part.slice(0, at), part.slice(at + 1)] : [bareKey, part];
    });
  return Object.fromEntries(pairs);
};

const shown = (key: string, value: ConfigValue): unknown => {
  const bareKey = objects[key];
  if (bareKey !== undefined) return asObject(value, bareKey);
  if (key === 'registered-tags') return splitList(value);
  if (key === 'description') return value === '' ? '' : `${String(value).replace(/\n$/, '')}\n`;
  return value;
};

/** Tags that the caller may set: those of guests it sees, and the registered ones. */
const allowedTags = (call: ApiCall): string[] => {
  const { guests, options } = call.world;
  const tags = new Set<string>(call.may('/', 'Sys.Modify') ? splitList(options['registered-tags']) : []);
  for (const guest of guests.values()) {
    const own = guest.config['tags'];
    if (own !== undefined && call.may(`/vms/${guest.vmid}`, 'VM.Audit'))
      for (const tag of splitList(own)) tags.add(tag);
  }
  return [...tags].toSorted();
};

const readOptions = (call: ApiCall): unknown => {
  const { options } = call.world;
  const all: Record<string, ConfigValue> = { description: '', mac_prefix: 'BC:24:11', ...options };
  const keys = call.may('/', 'Sys.Audit') ? Object.keys(all) : ['console', 'tag-style'];
  const answer: Record<string, unknown> = {};
  for (const key of keys) {
    const value = all[key];
    if (value !== undefined) answer[key] = shown(key, value);
  }
  return { ...answer, 'allowed-tags': allowedTags(call) };
};

const updateOptions = (call: ApiCall): null => {
  deleteKeys(call, call.world.options);
  Object.assign(call.world.options, sectionOf(call, ['delete']));
  return null;
};

/** /cluster/options: datacenter.cfg. */
export const optionsRoutes: Routes = {
  'GET /cluster/options': readOptions,
  'PUT /cluster/options': updateOptions,
};
