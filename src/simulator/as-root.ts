import { dispatch } from './dispatch.ts';
import type { Machine } from './dispatch.ts';

/** Calls the simulated API as root@pam, as the daemons of a node do. Resolves when the call is answered, refused or not. */
export type AsRoot = (
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  params: Readonly<Record<string, string>>,
) => Promise<void>;

const root = { authid: 'root@pam', userid: 'root@pam', root: true, daemon: true } as const;

/** Makes such a caller for a machine; the call takes the same way as one over the wire. */
export const asRootOn =
  (machine: Machine): AsRoot =>
  async (method, path, params) => {
    await dispatch(machine, {
      method,
      format: 'json',
      path,
      query: {},
      body: { ...params },
      upload: undefined,
      caller: root,
    });
  };
