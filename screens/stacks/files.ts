import { bytes } from '../../components/units.ts';
import { clean } from '../../components/text.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { Condition } from '../condition.ts';
import { stateCell, tableLines } from '../detailTable.ts';
import { openFile } from './fileView.ts';
import type { StackRow } from './rows.ts';

type File = ResultOf<'stack.files'>[number];

const conditions: Readonly<Record<File['change'], Condition>> = {
  unchanged: { glyph: 'running', word: 'as rendered', token: 'ok' },
  new: { glyph: 'stopped', word: 'not rendered', token: 'muted' },
  updated: { glyph: 'warning', word: 'would change', token: 'warn' },
  kept: { glyph: 'warning', word: 'edited', token: 'warn' },
  overwritten: { glyph: 'warning', word: 'edited', token: 'warn' },
  merged: { glyph: 'warning', word: 'edited', token: 'warn' },
  conflict: { glyph: 'failed', word: 'edited, changed', token: 'error' },
  removed: { glyph: 'warning', word: 'would go', token: 'warn' },
  left: { glyph: 'warning', word: 'edited, gone', token: 'warn' },
  foreign: { glyph: 'unknown', word: 'not ours', token: 'muted' },
};

/** The rendered files, and how each compares with what would be rendered now. Enter shows one. */
export const filesTab: Tab<StackRow> = {
  id: 'files',
  title: 'files',
  has: ({ problem }) => problem === undefined,
  lines: ({ name }, drawing) => {
    const { app } = drawing;
    const answer = app.look('stack.files', { name });
    if (answer.value === undefined) return answerLines(answer, drawing);
    return tableLines<File>(
      {
        rows: answer.value,
        open: ({ path }) => openFile(app, name, path),
        copy: ({ folder, path }) => `${folder}/${path}`,
        columns: [
          {
            id: 'path',
            title: 'file',
            width: 24,
            flex: { share: 3, most: 70 },
            priority: 0,
            cell: ({ path }) => ({ text: clean(path) }),
          },
          {
            id: 'state',
            title: 'state',
            width: 17,
            priority: 0,
            cell: stateCell((file: File) => conditions[file.change]),
          },
          {
            id: 'size',
            title: 'size',
            width: 7,
            align: 'right',
            priority: 1,
            cell: ({ size }) => ({ text: bytes(size), token: 'muted' }),
          },
        ],
      },
      drawing,
    );
  },
};
