import { clean, fit, truncate, wrapWords } from '../../components/text.ts';
import { duration } from '../../components/units.ts';
import { IncompleteError } from '../../src/operations/outcome.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import type { Condition } from '../condition.ts';
import { listScreen } from '../listScreen.ts';

/** The checks of `proxdeck doctor`: what was found, and what to do about it. R asks again. */

type Finding = ResultOf<'doctor'>[number];

const conditions: Readonly<Record<Finding['state'], Condition>> = {
  pass: { glyph: 'running', word: 'fine', token: 'ok' },
  warn: { glyph: 'warning', word: 'look', token: 'warn' },
  fail: { glyph: 'failed', word: 'broken', token: 'error' },
  skip: { glyph: 'stopped', word: 'skipped', token: 'muted' },
};

const none: readonly Finding[] = [];

/** The findings of the last asking. With one that failed they come inside of the error. */
const findings = (app: AppModel): readonly Finding[] => {
  const { value, error } = app.look('doctor', {}, { dwellMs: 0 });
  return error instanceof IncompleteError ? (error.value as readonly Finding[]) : (value ?? none);
};

const detail = ({ check, detail: text, hint, state }: Finding, { app, look, now, width }: Drawing & Area) => {
  const { glyph, word, token } = conditions[state];
  const { at, error } = app.look('doctor', {}, { dwellMs: 0 });
  const lines: (string | Line)[] = [look.paint(token, `${look.glyphs[glyph]} ${word}`), ''];
  lines.push(...wrapWords(clean(text), width));
  if (hint !== undefined) {
    lines.push('', look.paint('muted', 'what to do'));
    lines.push(...wrapWords(clean(hint), width - 2).map((line) => ({ text: `  ${line}`, copy: hint })));
  }
  if (at !== undefined && error === undefined)
    lines.push('', look.paint('muted', `${clean(check)} was asked ${duration((now - at) / 1000)} ago; R asks again`));
  return lines;
};

const detailTab: Tab<Finding> = { id: 'detail', title: 'detail', lines: detail };

export const doctorScreen = listScreen<Finding>({
  name: 'doctor',
  list: (app) => ({
    source: () => findings(app),
    idOf: ({ check }) => check,
    lasting: true,
    columns: [
      {
        id: 'state',
        title: 'state',
        width: 9,
        priority: 0,
        cell: ({ state }, look) => {
          const { glyph, word, token } = conditions[state];
          return { text: `${look.glyphs[glyph]} ${word}`, token };
        },
        sortKey: ({ state }) => Object.keys(conditions).indexOf(state),
      },
      {
        id: 'check',
        title: 'check',
        width: 13,
        flex: { share: 1, most: 20 },
        priority: 0,
        cell: ({ check }) => ({ text: clean(check) }),
        sortKey: ({ check }) => check,
      },
      {
        id: 'detail',
        title: 'what was found',
        width: 24,
        flex: { share: 6, most: 200 },
        priority: 1,
        cell: ({ detail: text, state }) => ({ text: clean(text), token: state === 'pass' ? 'muted' : 'text' }),
      },
    ],
    filterFields: ({ check, state, detail: text }) => ({
      text: `${check} ${conditions[state].word} ${text}`.toLowerCase(),
      fields: { name: [check.toLowerCase()], status: [state, conditions[state].word] },
    }),
    isFault: ({ state }) => state === 'fail' || state === 'warn',
  }),
  empty: (app) => {
    const { error } = app.look('doctor', {}, { dwellMs: 0 });
    return error === undefined ? 'checking' : clean(error.message);
  },
  heading: ({ check }, { look, width }) => look.paint('heading', fit(truncate(clean(check), width), width).trimEnd()),
  tabs: [detailTab],
});
