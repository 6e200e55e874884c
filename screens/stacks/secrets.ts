import { clean } from '../../components/text.ts';
import type { TableColumn } from '../../components/table.ts';
import { moment } from '../../components/units.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { Condition } from '../condition.ts';
import { stateCell, tableLines } from '../detailTable.ts';
import { secretForm } from './forms.ts';
import type { StackRow } from './rows.ts';

type Secret = ResultOf<'secret.list'>[number];

const conditions: Readonly<Record<Secret['state'], Condition>> = {
  set: { glyph: 'running', word: 'set', token: 'ok' },
  missing: { glyph: 'failed', word: 'missing', token: 'error' },
  placeholder: { glyph: 'failed', word: 'placeholder', token: 'error' },
  due: { glyph: 'warning', word: 'due', token: 'warn' },
  optional: { glyph: 'stopped', word: 'not set', token: 'muted' },
  unused: { glyph: 'stopped', word: 'not used', token: 'muted' },
};

/** Only where something is ever due. */
const dueColumn = (now: number): TableColumn<Secret> => ({
  id: 'due',
  title: 'due',
  width: 12,
  priority: 1,
  cell: ({ due }) => ({ text: due === undefined ? '' : moment(due * 1_000, now), token: 'muted' }),
});

/** Secrets by name: whether each is there, where it is used, how old it is. Values are shown nowhere. */
export const secretsTab: Tab<StackRow> = {
  id: 'secrets',
  title: 'secrets',
  has: ({ problem }) => problem === undefined,
  lines: ({ name }, drawing) => {
    const { app, now, look } = drawing;
    const answer = app.look('secret.list', { stack: name });
    if (answer.value === undefined) return answerLines(answer, drawing);
    if (answer.value.length === 0) return [look.paint('muted', 'it needs none')];
    return tableLines<Secret>(
      {
        rows: answer.value,
        open: (secret) => app.openForm(secretForm(name, secret.name)),
        copy: (secret) => secret.name,
        columns: [
          {
            id: 'name',
            title: 'secret',
            width: 18,
            flex: { share: 4, most: 36 },
            priority: 0,
            cell: (one) => ({ text: clean(one.name) }),
          },
          {
            id: 'state',
            title: 'state',
            width: 13,
            priority: 0,
            cell: stateCell((one: Secret) => conditions[one.state]),
          },
          { id: 'how', title: 'made', width: 11, priority: 2, cell: ({ how }) => ({ text: how, token: 'muted' }) },
          ...(answer.value.some((one) => one.due !== undefined) ? [dueColumn(now)] : []),
          {
            id: 'used',
            title: 'used by',
            width: 10,
            flex: { share: 1, most: 30 },
            priority: 3,
            cell: ({ usedBy }) => ({ text: usedBy.join(' '), token: 'muted' }),
          },
        ],
      },
      drawing,
    );
  },
};
