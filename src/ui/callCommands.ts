import { parseUpid } from '../models/upid.ts';
import type { CallRecord } from '../proxmox/types.ts';
import { shellWith, shellWord } from './shellWords.ts';

/** An API call as a command that a person can run somewhere else. Secrets are never in it: they are variables of the shell. */

export type { CallRecord };

/** A call as the log keeps it: secrets are masked, long values cut. */
export type LoggedCall = Pick<CallRecord, 'method' | 'path' | 'parameters' | 'address'>;

const masked = '••••';
const cutMark = '…';

/** `cipassword` becomes `CIPASSWORD`: the variable that stands for a secret. */
const variableOf = (name: string): string => `PROXDECK_${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`;

/** `name=value` as one word. */
const assignment = (name: string, value: string): string =>
  value === masked ? shellWith(`${name}=`, variableOf(name)) : shellWord(`${name}=${value}`);

/** Returns what a person must put in before the command does the same: variables for secrets, values that the log cut. */
export const missingParts = ({ parameters }: LoggedCall): readonly string[] =>
  Object.entries(parameters).flatMap(([name, value]) => {
    if (value === masked) return [`set ${variableOf(name)}`];
    return value.endsWith(cutMark) ? [`${name} is cut, complete it`] : [];
  });

/** Percent-encoded as sent; a path of the API as people write it. */
const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

const pveshVerbs = { GET: 'get', POST: 'create', PUT: 'set', DELETE: 'delete' } as const;

/** Returns the call as `pvesh` makes it, to be run by root on a node. */
export const asPvesh = ({ method, path, parameters }: LoggedCall): string => {
  const options = Object.entries(parameters).flatMap(([name, value]) => [
    shellWord(`--${name}`),
    value === masked ? shellWith('', variableOf(name)) : shellWord(value === '' ? '' : value),
  ]);
  return ['pvesh', pveshVerbs[method], shellWord(decoded(path)), ...options].join(' ');
};

/** Returns the call as `curl` makes it. The token is `$PROXDECK_TOKEN` (`user@realm!id=secret`). */
export const asCurl = ({ method, path, parameters, address }: LoggedCall): string => {
  const data = Object.entries(parameters).flatMap(([name, value]) => ['--data-urlencode', assignment(name, value)]);
  // Parameters of GET and DELETE stand in the URL (contract §4.1); a POST without any still needs a body.
  const inUrl = method === 'GET' || method === 'DELETE';
  const words = [
    ...(method === 'GET' ? [] : ['--request', method]),
    ...(inUrl && data.length > 0 ? ['--get'] : []),
    '--header',
    '"Authorization: PVEAPIToken=$PROXDECK_TOKEN"',
    ...(inUrl || data.length > 0 ? data : ['--data', "''"]),
    shellWord(`https://${address}/api2/json${path}`),
  ];
  return `curl --fail-with-body ${words.join(' ')}`;
};

const powerVerbs = new Set(['start', 'stop', 'shutdown', 'reboot']);

/** The operation that makes exactly this call; undefined where there is none. */
const operationOf = ({ method, path, parameters }: LoggedCall): readonly string[] | undefined => {
  const given = Object.keys(parameters);
  const parts = decoded(path).split('/').slice(1);
  const [root, node, kind, id, part, verb] = parts;
  if (root !== 'nodes' || node === undefined) return undefined;
  if (method === 'GET' && parts.length === 3 && kind === 'status') return ['node', 'show', node];
  const upid = kind === 'tasks' ? parseUpid(id ?? '') : undefined;
  if (upid !== undefined && id !== undefined) {
    if (method === 'GET' && part === 'status') return ['task', 'show', id];
    if (method === 'GET' && part === 'log') return ['task', 'log', id];
    if (method === 'DELETE' && parts.length === 4) return ['task', 'stop', id];
  }
  const isGuest = (kind === 'lxc' || kind === 'qemu') && id !== undefined && part === 'status' && parts.length === 6;
  if (method === 'POST' && isGuest && given.length === 0 && verb !== undefined && powerVerbs.has(verb))
    return ['guest', verb, id];
  return undefined;
};

/** Returns the call as Proxdeck makes it: the operation that does the same, else any call by `proxdeck api`. */
export const asProxdeck = (call: LoggedCall): string => {
  const words = operationOf(call);
  if (words !== undefined) return ['proxdeck', ...words.map(shellWord)].join(' ');
  const parameters = Object.entries(call.parameters).map(([name, value]) => assignment(name, value));
  return ['proxdeck', 'api', call.method.toLowerCase(), shellWord(decoded(call.path)), ...parameters].join(' ');
};
