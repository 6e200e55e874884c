import { proxmoxApi } from 'proxmox-api';
import type { ApiRequestable, Proxmox } from 'proxmox-api';
import { ProxmoxError } from './errors.ts';
import type { Method, Parameters, ProxmoxClient } from './types.ts';

const methods: Readonly<Record<string, Method>> = { get: 'GET', post: 'POST', put: 'PUT', delete: 'DELETE' };
const base = '/api2/json';

/** The package escapes only `/` in what stands for `{node}`, `{upid}` …; everything else that a path cannot hold is escaped here. */
const encodePath = (path: string): string =>
  path
    .slice(base.length)
    .split('/')
    .map((part) => part.split('%2F').map(encodeURIComponent).join('%2F'))
    .join('/');

/** The typed paths of the package proxmox-api, sent by our own client: the package's engine repeats writes and cannot pin TLS. */
export const createApi = (request: ProxmoxClient['request']): Proxmox.Api => {
  const engine: ApiRequestable = {
    async doRequest(httpMethod, path, _template, parameters?: Parameters) {
      const method = methods[httpMethod.toLowerCase()];
      if (method === undefined) throw new ProxmoxError('validation', `The API has no method ${httpMethod}.`, { path });
      const { data } = await request(method, encodePath(path), parameters);
      return data;
    },
  };
  return proxmoxApi(engine);
};
