import { bar } from '../../components/meters.ts';
import { clean, fit, truncate, widthOf } from '../../components/text.ts';
import { duration, moment, percent, shortDuration } from '../../components/units.ts';
import type { Guest, Task } from '../../src/models/cluster.ts';
import { taskLabel } from '../../src/models/upid.ts';
import { wordsOfInput } from '../../src/operations/words.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { progressOf } from '../../src/ui/taskProgress.ts';
import { openLog } from '../log.ts';
import { taskSeconds } from '../tasks/columns.ts';
import { taskState } from '../tasks/line.ts';
import type { Entry, Section } from './board.ts';

/** What moves: tasks that run, what changed in the last hour, and what we did ourselves. */

const runningShown = 6;
const ownShown = 5;
const hourSeconds = 3600;
/** The audit trail lies on this machine: reading it costs no call. */
const auditEveryMs = 10_000;

/** Tasks that change nothing: somebody looked, or lists were fetched. */
const quiet = new Set([
  'vncproxy',
  'vncshell',
  'spiceproxy',
  'spiceshell',
  'termproxy',
  'aptupdate',
  'vzdump',
  'prunebackups',
  'push_file',
  'pull_file',
]);

/** What a task does and to whom: `start 104 relay-dev`. */
const workOf = (app: AppModel, { type, id }: Task): string => {
  const guest = app.cluster.guestName(id);
  const label = taskLabel(type, guest === undefined ? id : '');
  if (guest === undefined) return clean(label);
  const action = label.split(' - ').at(-1) ?? label;
  return clean(`${type === 'vzdump' ? 'back up' : action} ${id} ${guest}`);
};

const runningLine = (task: Task, nodeWidth: number, width: number, { app, look, now }: Drawing): string => {
  const progress = progressOf(app, task);
  const tail = right(duration(taskSeconds(task, now)), 8);
  const barWidth = width >= 50 ? 10 : 5;
  const meterText =
    progress === undefined
      ? ' '.repeat(barWidth + 6)
      : `${look.paint('info', bar(look, progress.fraction, barWidth))} ${right(percent(progress.fraction), 4)} `;
  const node = width >= 50 ? `  ${fit(clean(task.node), nodeWidth)}` : '';
  const nameWidth = width - 2 - widthOf(node) - 2 - (barWidth + 6) - widthOf(tail);
  return `${look.paint('info', look.glyphs.working)} ${fit(workOf(app, task), nameWidth)}${node}  ${meterText}${tail}`;
};

const right = (text: string, width: number): string => fit(text, width, 'right');

const ofTask = (app: AppModel, task: Task): Pick<Entry, 'copy' | 'open'> => ({
  copy: task.upid,
  open: () => openLog(app, task.upid),
});

/** Tasks that run now, with how far they are where their log tells. */
export const runningSection = (drawing: Drawing): Section => {
  const { app, look } = drawing;
  const running = app.live.getState().snapshot.tasks.filter(({ status }) => status === undefined);
  const shown = running.slice(0, runningShown);
  const rest = running.length - shown.length;
  const nodeWidth = Math.min(12, Math.max(0, ...shown.map(({ node }) => widthOf(clean(node)))));
  return {
    id: 'running',
    title: 'RUNNING',
    note: running.length === 0 ? '' : String(running.length),
    entries: [
      ...shown.map((task) => ({
        id: `running ${task.upid}`,
        text: (width: number) => runningLine(task, nodeWidth, width, drawing),
        ...ofTask(app, task),
      })),
      ...(rest > 0
        ? [
            {
              id: 'running more',
              text: () => look.paint('muted', `${String(rest)} more tasks`),
              open: () => app.goTo('tasks'),
            },
          ]
        : []),
    ],
    empty: look.paint('muted', 'no task runs'),
  };
};

/** Something that changed: a task, or a machine that came up without one. */
interface Change {
  readonly id: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly entry: Entry;
}

const taskChange = (task: Task, drawing: Drawing): Change => {
  const { app, look, now } = drawing;
  const { glyph, token } = taskState(task);
  const at = task.endtime ?? task.starttime;
  const user = clean(task.user);
  return {
    id: `changed ${task.upid}`,
    at,
    entry: {
      id: `changed ${task.upid}`,
      ...ofTask(app, task),
      text: (width) => {
        const time = moment(at * 1000, now).slice(0, 5);
        const by = width >= 50 ? truncate(user, 18) : '';
        const room = width - 9 - (by === '' ? 0 : widthOf(by) + 2);
        const said = token === 'ok' ? '' : `: ${clean(task.status ?? '')}`;
        const line = fit(workOf(app, task) + said, room);
        return `${look.paint('muted', time)}  ${look.paint(token, look.glyphs[glyph])} ${line}${by === '' ? '' : `  ${look.paint('muted', by)}`}`;
      },
    },
  };
};

/** Guests that came up within the hour though nobody started them: they crashed, rebooted themselves, or HA moved them. */
const unasked = (guests: readonly Guest[], tasks: readonly Task[], drawing: Drawing): readonly Change[] => {
  const { app, look, now } = drawing;
  const touched = new Set(tasks.map(({ id }) => id));
  return guests
    .filter(
      ({ status, uptime, vmid }) =>
        status === 'running' && uptime > 0 && uptime < hourSeconds && !touched.has(String(vmid)),
    )
    .map((guest) => {
      const at = now / 1000 - guest.uptime;
      const id = `came-up ${guest.id}`;
      return {
        id,
        at,
        entry: {
          id,
          copy: String(guest.vmid),
          open: () => app.goTo('guests', { id: guest.id }),
          text: (width) =>
            `${look.paint('muted', moment(at * 1000, now).slice(0, 5))}  ${look.paint('warn', look.glyphs.warning)} ` +
            truncate(`${String(guest.vmid)} ${clean(guest.name)} came up by itself`, width - 9),
        },
      };
    });
};

/** What changed in the last hour, newest first, at most so many. */
export const changedSection = (drawing: Drawing, most: number): Section => {
  const { app, look, now } = drawing;
  const { tasks, guests } = app.live.getState().snapshot;
  const since = now / 1000 - hourSeconds;
  const recent = tasks.filter((task) => (task.endtime ?? 0) >= since);
  const changes = [
    ...recent.filter(({ type }) => !quiet.has(type)).map((task) => taskChange(task, drawing)),
    ...unasked(guests, recent, drawing),
  ].toSorted((a, b) => b.at - a.at);
  const rest = changes.length - most;
  return {
    id: 'changed',
    title: 'CHANGED',
    note: 'in the last hour',
    entries: [
      ...changes.slice(0, most).map(({ entry }) => entry),
      ...(rest > 0
        ? [
            {
              id: 'changed more',
              text: () => look.paint('muted', `${String(rest)} more changes`),
              open: () => app.goTo('tasks'),
            },
          ]
        : []),
    ],
    empty: look.paint('muted', 'nothing changed'),
  };
};

/** What was done with Proxdeck in this context, from the audit trail of this machine. */
export const ownSection = (drawing: Drawing): Section => {
  const { app, look, now } = drawing;
  const { value, error } = app.look(
    'audit.list',
    { here: true, limit: ownShown },
    { dwellMs: 0, everyMs: auditEveryMs },
  );
  const entries = (value ?? []).map((row): Entry => {
    const isOk = row.result === 'ok';
    const isOpen = row.result === 'started';
    const text = `${row.operation.replace('.', ' ')} ${wordsOfInput(row.input)}`.trim();
    const said = isOk ? '' : isOpen ? ': not ended' : `: ${row.message ?? row.result}`;
    return {
      id: `own ${String(row.at)} ${row.operation}`,
      copy: `proxdeck ${text}`,
      text: (width) => {
        const token = isOk ? 'ok' : isOpen ? 'info' : 'error';
        const glyph = isOk ? look.glyphs.running : isOpen ? look.glyphs.working : look.glyphs.failed;
        const took = row.took > 0 ? `  ${shortDuration(row.took)}` : '';
        return (
          `${look.paint('muted', moment(row.at * 1000, now).slice(0, 5))}  ${look.paint(token, glyph)} ` +
          `${fit(clean(text + said), width - 9 - took.length)}${look.paint('muted', took)}`
        );
      },
    };
  });
  const empty = error === undefined ? 'nothing yet with Proxdeck' : clean(error.message);
  return {
    id: 'own',
    title: 'WE DID',
    entries,
    empty: look.paint('muted', value === undefined && error === undefined ? 'reading' : empty),
  };
};
