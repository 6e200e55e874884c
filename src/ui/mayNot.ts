import type { OperationName } from '../operations/catalog.ts';
import type { Privilege } from '../operations/operation.ts';
import { missingPrivileges } from '../operations/privileges.ts';
import type { AppModel } from './app.ts';

/**
 * Why an operation may not be done to what a row is about, in words: a read-only context, a role of Proxdeck's own, a privilege that
 * is missing. Undefined where it may, or that is not known yet.
 */
export const mayNot = (
  app: AppModel,
  operation: OperationName,
  row: { readonly context?: string },
  needs: readonly Privilege[] = [],
): string | undefined => {
  if (app.live.getState().readOnly) return 'this context is read-only';
  const { context } = row;
  const of = context === undefined ? {} : { context };
  const forbidden = app.session?.forbids?.(operation, of);
  if (forbidden !== undefined) return forbidden;
  const held = app.session?.permissions(of);
  const [missing] = held === undefined ? [] : missingPrivileges(held, needs);
  return missing === undefined ? undefined : `needs ${missing.privilege.replaceAll('|', ' or ')} on ${missing.path}`;
};
