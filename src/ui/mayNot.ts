import type { Privilege } from '../operations/operation.ts';
import { missingPrivileges } from '../operations/privileges.ts';
import type { AppModel } from './app.ts';

/** Why this login may not do something to what a row is about, in words; undefined where it may, or that is not known yet. */
export const mayNot = (
  app: AppModel,
  row: { readonly context?: string },
  needs: readonly Privilege[],
): string | undefined => {
  if (app.live.getState().readOnly) return 'this context is read-only';
  const held = app.session?.permissions(row);
  const [missing] = held === undefined ? [] : missingPrivileges(held, needs);
  return missing === undefined ? undefined : `needs ${missing.privilege.replaceAll('|', ' or ')} on ${missing.path}`;
};
