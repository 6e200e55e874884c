import type { AppModel } from '../../src/ui/app.ts';
import { stackList } from './rows.ts';

/** What is said where no stack is listed: there is no workspace, or none in it. */
export const absentWorkspace = (app: AppModel): string => {
  const { value, error } = stackList(app);
  if (error !== undefined) return `${error.message} ${error.hint ?? ''}`.trim();
  return value === undefined
    ? 'reading the workspace'
    : `no stacks yet: ${app.keyboard.keyFor('stacks', 'new')} adds one`;
};
