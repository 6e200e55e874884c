import { clean } from '../../components/text.ts';
import type { AclRow, RoleRow } from '../../src/operations/access.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { privilegeLines, privilegeSummary, ruleText } from './rules.ts';
import { accessLooking, sectionOf, textFields } from './section.ts';

/** Roles, and the rules that give them to somebody somewhere. */

const roleLines = (role: RoleRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const answer = app.look('access.acl', {}, accessLooking);
  const rules = (answer.value ?? []).filter(({ roleid }) => roleid === role.roleid);
  return [
    ...(role.privs.length === 0 ? ['holds nothing: it takes away what comes from above'] : []),
    ...privilegeLines(role.privs, look, width),
    '',
    look.paint('muted', 'given to'),
    ...answerLines(answer, drawing),
    ...(answer.value !== undefined && rules.length === 0 ? ['  nobody'] : []),
    ...rules.map((rule) => `  ${clean(rule.ugid)} on ${clean(rule.path)}`),
  ];
};

export const roles = (app: AppModel) =>
  sectionOf<RoleRow>({
    id: 'roles',
    title: 'roles',
    rows: () => app.look('access.roles', {}, accessLooking),
    idOf: ({ roleid }) => roleid,
    columns: [
      {
        id: 'role',
        title: 'role',
        width: 18,
        flex: { share: 1, most: 32 },
        priority: 0,
        cell: ({ roleid }) => ({ text: clean(roleid) }),
        sortKey: ({ roleid }) => roleid,
      },
      {
        id: 'kind',
        title: 'kind',
        width: 8,
        priority: 0,
        cell: ({ special }) =>
          special === true ? { text: 'built in', token: 'muted' } : { text: 'own', token: 'accent' },
        sortKey: ({ special }) => (special === true ? 1 : 0),
      },
      {
        id: 'count',
        title: 'holds',
        width: 5,
        align: 'right',
        priority: 1,
        cell: ({ privs }) => ({ text: String(privs.length) }),
        sortKey: ({ privs }) => privs.length,
      },
      {
        id: 'about',
        title: 'privileges',
        width: 20,
        flex: { share: 3, most: 80 },
        priority: 2,
        cell: ({ privs }) => ({ text: clean(privilegeSummary(privs)), token: 'muted' }),
      },
    ],
    filterFields: ({ roleid, privs, special }) =>
      textFields([roleid, ...privs], { name: [roleid], type: [special === true ? 'built in' : 'own'] }),
    empty: 'no roles',
    heading: ({ roleid }) => roleid,
    kind: ({ special }) => (special === true ? 'role, built in' : 'role'),
    lines: roleLines,
  })(app);

const ruleDetails = (rule: AclRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const answer = app.look('access.roles', {}, accessLooking);
  const role = answer.value?.find(({ roleid }) => roleid === rule.roleid);
  return [
    ruleText(rule),
    '',
    look.paint('muted', `${clean(rule.type)} ${clean(rule.ugid)} holds there`),
    ...answerLines(answer, drawing),
    ...(role?.privs.length === 0 ? ['nothing: this rule takes away what comes from above'] : []),
    ...privilegeLines(role?.privs ?? [], look, width),
  ];
};

export const acl = (app: AppModel) =>
  sectionOf<AclRow>({
    id: 'acl',
    title: 'rules',
    rows: () => app.look('access.acl', {}, accessLooking),
    idOf: ({ path, type, ugid, roleid }) => `${path} ${type} ${ugid} ${roleid}`,
    columns: [
      {
        id: 'path',
        title: 'path',
        width: 20,
        flex: { share: 1, most: 36 },
        priority: 0,
        cell: ({ path }) => ({ text: clean(path) }),
        sortKey: ({ path }) => path,
      },
      {
        id: 'who',
        title: 'who',
        width: 18,
        flex: { share: 1, most: 40 },
        priority: 0,
        cell: ({ ugid }) => ({ text: clean(ugid) }),
        sortKey: ({ ugid }) => ugid,
      },
      {
        id: 'role',
        title: 'role',
        width: 16,
        flex: { share: 1, most: 28 },
        priority: 0,
        cell: ({ roleid }) => ({ text: clean(roleid), ...(roleid === 'NoAccess' ? { token: 'warn' as const } : {}) }),
        sortKey: ({ roleid }) => roleid,
      },
      {
        id: 'type',
        title: 'kind',
        width: 5,
        priority: 2,
        cell: ({ type }) => ({ text: clean(type), token: 'muted' }),
        sortKey: ({ type }) => type,
      },
      {
        id: 'below',
        title: 'below',
        width: 5,
        priority: 1,
        cell: ({ propagate }) =>
          propagate === false ? { text: 'no', token: 'warn' } : { text: 'too', token: 'muted' },
        sortKey: ({ propagate }) => (propagate === false ? 0 : 1),
      },
    ],
    filterFields: ({ path, type, ugid, roleid }) =>
      textFields([path, type, ugid, roleid], { name: [ugid, roleid], type: [type] }),
    empty: 'no rules that this login may see (Sys.Audit or Permissions.Modify on /access)',
    heading: ({ ugid }) => ugid,
    kind: () => 'rule',
    lines: ruleDetails,
  })(app);
