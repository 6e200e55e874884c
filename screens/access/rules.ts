import { clean, wrapWords } from '../../components/text.ts';
import type { Look } from '../../components/look.ts';
import type { AclRow } from '../../src/operations/access.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { accessLooking } from './section.ts';

/** How rules (who has which role where) and privileges are written in details. */

/** What privileges are about, as a person asks for it; what is not named comes after. */
const areas: readonly string[] = ['VM', 'Datastore', 'Sys', 'SDN', 'Pool'];
const rank = (privilege: string): number => {
  const at = areas.indexOf(privilege.split('.')[0] ?? '');
  return at < 0 ? areas.length : at;
};

/** Privileges by what they are about: `VM`, `Datastore`, `Sys`; each in the order of their names. */
const byArea = (privileges: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  Map.groupBy(
    privileges.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)),
    (privilege) => privilege.slice(0, privilege.indexOf('.')),
  );

const areaWidth = 12;

/** Returns privileges as lines, one area a line or more: `VM          Audit, Console, PowerMgmt`. */
export const privilegeLines = (privileges: readonly string[], look: Look, width: number): readonly string[] =>
  [...byArea(privileges)].flatMap(([area, names]) => {
    const text = names.map((name) => name.slice(area.length + 1)).join(', ');
    return wrapWords(clean(text), width - areaWidth).map(
      (line, at) => look.paint('muted', (at === 0 ? clean(area) : '').padEnd(areaWidth)) + line,
    );
  });

/** Returns privileges in short: `VM 3, Sys 2`. */
export const privilegeSummary = (privileges: readonly string[]): string =>
  [...byArea(privileges)].map(([area, names]) => `${area} ${String(names.length)}`).join(', ');

/** The role of a rule and where it counts. */
export const ruleText = ({ roleid, path, propagate }: AclRow): string =>
  `${clean(roleid)} on ${clean(path)}${propagate === false ? ' only, not below' : ''}`;

/** Whose rules are meant, and what to say when there are none. */
interface Rules {
  readonly isOf: (rule: AclRow) => boolean;
  readonly none: string;
  /** Behind rules that come through a group. */
  readonly via?: string;
}

/** Returns the rules of some holders as lines, or why they are not known. */
export const ruleLines = ({ isOf, none, via = '' }: Rules, drawing: Drawing & Area): readonly string[] => {
  const { app, look, width } = drawing;
  const answer = app.look('access.acl', {}, accessLooking);
  const said = answerLines(answer, drawing);
  if (answer.value === undefined) return said;
  const rules = answer.value.filter(isOf);
  if (rules.length === 0) return [...said, ...wrapWords(none, width).map((line) => look.paint('muted', line))];
  return [
    ...said,
    ...rules.flatMap((rule) => {
      const through = rule.type === 'group' && via !== '' ? ` ${via} ${clean(rule.ugid)}` : '';
      return wrapWords(`${ruleText(rule)}${through}`, width - 2).map((line) => `  ${line}`);
    }),
  ];
};
