import type { CardLine } from '../components/card.ts';
import type { Look } from '../components/look.ts';
import { clean, fit, truncate, widthOf, wrapWords } from '../components/text.ts';
import { counted } from '../components/units.ts';
import { answerOf, chosenOf, type Choice, type Field, type FormProblem } from '../src/ui/form.ts';
import type { FormModel } from '../src/ui/formModel.ts';
import type { FormButton, Review } from '../src/ui/review.ts';
import type { Drawing } from '../src/ui/screen.ts';

/** A line of a form's card: text, or what a component of Ink draws in its place. */
export type FormRow = CardLine & {
  /** Something is being found out. */
  readonly waiting?: string;
  /** Something is wrong. */
  readonly problem?: string;
  /** The line one is at: it stays in sight. */
  readonly here?: true;
};

const labelsAtMost = 24;
const choicesAtMost = 6;

const labelOf = (field: Extract<Field, { kind: 'many' }>, value: string): string =>
  clean(field.choices?.find((one) => one.value === value)?.label ?? value);

const shownAnswer = (field: Field, value: string, look: Look): string => {
  if (field.kind === 'toggle') return value === 'on' ? `${look.glyphs.running} on` : `${look.glyphs.stopped} off`;
  if (field.kind === 'secret') return '*'.repeat([...value].length);
  if (field.kind === 'many') {
    const chosen = chosenOf(value).map((one) => labelOf(field, one));
    if (chosen.length > 0) return chosen.join(', ');
    return field.choices?.length === 0 ? (field.none ?? 'none') : 'none';
  }
  if (field.kind === 'text') return value === '' ? (field.placeholder ?? '') : value;
  const choice = field.choices?.find((one) => one.value === value);
  if (choice !== undefined) return choice.detail === undefined ? choice.label : `${choice.label}  ${choice.detail}`;
  return field.choices === undefined ? 'asking' : (field.none ?? 'nothing to choose from');
};

/** The line being typed, with its cursor. A long one shows its end. */
const typedLine = (form: FormModel, field: Field, width: number, look: Look): string => {
  const { editor } = form;
  if (editor === undefined) return '';
  const hide = (text: string): string => (field.kind === 'secret' ? '*'.repeat([...text].length) : clean(text));
  const before = hide(editor.before);
  const [under = ' ', ...rest] = [...hide(editor.after)];
  const after = rest.join('');
  const offered = form.suggestion;
  const hint = editor.text === '' && field.kind === 'text' ? (field.placeholder ?? '') : offered;
  const room = Math.max(1, width - 1);
  const tail = widthOf(before) > room ? [...before].slice(-room).join('') : before;
  const left = Math.max(0, room - widthOf(tail));
  return (
    tail +
    look.paint('selection', hint === '' ? under : (clean(hint)[0] ?? ' ')) +
    (hint === '' ? truncate(after, left) : look.paint('muted', truncate(clean(hint).slice(1), left)))
  );
};

const windowOf = <Item>(items: readonly Item[], at: number, most: number): { from: number; shown: readonly Item[] } => {
  const from = Math.max(0, Math.min(items.length - most, at - Math.floor(most / 2)));
  return { from, shown: items.slice(from, from + most) };
};

/** The choices of the field that is being answered, the chosen one in sight. */
const choiceRows = (
  field: Extract<Field, { kind: 'choice' | 'many' }>,
  form: FormModel,
  look: Look,
  indent: string,
  width: number,
): readonly FormRow[] => {
  const { choices } = field;
  if (choices === undefined) return [{ text: '', waiting: `${indent}asking the cluster` }];
  const value = answerOf(field, form.values);
  const chosen = field.kind === 'many' ? chosenOf(value) : [value];
  const at = field.kind === 'many' ? form.cursor : choices.findIndex((one) => one.value === value);
  const { from, shown } = windowOf(choices, at, choicesAtMost);
  const widest = Math.max(0, ...shown.map(({ label }) => widthOf(clean(label))));
  const labelRoom = Math.min(widest, Math.max(8, width - indent.length - 6));
  return shown.map((choice: Choice, index): FormRow => {
    const isHere = from + index === at;
    const mark = field.kind === 'many' ? (chosen.includes(choice.value) ? '[x]' : '[ ]') : '';
    const pointer = isHere ? look.glyphs.selected : ' ';
    const detail = clean(choice.impossible ?? choice.detail ?? '');
    const text = `${indent}${pointer} ${mark === '' ? '' : `${mark} `}${fit(clean(choice.label), labelRoom)}  ${detail}`;
    const line = truncate(text.trimEnd(), width);
    if (isHere) return { text: line, token: 'selection', here: true };
    return choice.impossible === undefined ? { text: line } : { text: line, token: 'muted' };
  });
};

/** What the field is now, where the answer is another. */
const wasText = (field: Field, value: string, look: Look): string => {
  const { was, kind } = field;
  if (was === undefined || was === value) return '';
  const text = kind === 'choice' || kind === 'toggle' ? shownAnswer(field, was, look) : was.replaceAll('\n', ', ');
  return `   was ${text === '' ? 'empty' : clean(text)}`;
};

const fieldRows = (field: Field, form: FormModel, labels: number, width: number, look: Look): readonly FormRow[] => {
  const isHere = form.field?.name === field.name;
  const label = fit(clean(field.label), labels);
  const room = Math.max(1, width - labels - 4);
  const value = answerOf(field, form.values);
  const was = truncate(wasText(field, value, look), Math.floor(room / 2));
  const faded = look.paint('muted', was);
  const pointer = isHere ? look.glyphs.selected : ' ';
  if (isHere && form.editor !== undefined)
    return [{ text: `${pointer} ${label}  ${typedLine(form, field, room - widthOf(was), look)}${faded}`, here: true }];
  const answer = truncate(clean(shownAnswer(field, value, look)), room - widthOf(was));
  const isEmpty = field.kind === 'text' && value === '';
  const painted = isEmpty ? look.paint('muted', answer) : isHere ? look.paint('accent', answer) : answer;
  const line: FormRow = { text: `${pointer} ${label}  ${painted}${faded}`, ...(isHere && { here: true }) };
  if (!isHere || (field.kind !== 'choice' && field.kind !== 'many')) return [line];
  return [line, ...choiceRows(field, form, look, ' '.repeat(4), width)];
};

const crumbs = (form: FormModel, width: number, look: Look): readonly FormRow[] => {
  const { pages } = form;
  if (pages.length < 2) return [];
  const titles = [...pages.map(({ title }) => title), 'Review'];
  const at = form.review === undefined ? form.page : pages.length;
  const all = titles.map((title, index) => (index === at ? look.paint('heading', title) : look.paint('muted', title)));
  const separator = ` ${look.glyphs.separator} `;
  const fits = widthOf(titles.join(separator)) <= width;
  const text = fits ? all.join(separator) : `${String(at + 1)} of ${String(titles.length)}  ${all[at] ?? ''}`;
  return [{ text }, { text: '' }];
};

const problemRows = (problem: FormProblem, width: number): readonly FormRow[] => {
  const [first = '', ...more] = wrapWords(clean(problem.message), width - 2);
  const hint = problem.hint === undefined ? [] : wrapWords(clean(problem.hint), width - 2);
  return [
    { text: '', problem: first },
    ...more.map((text): FormRow => ({ text: `  ${text}`, token: 'error' })),
    ...hint.map((text): FormRow => ({ text: `  ${text}`, token: 'muted' })),
  ];
};

/** What is wrong or, where nothing is, what the field is about: room for it is always kept, so that nothing jumps. */
const adviceRows = ({ problem, field, busy }: FormModel, width: number): readonly FormRow[] => {
  if (busy !== undefined) return [{ text: '', waiting: truncate(clean(busy), width - 2) }];
  if (problem !== undefined) return problemRows(problem, width);
  return [{ text: truncate(clean(field?.help ?? ''), width), token: 'muted' }];
};

const buttonWords: Readonly<Record<FormButton, string>> = {
  apply: 'Apply',
  'dry-run': 'Dry run',
  draft: 'Save draft',
  cancel: 'Cancel',
};

/** The buttons of a review: without a plan nothing can be applied. */
const buttonRow = (form: FormModel, review: Review, look: Look): FormRow => {
  const words = review.buttons.map((button) => {
    const word = button === 'apply' ? form.definition.verb : buttonWords[button];
    if (button === review.button) return look.paint('selection', `${look.glyphs.selected} ${word} `);
    const possible = review.plan !== undefined || button === 'cancel' || button === 'draft';
    return possible ? `  ${word} ` : look.paint('muted', `  ${word} `);
  });
  return { text: words.join('   '), here: true };
};

interface ReviewRows {
  /** What would be done and what stands in the way: scrolled where there is no room for it. */
  readonly told: readonly FormRow[];
  /** Always seen: the same as a command, and the buttons. */
  readonly foot: readonly FormRow[];
}

const reviewRows = (form: FormModel, review: Review, width: number, look: Look): ReviewRows => {
  const { plan, problem } = review;
  const buttons = [{ text: '' }, buttonRow(form, review, look)];
  if (plan === undefined && problem === undefined)
    return { told: [{ text: '', waiting: 'looking at what stands before it' }], foot: buttons };
  if (plan === undefined) return { told: [], foot: buttons };
  const hazards = plan.hazards.flatMap((hazard) =>
    wrapWords(clean(hazard), width - 2).map((text, at): FormRow => ({
      text: `${at === 0 ? look.glyphs.warning : ' '} ${text}`,
      token: 'warn',
    })),
  );
  const calls = plan.calls
    .flatMap((call) => wrapWords(clean(call), width - 2))
    .map((text): FormRow => ({ text: `  ${text}` }));
  const command = wrapWords(clean(plan.command), width - 10).map((text, at): FormRow => ({
    text: `${at === 0 ? 'same as   ' : ' '.repeat(10)}${text}`,
    token: 'muted',
  }));
  return {
    told: [
      // The card is called so already.
      ...(plan.title === form.definition.title ? [] : [{ text: clean(plan.title) }, { text: '' }]),
      ...hazards,
      ...(hazards.length > 0 ? [{ text: '' }] : []),
      ...(review.dryRun
        ? [{ text: 'these calls would be made', token: 'heading' } as const, ...calls, { text: '' }]
        : []),
    ],
    foot: [...command, ...buttons],
  };
};

/** Rows that there is room for from where the review is scrolled to, with how many more there are on either side. */
const scrolledRows = (review: Review, rows: readonly FormRow[], most: number, look: Look): readonly FormRow[] => {
  if (rows.length <= most || most < 3) return rows.slice(0, Math.max(0, most));
  const room = most - 2;
  review.scrolled = Math.min(review.scrolled, rows.length - room);
  const above = review.scrolled;
  const below = rows.length - room - above;
  const more = (glyph: string, count: number): FormRow => ({
    text: count === 0 ? '' : `${glyph} ${counted(count, 'more line')}`,
    token: 'muted',
  });
  return [more(look.glyphs.up, above), ...rows.slice(above, above + room), more(look.glyphs.down, below)];
};

/** Of more rows than there is room for, those around the one where one is. */
const cropped = (rows: readonly FormRow[], most: number): readonly FormRow[] => {
  if (rows.length <= most) return rows;
  const here = rows.findLastIndex((row) => row.here === true);
  const from = Math.max(0, Math.min(rows.length - most, here - Math.floor(most / 2)));
  return rows.slice(from, from + most);
};

/** Returns the lines of a form's card: at most `height` of them, none wider than `width`. */
export const formRows = (form: FormModel, drawing: Drawing, width: number, height: number): readonly FormRow[] => {
  const { look } = drawing;
  const { review } = form;
  const fields = form.look(drawing);
  const head = crumbs(form, width, look);
  if (review !== undefined) {
    const { told, foot } = reviewRows(form, review, width, look);
    const above = [...head, ...(review.problem === undefined ? [] : problemRows(review.problem, width))];
    const room = height - above.length - foot.length;
    return cropped([...above, ...scrolledRows(review, told, room, look), ...foot], height);
  }
  const labels = Math.min(labelsAtMost, Math.max(0, ...fields.map(({ label }) => widthOf(clean(label)))));
  const notes = form.pages[form.page]?.notes?.(form.values, { ...drawing, width }) ?? [];
  return cropped(
    [
      ...head,
      ...(form.resumed && form.page === 0
        ? [{ text: 'taken up where it was left', token: 'muted' } as const, { text: '' }]
        : []),
      ...fields.flatMap((field) => fieldRows(field, form, labels, width, look)),
      { text: '' },
      ...notes.map((note): FormRow => ({ text: typeof note === 'string' ? note : note.text })),
      ...adviceRows(form, width),
    ],
    height,
  );
};
