import type { Look } from '../../components/look.ts';
import type { Cell, TableColumn } from '../../components/table.ts';
import { clean } from '../../components/text.ts';
import { bytes, shortDuration } from '../../components/units.ts';
import { backupWord, knownBackup } from '../../src/inventory/backupState.ts';
import type { BackupOf } from '../../src/inventory/facts.ts';
import type { Guest } from '../../src/models/cluster.ts';
import { split } from '../../src/models/qualified.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { LateFields, type FilterFields } from '../../src/ui/filter.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import { atContext, isStale } from '../../src/ui/contextOf.ts';
import { fractionOf, meter, nothing, type Condition } from '../condition.ts';
import { addressesOf, guestsModel } from './model.ts';

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

/** The name of a guest; one without says what it is. */
export const nameOf = (guest: Guest): string =>
  guest.name === '' ? `(${guest.type} ${String(guest.vmid)})` : clean(guest.name);

/** What the slow crawl found out of its backups. */
export const crawledBackup = (app: AppModel, guest: Guest): BackupOf | undefined =>
  app.session === undefined ? undefined : knownBackup(app.live.getState().snapshot, app.session.facts, guest);

/** The newest backup that is known of, by its age; a verification that failed is told. */
const backupCell = (app: AppModel, guest: Guest, look: Look): Cell => {
  const known = crawledBackup(app, guest);
  if (known === undefined) return nothing;
  if (known.newest === undefined)
    return { text: `${look.glyphs.failed} none`, token: guest.template ? 'muted' : 'warn' };
  const age = shortDuration(app.now() / 1000 - known.newest.ctime);
  return known.newest.verification === 'failed'
    ? { text: `${look.glyphs.failed} ${age}`, token: 'error' }
    : { text: age };
};

const guestColumns = (app: AppModel): readonly TableColumn<Guest>[] => [
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
    cell: (guest) => ({ text: clean(split(guest.node).own) }),
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
    width: 18,
    flex: { share: 2, most: 30 },
    priority: 8,
    cell: (guest, look) => ({
      text: clean(guest.tags.join(' ')),
      token: 'info',
      styled: guestsModel(app).tags.paint(guest.tags, look),
    }),
    sortKey: (guest) => guest.tags.join(' '),
  },
  {
    id: 'pool',
    title: 'pool',
    width: 8,
    flex: { share: 1, most: 16 },
    priority: 10,
    cell: (guest) => ({ text: clean(guest.pool ?? ''), token: 'muted' }),
    sortKey: (guest) => guest.pool ?? '',
  },
  {
    id: 'ip',
    title: 'address',
    width: 13,
    flex: { share: 1, most: 39 },
    priority: 9,
    cell: (guest) => ({ text: clean(addressesOf(app, guest)[0] ?? '') }),
    sortKey: (guest) => addressKey(addressesOf(app, guest)[0]),
  },
  {
    id: 'backup',
    title: 'backup',
    width: 6,
    align: 'right',
    priority: 8,
    cell: (guest, look) => backupCell(app, guest, look),
    sortKey: (guest) => app.session?.facts.backupOf(guest)?.newest?.ctime ?? 0,
  },
  {
    id: 'ha',
    title: 'ha',
    width: 9,
    priority: 11,
    optional: true,
    cell: (guest) => ({ text: clean(guest.hastate ?? ''), token: guest.hastate === 'error' ? 'error' : 'muted' }),
    sortKey: (guest) => guest.hastate ?? '',
  },
  {
    id: 'lock',
    title: 'lock',
    width: 10,
    priority: 12,
    optional: true,
    cell: (guest) => ({ text: clean(guest.lock ?? ''), token: 'warn' }),
    sortKey: (guest) => guest.lock ?? '',
  },
  {
    id: 'cores',
    title: 'cores',
    width: 5,
    align: 'right',
    priority: 13,
    optional: true,
    cell: (guest) => ({ text: String(guest.maxcpu) }),
    sortKey: (guest) => guest.maxcpu,
  },
  {
    id: 'memory',
    title: 'memory',
    width: 7,
    align: 'right',
    priority: 13,
    optional: true,
    cell: (guest) => ({ text: bytes(guest.maxmem) }),
    sortKey: (guest) => guest.maxmem,
  },
  {
    id: 'size',
    title: 'size',
    width: 7,
    align: 'right',
    priority: 13,
    optional: true,
    cell: (guest) => ({ text: bytes(guest.maxdisk) }),
    sortKey: (guest) => guest.maxdisk,
  },
];

/** IPv4 addresses by their numbers, those that are not known at the end. */
const addressKey = (address: string | undefined): string =>
  address === undefined ? '~' : address.replaceAll(/\d+/g, (digits) => digits.padStart(3, '0'));

/** Whose guest it is, where several clusters are shown together. */
const contextColumn: TableColumn<Guest> = {
  id: 'context',
  title: 'context',
  width: 8,
  flex: { share: 1, most: 20 },
  priority: 1,
  cell: (guest) => ({ text: clean(guest.context ?? ''), token: 'accent' }),
  sortKey: (guest) => guest.context ?? '',
};

const textOf = (app: AppModel, guest: Guest): string =>
  `${String(guest.vmid)} ${guest.name} ${guest.node} ${guest.status} ${guest.tags.join(' ')} ${guest.pool ?? ''} ${addressesOf(app, guest).join(' ')}${atContext(guest)}`.toLowerCase();

const fieldsOf = (app: AppModel, guest: Guest): FilterFields['fields'] => {
  const addresses = addressesOf(app, guest);
  return {
    id: [String(guest.vmid)],
    name: [guest.name.toLowerCase()],
    node: [guest.node.toLowerCase()],
    status: [guest.status.toLowerCase()],
    pool: [(guest.pool ?? '').toLowerCase()],
    type: [guest.type === 'lxc' ? 'ct lxc container' : 'vm qemu'],
    ip: addresses.length === 0 ? [''] : addresses.map((one) => one.toLowerCase()),
    backup: guest.template ? [] : [backupWord(crawledBackup(app, guest), app.now()) ?? ''],
    tag: guest.tags.length === 0 ? [''] : guest.tags.map((tag) => tag.toLowerCase()),
  };
};

/** The list of guests of a model. */
export const guestList = (app: AppModel): ListDefinition<Guest> => {
  const columns = guestColumns(app);
  const together = [...columns.slice(0, 2), contextColumn, ...columns.slice(2)];
  return {
    source: () => app.live.getState().snapshot.guests,
    idOf: (guest) => guest.id,
    lasting: true,
    revision: () => guestsModel(app).revision(),
    get columns() {
      return app.live.getState().parts === undefined ? columns : together;
    },
    stale: (guest) => isStale(app.live.getState(), guest),
    filterFields: (guest) =>
      new LateFields(
        () => textOf(app, guest),
        () => fieldsOf(app, guest),
      ),
    isFault: (guest) =>
      !guest.template &&
      (guestState(guest).token === 'error' ||
        (guest.type === 'lxc' && (fractionOf(guest.disk, guest.maxdisk) ?? 0) >= 0.9)),
  };
};
