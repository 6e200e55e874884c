import { bar, sparkline } from '../../components/meters.ts';
import { cutStyled } from '../../components/styled.ts';
import { clean, fit, truncate, wrapWords } from '../../components/text.ts';
import { bytes, counted, duration, percent, shortDuration } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import { reachable } from '../../src/models/reachable.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { fractionOf, loadToken } from '../condition.ts';
import { openLog } from '../log.ts';
import { taskLine } from '../tasks/line.ts';
import { backupsNear, blindness, isGood, known } from './backupsOf.ts';
import { alive, crawledBackup, guestState } from './columns.ts';
import { addressesOf, guestsModel } from './model.ts';
import { notesOf } from './notes.ts';
import { recentTasks } from './recentTasks.ts';

/** A guest looked at for this long has its last hour asked for. */
const dwellMs = 300;
/** Its addresses later: an agent that is gone holds a worker of its node for three seconds. */
const addressDwellMs = 800;

/** What a guest is and how it does, from what the poll brings anyway. */
const lines = (guest: Guest, { app, look, now, width, height }: Drawing & Area): readonly (string | Line)[] => {
  const { snapshot } = app.live.getState();
  const state = guestState(guest);
  const graph = Math.max(8, Math.min(30, width - 24));
  const label = (name: string, value: string): string => `${look.paint('muted', fit(name, 7))} ${value}`;
  const history = app.cluster.history(guest.id, dwellMs);
  const rates = app.session?.inventory.rates(guest.id);
  const memory = fractionOf(guest.mem, guest.maxmem);
  const shown: (string | Line)[] = [
    `${look.paint(state.token, `${look.glyphs[state.glyph]} ${state.word}`)}${guest.uptime > 0 ? ` ${duration(guest.uptime)}` : ''}`,
  ];
  if (snapshot.nodes.find(({ node }) => node === guest.node)?.status === 'offline')
    shown.push(
      ...wrapWords(`${look.glyphs.failed} node ${clean(guest.node)} is away: this is what was last known`, width).map(
        (line) => look.paint('error', line),
      ),
    );
  if (guest.lock !== undefined) shown.push(look.paint('warn', `${look.glyphs.locked} locked (${clean(guest.lock)})`));
  if (guest.hastate !== undefined) shown.push(label('ha', clean(guest.hastate)));
  shown.push('');
  if (alive(guest)) {
    shown.push(
      label(
        'cpu',
        `${look.paint('accent', sparkline(look, history.cpu, graph))}  ${percent(guest.cpu)} of ${String(guest.maxcpu)}`,
      ),
      label(
        'mem',
        `${look.paint('accent', sparkline(look, history.mem, graph))}  ${percent(memory)} of ${bytes(guest.maxmem)}`,
      ),
    );
    if (guest.type === 'lxc') {
      const used = fractionOf(guest.disk, guest.maxdisk) ?? 0;
      const token = loadToken(used);
      const meterText = bar(look, used, graph);
      shown.push(
        label(
          'disk',
          `${token === undefined ? meterText : look.paint(token, meterText)}  ${percent(used)} of ${bytes(guest.maxdisk)}`,
        ),
      );
    } else shown.push(label('disk', bytes(guest.maxdisk)));
    if (rates !== undefined) {
      shown.push(
        label('net', `in ${bytes(rates.netin)}/s  out ${bytes(rates.netout)}/s`),
        label('io', `read ${bytes(rates.diskread)}/s  write ${bytes(rates.diskwrite)}/s`),
      );
    }
  } else {
    shown.push(
      label('cpu', counted(guest.maxcpu, 'core')),
      label('mem', bytes(guest.maxmem)),
      label('disk', bytes(guest.maxdisk)),
    );
  }
  shown.push('');
  shown.push(...knownLines(guest, label, { app, look, now, width, height }));
  if (guest.tags.length > 0)
    shown.push(label('tags', cutStyled(guestsModel(app).tags.paint(guest.tags, look, true), width - 8)));
  if (guest.pool !== undefined) shown.push(label('pool', truncate(clean(guest.pool), width - 8)));
  const own = recentTasks(app, guest).slice(0, 6);
  if (own.length > 0) shown.push('', look.paint('muted', 'recent tasks'));
  for (const task of own)
    shown.push({
      text: `  ${taskLine(task, now, width - 2, look)}`,
      open: () => openLog(app, task.upid),
      copy: task.upid,
    });
  // Where room is scarce, every line has something to say.
  return shown.length <= height ? shown : shown.filter((line) => line !== '');
};

/** Lines of a note that are shown: the whole of it is with the configuration. */
const noteLines = 3;

type Label = (name: string, value: string) => string;

/** What the poll does not carry: addresses, the last good backup, the first line of the notes. */
const knownLines = (guest: Guest, label: Label, place: Drawing & Area): readonly string[] => {
  const { app, look, width } = place;
  const room = width - 8;
  const addresses = addressText(guest, place);
  const config = app.look('guest.config', { guest: guest.id }).value;
  const [note] = config === undefined ? [] : notesOf(config);
  const lines = [];
  if (addresses !== '') lines.push(label('address', truncate(clean(addresses), room - 1)));
  if (!guest.template) lines.push(label('backup', backupText(guest, place)));
  if (note !== undefined)
    for (const [at, part] of wrapWords(clean(note), room).slice(0, noteLines).entries())
      lines.push(label(at === 0 ? 'note' : '', look.paint('muted', part)));
  return lines;
};

/** Addresses as the crawl knows them, else as the guest tells now. */
const addressText = (guest: Guest, { app }: Drawing): string => {
  const known = addressesOf(app, guest);
  if (known.length > 0 || !alive(guest)) return known.join('  ');
  const { value, error } = app.look('guest.interfaces', { guest: guest.id }, { dwellMs: addressDwellMs });
  return error === undefined ? reachable(value ?? []).join('  ') : error.message;
};

/** The last good backup as the crawl knows it, else as the storages tell now. */
const backupText = (guest: Guest, { app, look, now, width }: Drawing & Area): string => {
  const fact = crawledBackup(app, guest);
  const { told, elsewhere } = fact === undefined ? backupsNear(app, guest) : { told: [], elsewhere: 0 };
  if (fact === undefined && told.length + elsewhere === 0)
    return look.paint('muted', 'no storage that holds backups is seen');
  const newest = fact === undefined ? known(told).find(isGood) : fact.newest;
  if (newest !== undefined) {
    const text = `${shortDuration(now / 1000 - newest.ctime)} ago on ${clean(newest.storage)}`;
    const failed = fact?.newest?.verification === 'failed';
    return failed ? look.paint('error', `${look.glyphs.failed} ${text}, verification failed`) : text;
  }
  const reading = told.some(
    ({ answer }) => answer !== undefined && answer.value === undefined && answer.error === undefined,
  );
  if (reading) return look.paint('muted', 'reading');
  const unseen = blindness(app, guest);
  return unseen === undefined
    ? look.paint(
        'warn',
        `${look.glyphs.warning} none ${elsewhere === 0 ? 'that is known of' : `shared or on ${clean(guest.node)}`}`,
      )
    : look.paint('muted', truncate(`${look.glyphs.unknown} ${unseen}`, width - 8));
};

export const summaryTab: Tab<Guest> = { id: 'summary', title: 'summary', lines };
