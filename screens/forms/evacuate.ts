import { clean, fit, truncate } from '../../components/text.ts';
import { bytes, counted } from '../../components/units.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { Choice, FormDefinition, Values } from '../../src/ui/form.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { followGuests } from '../guests/actions/several.ts';

type Departure = ResultOf<'node.evacuation'>[number];

/** The answer that leaves it to free memory where each guest goes. */
const spread = 'spread';

/** Guests told one by one; of more than these their number. */
const mostTold = 12;
const widest = 76;

const targets = (node: string, { app }: Drawing): readonly Choice[] => {
  const nodes = app.live.getState().snapshot.nodes.filter((one) => one.node !== node);
  const choice = ({ node: value, status, maxmem = 0, mem = 0 }: ClusterNode): Choice => ({
    value,
    label: value,
    detail: `${bytes(Math.max(0, maxmem - mem))} of memory free`,
    ...(status !== 'online' && { impossible: `is ${status}` }),
  });
  return [
    { value: spread, label: 'spread', detail: 'each to the node with the most free memory' },
    ...nodes.map(choice),
  ];
};

const inputOf = (node: string, { target = spread, running }: Values) => ({
  node,
  ...(target !== spread && { target }),
  running: running === 'on',
});

const asked = (node: string, values: Values, app: AppModel): Answer<readonly Departure[]> =>
  app.look('node.evacuation', inputOf(node, values), { dwellMs: 0 });

const ways: Readonly<Record<Exclude<Departure['how'], 'stays'>, string>> = {
  live: 'goes on running',
  restart: 'is stopped, copied, started again',
  off: 'is off',
};

const told = ({ vmid, name, target = '', how, reason = '' }: Departure, { look }: Drawing): string => {
  const who = `${String(vmid).padStart(6)}  ${fit(clean(name), 16)}`;
  if (how === 'stays')
    return look.paint('warn', truncate(`${look.glyphs.warning} ${who}  stays: ${clean(reason)}`, widest));
  return truncate(`  ${who}  ${fit(clean(target), 8)}  ${ways[how]}`, widest);
};

/** Bytes that running guests were given: what the others must be able to hold. */
const memoryOf = (moves: readonly Departure[], app: AppModel): number => {
  const running = new Set(moves.flatMap(({ vmid, how }) => (how === 'off' ? [] : [vmid])));
  const { guests } = app.live.getState().snapshot;
  return guests.reduce((sum, { vmid, maxmem }) => sum + (running.has(vmid) ? maxmem : 0), 0);
};

/** What moves where, and what cannot: those that stay first. */
const notes = (node: string, values: Values, drawing: Drawing): readonly string[] => {
  const { app, look } = drawing;
  const { value, error } = asked(node, values, app);
  if (value === undefined)
    return [
      error === undefined
        ? look.paint('muted', 'finding out what can move')
        : look.paint('error', clean(error.message)),
      '',
    ];
  const stays = value.filter(({ how }) => how === 'stays');
  const moves = value.filter(({ how }) => how !== 'stays');
  const rows = [...stays, ...moves];
  const rest = rows.length - mostTold;
  const sum = [
    `${counted(moves.length, 'guest')} move${moves.length === 1 ? 's' : ''}`,
    stays.length === 0 ? 'none stays' : `${String(stays.length)} cannot`,
    `${bytes(memoryOf(moves, app))} of memory go along`,
  ].join(', ');
  return [
    look.paint(stays.length === 0 ? 'heading' : 'warn', sum),
    ...rows.slice(0, mostTold).map((row) => told(row, drawing)),
    ...(rest > 0 ? [look.paint('muted', `  and ${String(rest)} more`)] : []),
    '',
  ];
};

/** Asks where the guests of a node go before it is taken down. */
export const evacuateForm = (app: AppModel, node: string, start: Values = {}): FormDefinition => {
  let values: Values = start;
  return {
    title: `Move all guests of ${node} away`,
    verb: 'Evacuate',
    pages: [
      {
        title: 'Where to',
        fields: (_answers, drawing) => [
          {
            kind: 'choice',
            name: 'target',
            label: 'To',
            help: 'guests that something binds to their node stay, and are told',
            choices: targets(node, drawing),
            usual: spread,
          },
          {
            kind: 'toggle',
            name: 'running',
            label: 'Only running',
            help: 'on: guests that are off stay where they are',
          },
        ],
        notes: (answers, drawing) => notes(node, answers, drawing),
      },
    ],
    start,
    call: (answers) => {
      values = answers;
      return { name: 'node.evacuate', input: inputOf(node, answers) };
    },
    follow: () => {
      const moving = asked(node, values, app).value?.filter(({ how }) => how !== 'stays') ?? [];
      return followGuests(
        app,
        `evacuate ${node}`,
        moving.map(({ vmid }) => String(vmid)),
      );
    },
  };
};
