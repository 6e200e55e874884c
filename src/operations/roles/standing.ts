import { loadAccess, type AccessRules } from '../../config/access.ts';
import { accessFile } from '../../config/paths.ts';
import { existsSync } from 'node:fs';
import { ProxdeckError } from '../../models/error.ts';
import { operations, type OperationName, type ResultOf } from '../catalog.ts';
import type { Context } from '../context.ts';
import { run } from '../runner.ts';

/** What there is in the cluster of that which `access.yaml` is about. */
export interface Standing {
  readonly roles: ResultOf<'access.roles'>;
  readonly groups: ResultOf<'access.groups'>;
  readonly users: ResultOf<'access.users'>;
  readonly acl: ResultOf<'access.acl'>;
  readonly pools: ResultOf<'pool.list'>;
  /** Every privilege that this server knows. */
  readonly privileges: readonly string[];
}

const silent = { emit: (): void => undefined };

/** Reads who there is and who may do what. Throws what the client throws. */
export const standingOf = async (context: Context): Promise<Standing> => {
  const read = <Name extends OperationName>(name: Name): Promise<ResultOf<Name>> =>
    run({ name, input: {} as never }, context, silent);
  const [roles, groups, users, acl, pools] = await Promise.all([
    read('access.roles'),
    read('access.groups'),
    read('access.users'),
    read('access.acl'),
    read('pool.list'),
  ]);
  const privileges = roles.find(({ roleid }) => roleid === 'Administrator')?.privs ?? [];
  return { roles, groups, users, acl, pools, privileges };
};

/** Reads the rules that are to be held against the cluster. Throws `config`, also where there are none. */
export const requireRules = async ({ config }: Context): Promise<AccessRules> => {
  const file = accessFile(config.file);
  if (!existsSync(file))
    throw new ProxdeckError('config', `There are no rules: ${file} is not there.`, {
      hint: 'Write one, as docs/access.md tells: people, and the roles they have.',
    });
  return loadAccess(
    file,
    operations.map(({ name }) => name),
  );
};
