import { clean, truncate } from '../../components/text.ts';
import { absentWorkspace } from './absent.ts';
import { listScreen } from '../listScreen.ts';
import { addStack, stackActions } from './actions.ts';
import { stackListDefinition } from './columns.ts';
import { filesTab } from './files.ts';
import { editFile } from './edit.ts';
import { lossesTab } from './losses.ts';
import { problemsTab } from './problems.ts';
import type { StackRow } from './rows.ts';
import { secretsTab } from './secrets.ts';
import { settingsTab } from './settings.ts';
import { summaryTab } from './summary.ts';

/** The stacks of the workspace that one is in. */
export const stacksScreen = listScreen<StackRow>({
  name: 'stacks',
  list: stackListDefinition,
  // What a stack is made of has long names.
  detailsShare: 0.6,
  empty: absentWorkspace,
  heading: ({ name, title = '' }, { look, width }) =>
    look.paint('heading', truncate(clean(name), width)) +
    look.paint('muted', truncate(`  ${clean(title)}`, Math.max(0, width - name.length))),
  tabs: [summaryTab, settingsTab, secretsTab, filesTab, lossesTab, problemsTab],
  keys: (app, list) => ({
    actions: () => {
      const row = list.current();
      if (row !== undefined) app.openMenu(stackActions(app, row));
    },
    new: () => addStack(app),
    edit: () => {
      const row = list.current();
      if (row !== undefined) void editFile(app, row.file, row.line);
    },
  }),
  actions: (app, [row]) => (row === undefined ? { title: '', items: [] } : stackActions(app, row)),
});
