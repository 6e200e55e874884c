import type { ReactElement } from 'react';
import { Box, Text } from 'ink';
import { Spinner, StatusMessage } from '@inkjs/ui';
import { useStore } from 'zustand';
import { cardLines } from '../components/card.ts';
import { Lines } from '../components/Lines.tsx';
import { useLook } from '../components/lookContext.ts';
import { fitStyled } from '../components/styled.ts';
import { clean } from '../components/text.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { FormModel } from '../src/ui/formModel.ts';
import { useApp, useKeys, useLayout } from '../src/ui/hooks.ts';
import type { Handlers } from '../src/ui/keys.ts';
import { editorHandlers } from '../src/ui/typing.ts';
import { formRows, type FormRow } from './formRows.ts';
import { followTasks } from './followTasks.ts';

const widest = 84;
/** Columns of a card that are no contents: an edge and a blank on each side; and rows: both edges. */
const frame = { columns: 4, rows: 2 };

/** What the keys do in a form; `current` is the form of this moment. */
const formHandlers = (app: AppModel, current: () => FormModel): Handlers => {
  const press = (): void => {
    const form = current();
    const { review } = form;
    if (review === undefined) return form.advance();
    if (review.button === 'cancel') return app.closeOverlay();
    if (review.button === 'apply') return form.apply(followTasks(app));
    if (review.button === 'dry-run') return review.toggleDryRun();
    leave(app, form);
  };
  const line = (action: keyof ReturnType<typeof editorHandlers>) => (): void => {
    const { editor } = current();
    if (editor !== undefined) editorHandlers(editor)[action]?.();
  };
  return {
    'form.next': () => current().move(1),
    'form.previous': () => current().move(-1),
    'form.next-page': () => current().nextPage(),
    down: () => current().step(1),
    up: () => current().step(-1),
    right: () => current().sideways(1),
    left: () => current().sideways(-1),
    mark: () => (current().editor === undefined ? current().toggle() : current().type(' ')),
    erase: line('erase'),
    'erase-word': line('erase-word'),
    'erase-line': line('erase-line'),
    'line-start': line('line-start'),
    'line-end': line('line-end'),
    accept: press,
    back: () => {
      if (!current().back()) leave(app, current());
    },
  };
};

/** Closes a form; what was answered is kept where the form keeps drafts. */
const leave = (app: AppModel, form: FormModel): void => {
  const kept = form.keepDraft();
  app.closeOverlay();
  if (kept) app.notify({ token: 'muted', text: 'kept as a draft: it is taken up where it was left' });
};

/** A form over the screen: its fields, what is wrong, and in the end what would be done. */
export const FormCard = ({ form }: { readonly form: FormModel }): ReactElement => {
  const app = useApp();
  const look = useLook();
  const layout = useLayout();
  useStore(app.revision);
  useKeys(
    'form',
    formHandlers(app, () => (app.state.overlay?.kind === 'form' ? app.state.overlay.form : form)),
  );
  const width = Math.min(widest, layout.columns - frame.columns);
  const rows = formRows(form, { app, look, now: app.now() }, width, layout.rows - frame.rows);
  const lines = cardLines(look, clean(form.definition.title), padded(rows, width), layout.columns);
  const left = Math.max(0, Math.floor((layout.columns - width - frame.columns) / 2));
  const top = Math.max(0, Math.floor((layout.rows - lines.length) / 3));
  return (
    <>
      <Box position="absolute" marginLeft={left} marginTop={top}>
        <Lines lines={lines} width={width + frame.columns} height={lines.length} />
      </Box>
      {rows.map(({ waiting, problem }, at) =>
        waiting === undefined && problem === undefined ? null : (
          <Box
            key={`row ${String(at)}`}
            position="absolute"
            marginLeft={left + 2}
            marginTop={top + 1 + at}
            width={width}
          >
            {problem !== undefined ? (
              <StatusMessage variant="error">{problem}</StatusMessage>
            ) : look.still ? (
              <Text>{waiting}</Text>
            ) : (
              <Spinner label={waiting ?? ''} />
            )}
          </Box>
        ),
      )}
    </>
  );
};

/** The card is as wide as it can be from the beginning: it must not change its width with what is typed. */
const padded = (rows: readonly FormRow[], width: number): readonly FormRow[] => {
  const [first, ...others] = rows;
  return first === undefined ? [] : [{ ...first, text: fitStyled(first.text, width) }, ...others];
};
