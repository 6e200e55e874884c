import type { TableColumn } from '../../components/table.ts';
import { clean, truncate } from '../../components/text.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { tableLines } from '../detailTable.ts';
import { factLines } from '../factsOf.ts';
import { openRow } from './rowView.ts';
import { everyMs, glanceOf, warned, well, type Asking, type Glance, type Section } from './section.ts';

/** The firewall of the datacenter: what is let in, in which order it is tried, and the names that rules use. */

type Rule = ResultOf<'firewall.rules'>[number];

const options = ({ app }: Asking) => app.look('firewall.options', {}, { everyMs });

/** What counts where nothing is set (PVE::Firewall). */
const policies = { in: 'DROP', out: 'ACCEPT' };

const glance = (drawing: Asking): Glance =>
  glanceOf(options(drawing), ({ enable, policy_in: incoming, policy_out: outgoing }) =>
    enable === true
      ? well('on', `in ${clean(incoming ?? policies.in)}, out ${clean(outgoing ?? policies.out)}`)
      : warned('off', 'no rule works anywhere, those of guests neither'),
  );

const optionLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { look } = drawing;
  const answer = options(drawing);
  const said = answerLines(answer, drawing);
  if (answer.value === undefined) return said;
  const {
    enable,
    policy_in: incoming,
    policy_out: outgoing,
    policy_forward: forwarded,
    ebtables,
    log_ratelimit: limit,
  } = answer.value;
  const state =
    enable === true
      ? look.paint('ok', `${look.glyphs.running} on`)
      : look.paint('warn', `${look.glyphs.warning} off: no rule works anywhere, those of guests neither`);
  return [
    ...said,
    state,
    '',
    ...factLines(
      {
        incoming: incoming ?? `${policies.in} (usual)`,
        outgoing: outgoing ?? `${policies.out} (usual)`,
        forwarded: forwarded ?? 'ACCEPT (usual)',
        bridges: ebtables === false ? 'not filtered (ebtables off)' : 'filtered (ebtables)',
        'log limit': limit,
      },
      drawing,
    ),
  ];
};

/** What a rule lets through or not: `SSH`, `tcp 8006`, `any`. */
const trafficOf = ({ macro, proto, dport, sport, 'icmp-type': icmp }: Rule): string => {
  const ports = [dport === undefined ? undefined : String(dport), sport === undefined ? undefined : `from ${sport}`];
  const parts = [macro, proto, typeof icmp === 'string' ? icmp : undefined, ...ports].filter(
    (part) => part !== undefined,
  );
  return parts.length === 0 ? 'any' : parts.join(' ');
};

const isOff = ({ enable }: Rule): boolean => enable !== true;

const actionToken = (rule: Rule): 'muted' | 'ok' | 'error' | 'info' => {
  if (isOff(rule)) return 'muted';
  if (rule.type === 'group') return 'info';
  return rule.action === 'ACCEPT' ? 'ok' : 'error';
};

const dimmed = (rule: Rule, text: string) => (isOff(rule) ? ({ text, token: 'muted' } as const) : { text });

const column = (
  id: string,
  width: number,
  priority: number,
  most: number,
  cell: TableColumn<Rule>['cell'],
): TableColumn<Rule> => ({ id, title: id, width, priority, flex: { share: 1, most }, cell });

const ruleColumns: readonly TableColumn<Rule>[] = [
  {
    id: 'pos',
    title: '#',
    width: 2,
    align: 'right',
    priority: 0,
    cell: ({ pos }) => ({ text: String(pos), token: 'muted' }),
  },
  {
    id: 'on',
    title: 'on',
    width: 5,
    priority: 0,
    cell: (rule, look) =>
      isOff(rule)
        ? { text: `${look.glyphs.stopped} off`, token: 'muted' }
        : { text: `${look.glyphs.running} on`, token: 'ok' },
  },
  column('way', 5, 1, 7, (rule) => dimmed(rule, clean(rule.type))),
  column('action', 10, 0, 16, (rule) => ({ text: clean(rule.action), token: actionToken(rule) })),
  column('traffic', 10, 0, 18, (rule) => dimmed(rule, clean(rule.type === 'group' ? 'its rules' : trafficOf(rule)))),
];

const fromOf = ({ source }: Rule): string => source ?? 'anywhere';
const toOf = ({ dest, iface }: Rule): string => dest ?? (iface === undefined ? 'here' : `${iface} here`);

/** With room, what stands below a rule in a narrow pane has columns of its own. */
const roomyColumns: readonly TableColumn<Rule>[] = [
  ...ruleColumns,
  column('from', 12, 2, 24, (rule) => dimmed(rule, clean(fromOf(rule)))),
  column('to', 10, 3, 24, (rule) => dimmed(rule, clean(toOf(rule)))),
  column('comment', 10, 4, 44, ({ comment }) => ({ text: clean(comment ?? ''), token: 'muted' })),
];
/** From this width on a rule is one line. */
const roomy = 84;

const openRule = (app: AppModel, rule: Rule): void =>
  openRow(app, {
    kind: 'rule of the firewall',
    name: `rule ${String(rule.pos)}`,
    facts: rule,
    ...(rule.type === 'group' ? { more: (drawing) => groupRules(rule.action, drawing) } : {}),
  });

const rulesTable = (rows: readonly Rule[], drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const open = (rule: Rule): void => openRule(app, rule);
  if (width >= roomy) return tableLines({ rows, columns: roomyColumns, open }, drawing);
  const below = (rule: Rule): readonly string[] => {
    const about = [`from ${fromOf(rule)} to ${toOf(rule)}`, rule.comment].filter(Boolean).join(': ');
    return [look.paint('muted', `    ${truncate(clean(about), width - 4)}`)];
  };
  return tableLines({ rows, columns: ruleColumns, open, below }, drawing);
};

const ruleLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = app.look('firewall.rules', {}, { everyMs });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0)
    return [...said, look.paint('muted', 'no rules: what is not let in by guests or nodes meets the policy')];
  return [...said, ...rulesTable(answer.value ?? [], drawing)];
};

const groupRules = (group: string, drawing: Drawing & Area): readonly (string | Line)[] => {
  const answer = drawing.app.look('firewall.rules', { group }, { dwellMs: 0 });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, drawing.look.paint('muted', 'no rules')];
  return [
    drawing.look.paint('heading', `rules of ${clean(group)}`),
    ...said,
    ...rulesTable(answer.value ?? [], drawing),
  ];
};

interface Named {
  readonly name: string;
  readonly about: string;
  readonly comment?: string | undefined;
}

const namedColumns: readonly TableColumn<Named>[] = [
  {
    id: 'name',
    title: 'name',
    width: 12,
    flex: { share: 1, most: 24 },
    priority: 0,
    cell: ({ name }) => ({ text: clean(name) }),
  },
  {
    id: 'about',
    title: '',
    width: 16,
    flex: { share: 1, most: 24 },
    priority: 1,
    cell: ({ about }) => ({ text: clean(about) }),
  },
  {
    id: 'comment',
    title: 'comment',
    width: 10,
    flex: { share: 2, most: 40 },
    priority: 2,
    cell: ({ comment }) => ({ text: clean(comment ?? ''), token: 'muted' }),
  },
];

const groupLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = app.look('firewall.groups', {}, { everyMs });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, look.paint('muted', 'no security groups')];
  const rows = (answer.value ?? []).map(({ group, comment }) => ({ name: group, about: '', comment }));
  const open = ({ name, comment }: Named): void =>
    openRow(app, { kind: 'security group', name, facts: { comment }, more: (place) => groupRules(name, place) });
  return [
    ...said,
    ...tableLines(
      { rows, columns: namedColumns.filter(({ id }) => id !== 'about'), open, copy: ({ name }) => name },
      drawing,
    ),
  ];
};

const aliasLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = app.look('firewall.aliases', {}, { everyMs });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, look.paint('muted', 'no aliases')];
  const rows = (answer.value ?? []).map(({ name, cidr, comment }) => ({ name, about: cidr ?? '', comment }));
  return [...said, ...tableLines({ rows, columns: namedColumns, copy: ({ about }) => about }, drawing)];
};

const memberLines = (name: string, drawing: Drawing & Area): readonly (string | Line)[] => {
  const answer = drawing.app.look('firewall.ipset', { name }, { dwellMs: 0 });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, drawing.look.paint('muted', 'nothing is in it')];
  const rows = (answer.value ?? []).map(({ cidr, nomatch, comment }) => ({
    name: cidr,
    about: nomatch === true ? 'except this' : '',
    comment,
  }));
  return [...said, ...tableLines({ rows, columns: namedColumns, copy: (row) => row.name }, drawing)];
};

const ipsetLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = app.look('firewall.ipsets', {}, { everyMs });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, look.paint('muted', 'no IP sets')];
  const rows = (answer.value ?? []).map(({ name, comment }) => ({ name, about: '', comment }));
  const open = ({ name, comment }: Named): void =>
    openRow(app, { kind: 'IP set', name, facts: { comment }, more: (place) => memberLines(name, place) });
  return [
    ...said,
    ...tableLines(
      { rows, columns: namedColumns.filter(({ id }) => id !== 'about'), open, copy: ({ name }) => `+dc/${name}` },
      drawing,
    ),
  ];
};

export const firewallSection: Section = {
  id: 'firewall',
  title: 'firewall',
  about: 'what the datacenter lets in',
  glance,
  tabs: [
    { id: 'firewall-rules', title: 'rules', lines: ruleLines },
    { id: 'firewall-options', title: 'options', lines: optionLines },
    { id: 'firewall-groups', title: 'groups', lines: groupLines },
    { id: 'firewall-aliases', title: 'aliases', lines: aliasLines },
    { id: 'firewall-ipsets', title: 'ip sets', lines: ipsetLines },
  ],
};
