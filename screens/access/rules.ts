import { clean, wrapWords } from '../../components/text.ts';
import type { Look } from '../../components/look.ts';
import type { AclRow } from '../../src/operations/access.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { accessLooking } from './section.ts';

/** How rules (who has which role where) and privileges are written in details. */

/** Privileges by what they are about: `VM`, `Datastore`, `Sys`; each in the order of their names. */
const byArea = (privileges: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  Map.groupBy(privileges.toSorted(), (privilege) => privilege.slice(0, privilege.indexOf('.')));

const areaWidth = 11;

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

/** Returns the rules of some holders as lines, or why they are not known; `none` is said when there are none. */
export const ruleLines = (
  isOf: (rule: AclRow) => boolean,
  none: string,
  drawing: Drawing & Area,
): readonly string[] => {
  const { app, look, width } = drawing;
  const answer = app.look('access.acl', {}, accessLooking);
  const said = answerLines(answer, drawing);
  if (answer.value === undefined) return said;
  const rules = answer.value.filter(isOf);
  if (rules.length === 0) return [...said, ...wrapWords(none, width).map((line) => look.paint('muted', line))];
  return [
    ...said,
    ...rules.flatMap((rule) => {
      const via = rule.type === 'group' ? `  through ${clean(rule.ugid)}` : '';
      return wrapWords(`${ruleText(rule)}${via}`, width - 2).map((line) => `  ${line}`);
    }),
  ];
};
