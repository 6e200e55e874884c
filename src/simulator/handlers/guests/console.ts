import { randomBytes } from 'node:crypto';
import { guestComputer } from '../../console/computer.ts';
import { makeDoor, type Door } from '../../console/doors.ts';
import { Tty } from '../../console/tty.ts';
import { die } from '../../handler.ts';
import type { ApiCall, Routes } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { checkTicket, consoleTicket, doorAnswer, doorFor } from '../consoles.ts';
import { text } from '../params.ts';
import type { GuestType } from './config-file.ts';
import { forBoth, forkFor, guestOf, vmidOf } from './guest.ts';

/** A line of a guest: its getty goes on when everybody has left, so who comes next finds it as it was (contract §15.4). */
interface Held {
  readonly startedAt: number;
  readonly tty: Tty;
}

const held = new WeakMap<GuestState, Map<string, Held>>();

/** Passwords of root that were set when a container was made; the configuration does not keep them. */
const passwords = new WeakMap<GuestState, string>();

/** Remembers the password that a container was made with, for its login. */
export const setRootPassword = (guest: GuestState, password: string | undefined): void => {
  if (password !== undefined) passwords.set(guest, password);
};

const passwordOf = (guest: GuestState): string | undefined => {
  const configured = guest.config['cipassword'];
  return passwords.get(guest) ?? (configured === undefined ? undefined : String(configured));
};

/** How often a console looks whether its guest still runs, in milliseconds. */
const lookMs = 250;

/** Sends everybody away when the guest stops. */
const haltWith = (guest: GuestState, { tty, startedAt }: Held): void => {
  const timer = setInterval(() => {
    if (guest.running && guest.startedAt === startedAt) return;
    clearInterval(timer);
    tty.halt();
  }, lookMs);
  timer.unref();
};

const ttyOf = (call: ApiCall, guest: GuestState, line: string): Tty => {
  const lines = held.get(guest) ?? new Map<string, Held>();
  held.set(guest, lines);
  const known = lines.get(line);
  if (known?.startedAt === guest.startedAt) return known.tty;
  const tty = new Tty({
    computer: () => guestComputer(call.world, guest, call.now()),
    begins: guest.config['cmode'] === 'shell' ? 'shell' : 'login',
    goesOn: guest.config['cmode'] !== 'shell',
    line,
    password: () => passwordOf(guest),
  });
  const made: Held = { startedAt: guest.startedAt, tty };
  lines.set(line, made);
  haltWith(guest, made);
  return tty;
};

const aclPath = (vmid: number): string => `/vms/${String(vmid)}`;

/** The task behind a console. */
const keep = (call: ApiCall, guest: GuestState, door: Door, lost: string): unknown =>
  doorAnswer(
    door,
    forkFor(call, guest, 'vncproxy', (worker) => door.keep(worker, lost)),
  );

const termproxy = (call: ApiCall, type: GuestType): unknown => {
  const guest = guestOf(call, type);
  const serial = text(call, 'serial') ?? Object.keys(guest.config).find((key) => /^serial\d$/.test(key));
  if (type === 'qemu' && (serial === undefined || guest.config[serial] !== 'socket'))
    die('unable to find a serial interface');
  const line = type === 'lxc' ? 'tty1' : `ttyS${(serial ?? '').slice('serial'.length)}`;
  const path = aclPath(guest.vmid);
  const door = doorFor(call, {
    kind: 'guest',
    path,
    tty: () => (guest.running ? ttyOf(call, guest, line) : undefined),
  });
  const program = `/usr/bin/termproxy ${String(door.port)} --path ${path} --perm VM.Console`;
  return keep(call, guest, door, `command '${program}' failed: exit code 1`);
};

const printable = '!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~';

const newPassword = (): string => [...randomBytes(8)].map((byte) => printable[byte % printable.length]).join('');

const vncproxy = (call: ApiCall, type: GuestType): unknown => {
  const guest = guestOf(call, type);
  // A VM's VNC server asks for a password of its own; it stands before the ticket too.
  const password =
    type === 'qemu' && (call.params['websocket'] === 1 || call.params['generate-password'] === 1)
      ? newPassword()
      : undefined;
  const ticket = consoleTicket(call);
  const door = makeDoor(call.world, {
    ticket: password === undefined ? ticket : `${password}:${ticket}`,
    user: call.caller.authid,
    path: aclPath(guest.vmid),
    // There is no picture behind it: whoever connects is sent away.
    opens: false,
    tty: () => undefined,
  });
  const answer = keep(call, guest, door, 'connection timed out');
  return {
    ...(typeof answer === 'object' ? answer : {}),
    cert: `-----BEGIN CERTIFICATE-----\n${Buffer.from(call.fingerprint).toString('base64')}\n-----END CERTIFICATE-----\n`,
    ...(password === undefined ? {} : { password }),
  };
};

/** What a SPICE client reads (`PVE::AccessControl::remote_viewer_config`). Its ticket is only as good as a simulated one can be. */
const spiceproxy = (call: ApiCall, type: GuestType): unknown => {
  const guest = guestOf(call, type);
  if (!guest.running) die(type === 'lxc' ? `CT ${guest.vmid} not running` : `VM ${guest.vmid} not running`);
  if (type === 'qemu' && !String(guest.config['vga'] ?? '').includes('qxl')) die(`no spice port`);
  if (type === 'lxc') return die(`Timeout while waiting for port '61000' to get ready!`);
  const node = call.world.nodes.get(guest.node);
  return {
    type: 'spice',
    title: `VM ${guest.vmid} - ${String(guest.config['name'] ?? '')}`,
    host: `pvespiceproxy:${call.now().toString(16).toUpperCase()}:${guest.vmid}:${guest.node}:61000::${randomBytes(20).toString('hex')}`,
    proxy: `http://${node?.ip ?? guest.node}:3128`,
    'tls-port': 61_000,
    password: randomBytes(20).toString('hex'),
    'host-subject': `OU=PVE Cluster Node,O=Proxmox Virtual Environment,CN=${guest.node}`,
    ca: `-----BEGIN CERTIFICATE-----\\n${Buffer.from(call.fingerprint).toString('base64')}\\n-----END CERTIFICATE-----\\n`,
    'toggle-fullscreen': 'Shift+F11',
    'release-cursor': 'Ctrl+Alt+R',
    'secure-attention': 'Ctrl+Alt+Ins',
    'delete-this-file': 1,
  };
};

export const consoleRoutes: Routes = forBoth({
  'POST /termproxy': termproxy,
  'POST /vncproxy': vncproxy,
  'POST /spiceproxy': spiceproxy,
  'GET /vncwebsocket': (call) => checkTicket(call, aclPath(vmidOf(call))),
});
