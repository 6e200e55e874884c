import { bar, sparkline } from '../components/meters.ts';
import type { Look } from '../components/look.ts';
import type { Cell, TableColumn } from '../components/table.ts';
import { clean, fit, truncate } from '../components/text.ts';
import { bytes, duration, percent, shortDuration } from '../components/units.ts';
import type { History, Rates } from '../src/inventory/types.ts';
import type { Guest, Task } from '../src/models/cluster.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { ListDefinition } from '../src/ui/list.ts';
import { fractionOf, loadToken, meter, nothing, type Condition } from './condition.ts';
import { taskLine } from './tasks.ts';

/** What the Guests screen shows of a guest: columns, filter fields, details. Pure: rows in, texts out. */

/** A guest that runs has figures worth reading; of a stopped one a row of zeros says nothing. */
const alive = (guest: Guest): boolean => guest.status !== 'stopped' && guest.status !== 'unknown';

/** The state of a guest as glyph, word and colour token. */
const guestState = (guest: Guest): Condition => {
  if (guest.template) return { glyph: 'stopped', word: 'template', token: 'muted' };
  if (guest.hastate === 'error' || guest.hastate === 'fence')
    return { glyph: 'failed', word: `ha ${guest.hastate}`, token: 'error' };
  switch (guest.status) {
    case 'running':
      return { glyph: 'running', word: 'running', token: 'ok' };
    case 'stopped':
      return { glyph: 'stopped', word: 'stopped', token: 'muted' };
    case 'paused':
    case 'suspended':
      return { glyph: 'paused', word: guest.status, token: 'warn' };
    case 'prelaunch':
    case 'inmigrate':
    case 'postmigrate':
    case 'shutdown':
      return { glyph: 'working', word: guest.status, token: 'info' };
    case 'unknown':
      return { glyph: 'unknown', word: 'unknown', token: 'error' };
    default:
      return { glyph: 'failed', word: clean(guest.status), token: 'error' };
  }
};

const stateCell = (guest: Guest, look: Look): Cell => {
  const { glyph, word, token } = guestState(guest);
  const lock = guest.lock === undefined ? '' : ` ${look.glyphs.locked}`;
  return { text: `${look.glyphs[glyph]} ${word}${lock}`, token };
};

const nameOf = (guest: Guest): string =>
  guest.name === '' ? `(${guest.type} ${String(guest.vmid)})` : clean(guest.name);

const guestColumns: readonly TableColumn<Guest>[] = [
  {
    id: 'id',
    title: 'id',
    width: 5,
    align: 'right',
    priority: 0,
    cell: (guest) => ({ text: String(guest.vmid) }),
    sortKey: (guest) => guest.vmid,
  },
  {
    id: 'name',
    title: 'name',
    width: 14,
    flex: { share: 3, most: 32 },
    priority: 0,
    cell: (guest) => ({ text: nameOf(guest) }),
    sortKey: (guest) => guest.name.toLowerCase(),
  },
  {
    id: 'type',
    title: 'type',
    width: 4,
    priority: 7,
    cell: (guest) => ({ text: guest.type === 'lxc' ? 'ct' : 'vm', token: 'muted' }),
    sortKey: (guest) => guest.type,
  },
  {
    id: 'node',
    title: 'node',
    width: 6,
    flex: { share: 1, most: 14 },
    priority: 4,
    cell: (guest) => ({ text: clean(guest.node) }),
    sortKey: (guest) => guest.node,
  },
  { id: 'state', title: 'state', width: 11, priority: 1, cell: stateCell, sortKey: (guest) => guest.status },
  {
    id: 'cpu',
    title: 'cpu',
    width: 5,
    align: 'right',
    priority: 2,
    cell: (guest) => (alive(guest) ? meter(guest.cpu) : nothing),
    sortKey: (guest) => (alive(guest) ? guest.cpu : -1),
  },
  {
    id: 'mem',
    title: 'mem',
    width: 5,
    align: 'right',
    priority: 3,
    cell: (guest) => (alive(guest) ? meter(fractionOf(guest.mem, guest.maxmem)) : nothing),
    sortKey: (guest) => (alive(guest) ? (fractionOf(guest.mem, guest.maxmem) ?? -1) : -1),
  },
  // The used space of a VM's disk is not known to Proxmox VE: its `disk` is always 0.
  {
    id: 'disk',
    title: 'disk',
    width: 5,
    align: 'right',
    priority: 5,
    cell: (guest) => (alive(guest) && guest.type === 'lxc' ? meter(fractionOf(guest.disk, guest.maxdisk)) : nothing),
    sortKey: (guest) => fractionOf(guest.disk, guest.maxdisk) ?? -1,
  },
  {
    id: 'up',
    title: 'up',
    width: 4,
    align: 'right',
    priority: 6,
    cell: (guest) => (guest.uptime > 0 ? { text: shortDuration(guest.uptime) } : nothing),
    sortKey: (guest) => guest.uptime,
  },
  {
    id: 'tags',
    title: 'tags',
    width: 8,
    flex: { share: 2, most: 30 },
    priority: 8,
    cell: (guest) => ({ text: clean(guest.tags.join(' ')), token: 'info' }),
    sortKey: (guest) => guest.tags.join(' '),
  },
  {
    id: 'pool',
    title: 'pool',
    width: 8,
    flex: { share: 1, most: 16 },
    priority: 9,
    cell: (guest) => ({ text: clean(guest.pool ?? ''), token: 'muted' }),
    sortKey: (guest) => guest.pool ?? '',
  },
];

/** The list of guests of a model. */
export const guestList = (app: AppModel): ListDefinition<Guest> => ({
  source: () => app.live.getState().snapshot.guests,
  idOf: (guest) => guest.id,
  lasting: true,
  columns: guestColumns,
  filterFields: (guest) => ({
    text: `${String(guest.vmid)} ${guest.name} ${guest.node} ${guest.status} ${guest.tags.join(' ')} ${guest.pool ?? ''}`.toLowerCase(),
    fields: {
      id: [String(guest.vmid)],
      name: [guest.name.toLowerCase()],
      node: [guest.node.toLowerCase()],
      status: [guest.status.toLowerCase()],
      pool: [(guest.pool ?? '').toLowerCase()],
      type: [guest.type === 'lxc' ? 'ct lxc container' : 'vm qemu'],
      tag: guest.tags.length === 0 ? [''] : guest.tags.map((tag) => tag.toLowerCase()),
    },
  }),
  isFault: (guest) =>
    !guest.template &&
    (guestState(guest).token === 'error' ||
      (guest.type === 'lxc' && (fractionOf(guest.disk, guest.maxdisk) ?? 0) >= 0.9)),
});

/** What the details pane needs besides the guest. */
export interface GuestDetailsInput {
  readonly guest: Guest;
  readonly history: History;
  readonly rates: Rates | undefined;
  readonly tasks: readonly Task[];
  readonly nodeOnline: boolean;
  readonly now: number;
}

/** Returns the details of a guest as lines of at most `width` columns. */
export const guestDetails = (input: GuestDetailsInput, width: number, look: Look): readonly string[] => {
  const { guest, history, rates, now } = input;
  const state = guestState(guest);
  const kind = guest.type === 'lxc' ? 'container' : 'VM';
  const graph = Math.max(8, Math.min(30, width - 24));
  const label = (name: string, value: string): string => `${look.paint('muted', fit(name, 7))} ${value}`;
  const memory = fractionOf(guest.mem, guest.maxmem);
  const lines = [
    look.paint('heading', truncate(`${String(guest.vmid)} ${nameOf(guest)}`, width - 20)) +
      look.paint('muted', `  ${kind} on ${truncate(clean(guest.node), 14)}`),
    look.paint('border', look.glyphs.horizontal.repeat(width)),
    `${look.paint(state.token, `${look.glyphs[state.glyph]} ${state.word}`)}${guest.uptime > 0 ? ` ${duration(guest.uptime)}` : ''}`,
  ];
  if (!input.nodeOnline)
    lines.push(
      look.paint(
        'error',
        truncate(`${look.glyphs.failed} node ${clean(guest.node)} is away: this is what was last known`, width),
      ),
    );
  if (guest.lock !== undefined) lines.push(look.paint('warn', `${look.glyphs.locked} locked (${clean(guest.lock)})`));
  if (guest.hastate !== undefined) lines.push(label('ha', clean(guest.hastate)));
  lines.push('');
  if (alive(guest)) {
    lines.push(
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
      lines.push(
        label(
          'disk',
          `${token === undefined ? meterText : look.paint(token, meterText)}  ${percent(used)} of ${bytes(guest.maxdisk)}`,
        ),
      );
    } else lines.push(label('disk', bytes(guest.maxdisk)));
    if (rates !== undefined) {
      lines.push(
        label('net', `in ${bytes(rates.netin)}/s  out ${bytes(rates.netout)}/s`),
        label('io', `read ${bytes(rates.diskread)}/s  write ${bytes(rates.diskwrite)}/s`),
      );
    }
  } else {
    lines.push(
      label('cpu', `${String(guest.maxcpu)} ${guest.maxcpu === 1 ? 'core' : 'cores'}`),
      label('mem', bytes(guest.maxmem)),
      label('disk', bytes(guest.maxdisk)),
    );
  }
  lines.push('');
  if (guest.tags.length > 0)
    lines.push(label('tags', look.paint('info', truncate(clean(guest.tags.join(' ')), width - 8))));
  if (guest.pool !== undefined) lines.push(label('pool', truncate(clean(guest.pool), width - 8)));
  const own = input.tasks.filter((task) => task.id === String(guest.vmid)).slice(0, 6);
  if (own.length > 0) lines.push('', look.paint('muted', 'recent tasks'));
  for (const task of own) lines.push(`  ${taskLine(task, now, width - 2, look)}`);
  return lines;
};
