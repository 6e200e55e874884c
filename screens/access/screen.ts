import { segmentLine } from '../../components/segments.ts';
import { clean } from '../../components/text.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Handlers } from '../../src/ui/keys.ts';
import type { Layout } from '../../src/ui/layout.ts';
import type { Drawing, Screen, ScreenMaker } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { here, roleText } from './here.ts';
import { mayDo } from './mayDo.ts';
import { groups, tokens, users } from './people.ts';
import { paths } from './paths.ts';
import { pools } from './pools.ts';
import { realms } from './realms.ts';
import { acl, roles } from './roles.ts';
import { accessLooking, type Section } from './section.ts';

/** What this login may do, and who else may do what: a list for each, which `[` and `]` turn like tabs. */
export const accessScreen: ScreenMaker = (app): Screen => {
  const sections = [mayDo, paths, users, tokens, groups, roles, acl, pools, realms, here].map((make) => make(app));
  const chooser = app.details('access');
  const ids = sections.map(({ id }) => id);
  const shown = (): Section => {
    const found = sections.find(({ id }) => id === chooser.tab) ?? sections[0];
    if (found === undefined) throw new Error('the access screen has no sections');
    return found;
  };
  const turn: Handlers = { 'tab-next': () => chooser.turn(1), 'tab-previous': () => chooser.turn(-1) };
  chooser.drawing('access', ids, 1);
  return {
    scopes: () => {
      const { own, screen } = shown();
      return own === undefined ? screen.scopes() : [own.scope, ...screen.scopes()];
    },
    handlers: {
      ...Object.fromEntries(sections.flatMap(({ own }) => (own === undefined ? [] : [[own.scope, own.handlers]]))),
      list: { ...passedOn(sections, shown, 'list'), ...turn },
      details: passedOn(sections, shown, 'details'),
    },
    body: (drawing, layout) => body(sections, shown(), drawing, layout),
    back: () => shown().screen.back(),
    get list() {
      const { list } = shown().screen;
      if (list === undefined) throw new Error('a section of the access screen has no list');
      return list;
    },
    details: chooser,
    tabs: sections.map(({ id, title }) => ({ id, title })),
    actions: () => shown().screen.actions?.() ?? { title: '', items: [] },
  };
};

/** Keys of a scope do what they do in the section that is shown. */
const passedOn = (sections: readonly Section[], shown: () => Section, scope: 'list' | 'details'): Handlers => {
  const actions = Object.keys(sections[0]?.screen.handlers[scope] ?? {}) as (keyof Handlers)[];
  return Object.fromEntries(actions.map((action) => [action, () => shown().screen.handlers[scope]?.[action]?.()]));
};

const body = (sections: readonly Section[], section: Section, drawing: Drawing, layout: Layout): readonly string[] => {
  const answer = section.read();
  const said =
    answer.error === undefined
      ? []
      : answerLines(answer, { ...drawing, width: layout.columns - 2 }).map((line) => ` ${line}`);
  const above = [headLine(sections, section, drawing, layout.columns), ...said];
  const split = layout.mode === 'stacked';
  const rest: Layout = {
    ...layout,
    bodyHeight: Math.max(1, layout.bodyHeight - above.length),
    listHeight: Math.max(1, layout.listHeight - above.length),
    detailsHeight: split ? layout.detailsHeight : Math.max(1, layout.detailsHeight - above.length),
  };
  return [...above, ...section.screen.body(drawing, rest)].slice(0, layout.bodyHeight);
};

/** Where there is no room for all, names of sections that far away go before the login does. */
const farSection = 5;

/** The sections with the shown one standing out, and as whom the cluster is asked. */
const headLine = (
  sections: readonly Section[],
  shown: Section,
  { app, look }: { readonly app: AppModel } & Pick<Drawing, 'look'>,
  width: number,
): string => {
  const login = app.look('access.show', {}, { ...accessLooking, everyMs: 0 }).value?.login;
  const role = roleText(app);
  const at = sections.indexOf(shown);
  return segmentLine(
    look,
    sections.map(({ title }, index) =>
      index === at
        ? { text: ` ${look.colourful ? title : `[${title}]`}`, token: 'tab' }
        : { text: index === 0 ? ` ${title}` : title, token: 'muted', drop: 1 + Math.abs(index - at) },
    ),
    [
      ...(role === undefined ? [] : [{ text: clean(role), token: 'warn', drop: farSection } as const]),
      ...(login === undefined ? [] : [{ text: `as ${clean(login)} `, token: 'accent', drop: farSection } as const]),
    ],
    width,
  );
};
