import type { Look } from '../../components/look.ts';
import { clean, fit, widthOf, wrapWords } from '../../components/text.ts';
import { shortDuration } from '../../components/units.ts';
import type { Facts } from '../../src/inventory/facts.ts';
import type { Fault } from '../../src/inventory/faults/fault.ts';
import { faultsOf } from '../../src/inventory/faults/faults.ts';
import type { Snapshot } from '../../src/inventory/types.ts';
import { storageKey, type Guest } from '../../src/models/cluster.ts';
import { reasonIn } from '../../src/models/taskReason.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { openLog } from '../log.ts';
import type { Entry, Section } from './board.ts';

/** What needs a person: the faults, why they are there, and where Enter leads. */

/** The end of the log of a failed task stays what it is: it is read once. Of more tasks than these only the status is told. */
const reasonsRead = 6;
const tailLines = 40;
/** Who only passes by asks nothing, in milliseconds. */
const lookedMs = 400;

/** Why a task failed, out of the end of its log; undefined while nobody knows. */
const reasonOf = (app: AppModel, upid: string): string | undefined => {
  const { value } = app.look('task.tail', { upid, lines: tailLines });
  return value === undefined ? undefined : reasonIn(value.map(({ t }) => t));
};

interface Found {
  readonly snapshot: Snapshot;
  readonly version: number;
  readonly minute: number;
  readonly reasons: string;
  readonly faults: readonly Fault[];
}

/** The faults of each model as last found: a key that moves the mark does not look through 10,000 guests. */
const found = new WeakMap<AppModel, Found>();

const minuteMs = 60_000;

const withReasons = (app: AppModel, facts: Facts, now: number): readonly Fault[] => {
  const { snapshot } = app.live.getState();
  const known = found.get(app);
  const upids = (known?.snapshot === snapshot ? known.faults : faultsOf(snapshot, facts, now))
    .flatMap(({ upid }) => upid ?? [])
    .slice(0, reasonsRead);
  const read = new Map(upids.map((upid) => [upid, reasonOf(app, upid)]));
  const reasons = JSON.stringify([...read]);
  const minute = Math.floor(now / minuteMs);
  if (
    known?.snapshot === snapshot &&
    known.version === facts.version &&
    known.minute === minute &&
    known.reasons === reasons
  )
    return known.faults;
  const faults = faultsOf(snapshot, facts, now, (upid) => read.get(upid));
  found.set(app, { snapshot, version: facts.version, minute, reasons, faults });
  return faults;
};

/** Where Enter on a fault leads, and the word for it. */
const target = (app: AppModel, fault: Fault): { readonly word: string; readonly open: () => void } | undefined => {
  const { upid, storage, vmids = [], node, kind } = fault;
  const { snapshot } = app.live.getState();
  if (upid !== undefined) return { word: 'log', open: () => openLog(app, upid) };
  if (kind === 'task-failed') return { word: 'tasks', open: () => app.goTo('tasks') };
  if (storage !== undefined) {
    const row = snapshot.storages.find(({ id }) => id === storage);
    return {
      word: 'storage',
      open: () => app.goTo('storage', row === undefined ? {} : { id: `storage/${storageKey(row)}` }),
    };
  }
  const isIt = (row: Guest): boolean => row.vmid === vmids[0] && row.context === fault.context;
  const guest = vmids.length === 1 ? snapshot.guests.find(isIt) : undefined;
  if (guest !== undefined) return { word: 'guest', open: () => app.goTo('guests', { id: guest.id }) };
  if (vmids.length > 0) return { word: 'list', open: () => app.goTo('guests', { filter: filterFor(fault) }) };
  const row = snapshot.nodes.find((one) => one.node === node);
  if (row === undefined) return undefined;
  const tab = tabs[kind];
  return { word: 'node', open: () => app.goTo('nodes', { id: row.id, ...(tab === undefined ? {} : { tab }) }) };
};

/** The tab of a node that tells more. */
const tabs: Partial<Record<Fault['kind'], string>> = {
  'disk-failing': 'disks',
  'disk-worn': 'disks',
  'pool-sick': 'disks',
};

/** A filter that a person could have typed, where there is one. */
const filterFor = ({ kind, vmids = [] }: Fault): string => {
  if (kind === 'never-backed-up') return 'backup:never';
  if (kind === 'backup-old') return 'backup:old';
  if (kind === 'guest-paused') return 'status:paused';
  return `id:${vmids.join(',')}`;
};

/** Names of guests are long; what is wrong with them must still be read. */
const subjectMost = 22;

/** Facts older than this say so. */
const oldFactMs = 90 * minuteMs;
/** Below this width a line is subject and text, as much of it as there is room for. */
const alignedFrom = 60;
/** What Enter does stands in one column, of which this is the longest word. */
const longestWord = 'storage';
/** Lines that one reason may take. */
const mostLines = 3;

/** A fault as lines: what and why, and the rest of a long reason below itself. */
const linesOf = (
  fault: Fault,
  word: string,
  subjectWidth: number,
  { look, now }: Drawing,
  width: number,
): readonly [first: string, ...rest: string[]] => {
  const [glyph, token] = fault.severity === 'error' ? (['failed', 'error'] as const) : (['warning', 'warn'] as const);
  const mark = look.paint(token, look.glyphs[glyph]);
  const aligned = width >= alignedFrom;
  const subject = clean(fault.subject);
  const begin = aligned ? `${mark} ${fit(subject, subjectWidth)}  ` : `${mark} `;
  const indent = aligned ? subjectWidth + 4 : 2;
  const age = fault.at === undefined ? 0 : now - fault.at;
  const asOf = age > oldFactMs ? ` as of ${shortDuration(age / 1000)} ago` : '';
  const said = `${aligned ? '' : `${subject} `}${clean(fault.text)}${asOf}`;
  const [first = '', ...rest] = wrapWords(said, width - indent).slice(0, mostLines);
  const hint = `${look.glyphs.enter} ${word}`;
  const hintWidth = widthOf(look.glyphs.enter) + 1 + longestWord.length;
  const blanks = width - indent - widthOf(first) - hintWidth;
  // What is wrong is worth more than the word for what Enter does.
  const shown = aligned && word !== '' && blanks >= 2 ? ' '.repeat(blanks) + look.paint('muted', hint) : '';
  return [begin + first + shown, ...rest.map((line) => ' '.repeat(indent) + line)];
};

/** What the heading says of how far the slow crawl is: no fault of backups is told before they were read. */
const noteOf = (app: AppModel, facts: Facts, count: number, now: number): string => {
  const { guests, storages } = app.live.getState().snapshot;
  const [guest] = guests;
  const holds = storages.some(({ content }) => content.includes('backup'));
  const backups = guest === undefined ? undefined : facts.backupOf(guest);
  const read =
    backups === undefined
      ? holds
        ? 'backups not read yet'
        : ''
      : `backups as of ${shortDuration((now - backups.at) / 1000)} ago`;
  return [read, count === 0 ? '' : String(count)].filter((part) => part !== '').join('   ');
};

/** The first section: what needs a person, the worst first. */
export const needsSection = (drawing: Drawing): Section => {
  const { app, look, now } = drawing;
  const facts = app.session?.facts;
  const { snapshot } = app.live.getState();
  if (facts === undefined || snapshot.at === 0)
    return { id: 'needs', title: 'NEEDS YOU', entries: [], empty: look.paint('muted', 'connecting') };
  app.watch('faults', lookedMs, () => facts.look());
  const faults = withReasons(app, facts, now);
  const subjectWidth = Math.min(subjectMost, Math.max(4, ...faults.map(({ subject }) => widthOf(clean(subject)))));
  const entries = faults.map((fault): Entry => {
    const leads = target(app, fault);
    return {
      id: `needs ${fault.id}`,
      text: (width) => linesOf(fault, leads?.word ?? '', subjectWidth, drawing, width)[0],
      below: (width) => linesOf(fault, leads?.word ?? '', subjectWidth, drawing, width).slice(1),
      copy: `${fault.subject}: ${fault.text}`,
      ...(leads === undefined ? {} : { open: leads.open }),
    };
  });
  return {
    id: 'needs',
    title: 'NEEDS YOU',
    note: noteOf(app, facts, faults.length, now),
    entries,
    empty: allWell(look),
  };
};

const allWell = (look: Look): string =>
  look.paint('ok', `${look.glyphs.running} nothing: all is well as far as is known`);
