import { randomBytes } from 'node:crypto';
import { die } from '../../handler.ts';
import type { ApiCall, Routes } from '../../handler.ts';
import { text } from '../params.ts';
import type { GuestType } from './config-file.ts';
import { forBoth, forkFor, guestOf } from './guest.ts';

const firstPort = 5900;
const consoles = new Set(['vncproxy', 'vncshell', 'spiceproxy']);

/** The first port that no open console of the cluster holds. */
const freePort = (call: ApiCall): number =>
  firstPort + call.world.tasks.filter((task) => consoles.has(task.type) && task.endtime === undefined).length;

/** `PVEVNC:6B00BCC7::…`: time and signature. */
const consoleTicket = (call: ApiCall): string =>
  `PVEVNC:${call.now().toString(16).toUpperCase().padStart(8, '0')}::${randomBytes(256).toString('base64')}`;

const waitMs = 10_000;

/** Opens a console that nobody has connected to yet: its task ends after ten seconds. */
const open = (call: ApiCall, type: GuestType, lost: (port: number) => string): { port: string; upid: string } => {
  const guest = guestOf(call, type);
  const port = freePort(call);
  const upid = forkFor(call, guest, 'vncproxy', async (worker) => {
    await worker.sleep(waitMs);
    die(lost(port));
  });
  return { port: String(port), upid };
};

const termproxy = (call: ApiCall, type: GuestType): unknown => {
  const guest = guestOf(call, type);
  const serial = text(call, 'serial') ?? Object.keys(guest.config).find((key) => /^serial\d$/.test(key));
  if (type === 'qemu' && (serial === undefined || guest.config[serial] !== 'socket'))
    die('unable to find a serial interface');
  const opened = open(call, type, (port) => {
    const path = `/usr/bin/termproxy ${port} --path /vms/${guest.vmid} --perm VM.Console`;
    return `command '${path}' failed: exit code 1`;
  });
  return { user: call.caller.authid, ticket: consoleTicket(call), ...opened };
};

const printable = '!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~';

const newPassword = (): string => [...randomBytes(8)].map((byte) => printable[byte % printable.length]).join('');

const vncproxy = (call: ApiCall, type: GuestType): unknown => {
  const opened = open(call, type, () => 'connection timed out');
  const ticket = consoleTicket(call);
  // A VM's VNC server asks for a password of its own; it stands before the ticket too.
  const password =
    type === 'qemu' && (call.params['websocket'] === 1 || call.params['generate-password'] === 1)
      ? newPassword()
      : undefined;
  return {
    user: call.caller.authid,
    ticket: password === undefined ? ticket : `${password}:${ticket}`,
    cert: `-----BEGIN CERTIFICATE-----\n${Buffer.from(call.fingerprint).toString('base64')}\n-----END CERTIFICATE-----\n`,
    ...opened,
    ...(password === undefined ? {} : { password }),
  };
};

const spiceproxy = (call: ApiCall, type: GuestType): unknown => {
  const guest = guestOf(call, type);
  if (!guest.running) die(type === 'lxc' ? `CT ${guest.vmid} not running` : `VM ${guest.vmid} not running`);
  if (type === 'qemu' && !String(guest.config['vga'] ?? '').includes('qxl')) die(`no spice port`);
  return die(`Timeout while waiting for port '61000' to get ready!`);
};

export const consoleRoutes: Routes = forBoth({
  'POST /termproxy': termproxy,
  'POST /vncproxy': vncproxy,
  'POST /spiceproxy': spiceproxy,
});
