import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { seatOf, visit, type ConsoleDoor, type ConsoleVisit } from './console.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { nameOf, requireOnline } from './guest-checks.ts';
import { oneGuest, readGuest } from './guest-read.ts';
import { consoleVia } from './node-console.ts';
import { operation } from './operation.ts';
import { onGuests } from './privileges.ts';
import { maybe } from './rows.ts';
import { selectGuest } from './select.ts';
import { planned } from './steps.ts';

/** What a guest offers to look at: a terminal, or only a picture, which a terminal cannot show. */
type Sight =
  | { readonly kind: 'terminal'; readonly door: ConsoleDoor }
  | { readonly kind: 'spice'; readonly guest: Guest; readonly file: string }
  | { readonly kind: 'web'; readonly guest: Guest; readonly address: string; readonly open: boolean };

/** Where the picture of a VM is to be seen. */
interface Picture {
  readonly console: string;
  readonly way: 'spice' | 'web';
  readonly file?: string;
  readonly address?: string;
}

const stateSchema = z.looseObject({ status: maybe(z.string()), qmpstatus: maybe(z.string()) });

/** A console of a guest that does not run would end at once. Throws `conflict`. */
const requireRunning = async (context: Context, guest: Guest): Promise<void> => {
  await requireOnline(context, guest.node);
  const { status } = stateSchema.parse(await readGuest(context, guest, 'status/current'));
  if (status === 'running') return;
  throw new ProxdeckError('conflict', `${nameOf(guest)} is ${status ?? 'not running'}: it has no console now.`, {
    hint: `Start it first: \`proxdeck guest start ${String(guest.vmid)}\`.`,
  });
};

const serialLines = (config: unknown): readonly string[] =>
  Object.entries(z.record(z.string(), z.unknown()).parse(config))
    .filter(([key, value]) => /^serial\d$/.test(key) && value === 'socket')
    .map(([key]) => key)
    .toSorted();

/** The address of a VM's picture in the web interface of the server that is asked. */
const webAddress = (context: Context, { vmid, name, node }: Guest): string => {
  const query = new URLSearchParams({
    console: 'kvm',
    novnc: '1',
    vmid: String(vmid),
    vmname: name,
    node,
    resize: 'scale',
  });
  return `https://${context.proxmox().address}/?${query.toString()}`;
};

const doorOf = (guest: Guest, serial?: string): ConsoleDoor => ({
  title: nameOf(guest),
  node: guest.node,
  path: `/nodes/${guest.node}/${guest.id}`,
  ...(serial !== undefined && { serial }),
  remote:
    serial === undefined
      ? ['pct', 'enter', String(guest.vmid)]
      : ['qm', 'terminal', String(guest.vmid), '-iface', serial],
});

const serialOf = (guest: Guest, lines: readonly string[], wanted: string | undefined): string | undefined => {
  if (wanted === undefined || lines.includes(wanted)) return wanted ?? lines[0];
  const has = lines.length === 0 ? 'it has none' : `it has ${lines.join(', ')}`;
  throw new ProxdeckError('not-found', `${nameOf(guest)} has no serial line ${wanted}: ${has}.`, {
    hint: `\`qm set ${String(guest.vmid)} -${wanted} socket\` on ${guest.node} gives it one, after a restart.`,
  });
};

interface Wanted {
  readonly serial?: string;
  readonly spice?: string;
  readonly open: boolean;
}

const sightOf = async (context: Context, guest: Guest, { serial, spice, open }: Wanted): Promise<Sight> => {
  if (guest.type === 'lxc') {
    if (serial !== undefined || spice !== undefined)
      throw new ProxdeckError('usage', `${nameOf(guest)} is a container: it has one console, and no picture.`, {
        hint: 'Leave out --serial and --spice.',
      });
    return { kind: 'terminal', door: doorOf(guest) };
  }
  if (spice !== undefined) return { kind: 'spice', guest, file: spice };
  const line = serialOf(guest, serialLines(await readGuest(context, guest, 'config')), serial);
  return line === undefined
    ? { kind: 'web', guest, address: webAddress(context, guest), open }
    : { kind: 'terminal', door: doorOf(guest, line) };
};

const spicePath = ({ node, id }: Guest): string => `/nodes/${node}/${id}/spiceproxy`;

/** Writes the file that a SPICE client opens. Its password is good for half a minute; nobody else may read it. */
const writeSpice = async (context: Context, guest: Guest, file: string): Promise<void> => {
  const host = context.proxmox().address.replace(/:\d+$/, '');
  const { data } = await context
    .proxmox()
    .request('POST', spicePath(guest), { proxy: host }, { signal: context.signal });
  const settings = z.record(z.string(), z.union([z.string(), z.number()])).parse(data);
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${String(value).replaceAll('\n', '\\n')}`);
  try {
    await writeFile(file, ['[virt-viewer]', ...lines, ''].join('\n'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new ProxdeckError('conflict', exists ? `${file} is there already.` : `${file} cannot be written.`, {
      cause: error,
      hint: 'Name another file: `--spice FILE`.',
    });
  }
};

const openBrowser = (address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
    execFile(program, [address], (error) => {
      if (error === null) resolve();
      else
        reject(
          new ProxdeckError('not-found', `${program} opens no browser here.`, {
            cause: error,
            hint: `Open it yourself: ${address}`,
          }),
        );
    });
  });

async function* look(
  context: Context,
  sight: Sight,
  via: 'api' | 'ssh' | undefined,
): AsyncGenerator<Event, ConsoleVisit | Picture, void> {
  if (sight.kind === 'terminal') return yield* visit(context, sight.door, via);
  const title = nameOf(sight.guest);
  if (sight.kind === 'spice') {
    await writeSpice(context, sight.guest, sight.file);
    return { console: title, way: 'spice', file: sight.file };
  }
  const { address, open } = sight;
  context.seat?.offer(address, { title, way: 'it has no serial line: its picture is in the web interface' });
  if (open) await openBrowser(address);
  return { console: title, way: 'web', address };
}

/**
 * Opens the console of a guest on the terminal: `POST …/termproxy` and its websocket, or `ssh -t` and `pct enter`. A VM has one where it
 * has a serial line; else its picture is told as an address of the web interface, or written as a file for a SPICE client.
 * Throws `conflict` for a guest that does not run, `usage` without a terminal.
 */
export const guestConsole = operation({
  name: 'guest.console',
  summary: 'Open the console of a guest',
  risk: 'change',
  input: z.object({
    guest: oneGuest,
    via: consoleVia,
    serial: z
      .string()
      .regex(/^serial[0-3]$/, 'a serial line is serial0 to serial3')
      .exactOptional()
      .describe('which serial line of a VM'),
    spice: z.string().min(1).exactOptional().describe('write a file for a SPICE client instead'),
    open: z.boolean().default(false).describe('open the web interface in a browser where a VM has only a picture'),
  }),
  needsFirst: ({ guest }) => onGuests([guest], 'VM.Console'),
  resolve: async (context, { guest: selector, ...wanted }) => {
    const guest = await selectGuest(context, selector);
    if (guest.type === 'lxc') seatOf(context);
    await requireRunning(context, guest);
    const sight = await sightOf(context, guest, wanted);
    if (sight.kind === 'terminal') seatOf(context);
    return { guest, sight };
  },
  needs: ({ guest: { vmid } }) => [{ path: `/vms/${String(vmid)}`, privilege: 'VM.Console' }],
  preview: ({ sight }) => {
    if (sight.kind === 'web') return [];
    return sight.kind === 'spice'
      ? [planned('POST', spicePath(sight.guest))]
      : [planned('POST', `${sight.door.path}/termproxy`)];
  },
  run: (context, { sight }, { via }) => look(context, sight, via),
});
