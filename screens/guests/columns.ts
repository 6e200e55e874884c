import type { Look } from '../../components/look.ts';
import type { Cell, TableColumn } from '../../components/table.ts';
import { clean } from '../../components/text.ts';
import { shortDuration } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import { fractionOf, meter, nothing, type Condition } from '../condition.ts';

/** What the list of guests shows: columns and filter fields. Pure: rows in, texts out. */

/** A guest that runs has figures worth reading; of a stopped one a row of zeros says nothing. */
export const alive = (guest: Guest): boolean => guest.status !== 'stopped' && guest.status !== 'unknown';

/** The state of a guest as glyph, word and colour token. */
export const guestState = (guest: Guest): Condition => {
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

export const nameOf = (guest: Guest): string =>
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
