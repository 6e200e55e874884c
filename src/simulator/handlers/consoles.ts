import { randomBytes } from 'node:crypto';
import { Unauthorized } from '../auth.ts';
import { doorAt, makeDoor, type Door } from '../console/doors.ts';
import { nodeComputer } from '../console/computer.ts';
import { Tty } from '../console/tty.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { NodeState } from '../world.ts';
import { integer, nodeOf, text } from './params.ts';

/** `PVEVNC:6B00BCC7::…`: time and signature. */
export const consoleTicket = (call: ApiCall): string =>
  `PVEVNC:${call.now().toString(16).toUpperCase().padStart(8, '0')}::${randomBytes(256).toString('base64')}`;

/** Release in which a login by API token is let into a console: of a node 9.0.13, of a guest 9.2 (contract §15.5). */
const tokenReleases = { node: [9, 0, 13], guest: [9, 2, 0] } as const;

const isAtLeast = (version: string, least: readonly number[]): boolean => {
  const parts = version.split('.').map(Number);
  const differs = least.findIndex((part, at) => (parts[at] ?? 0) !== part);
  return differs === -1 || (parts[differs] ?? 0) > (least[differs] ?? 0);
};

/** Asks for a door; its task, which the caller forks, waits for who comes. */
export const doorFor = (
  call: ApiCall,
  { kind, path, tty }: { readonly kind: keyof typeof tokenReleases; readonly path: string; readonly tty: Door['tty'] },
): Door =>
  makeDoor(call.world, {
    ticket: consoleTicket(call),
    user: call.caller.authid,
    path,
    opens: call.caller.tokenid === undefined || isAtLeast(call.world.version.version, tokenReleases[kind]),
    tty,
  });

/** What `termproxy` answers. */
export const doorAnswer = ({ port, ticket, user }: Door, upid: string): unknown => ({
  port: String(port),
  ticket,
  user,
  upid,
});

/** How old a ticket may be, in seconds (contract §15.1). */
const freshSeconds = { from: -20, to: 40 };

/**
 * Lets who brings a ticket through to the console on a port; the HTTP server makes a websocket of the answer. Throws the 401 of
 * PVE::AccessControl::verify_vnc_ticket.
 */
export const checkTicket = (call: ApiCall, path: string): unknown => {
  const port = integer(call, 'port') ?? 0;
  const door = doorAt(call.world, port);
  const ticket = text(call, 'vncticket') ?? '';
  const age = call.now() - Number.parseInt(/^PVEVNC:([0-9A-F]{8})::/.exec(ticket)?.[1] ?? '0', 16);
  const isFresh = age > freshSeconds.from && age < freshSeconds.to;
  if (door?.ticket !== ticket || door.user !== call.caller.authid || door.path !== path || !isFresh)
    throw new Unauthorized('permission denied - invalid PVEVNC ticket');
  return { port: String(port) };
};

/** Root's shell for root itself; everybody else meets a login (contract §15.4). */
const nodeTty = (call: ApiCall, node: NodeState): Tty =>
  new Tty({
    computer: () => nodeComputer(node, call.now()),
    begins: call.caller.root ? 'shell' : 'login',
    goesOn: false,
    line: 'pts/0',
    password: () => call.world.access.users.get('root@pam')?.password,
  });

const termproxy = (call: ApiCall): unknown => {
  const node = nodeOf(call);
  const path = `/nodes/${node.name}`;
  const tty = nodeTty(call, node);
  const door = doorFor(call, { kind: 'node', path, tty: () => tty });
  const program = `/usr/bin/termproxy ${String(door.port)} --path ${path} --perm Sys.Console`;
  const upid = call.fork(node.name, 'vncshell', '', (worker) =>
    door.keep(worker, `command '${program}' failed: exit code 1`),
  );
  return doorAnswer(door, upid);
};

/** Consoles of nodes (PVE::API2::Nodes). */
export const nodeConsoleRoutes: Routes = {
  'POST /nodes/{node}/termproxy': termproxy,
  'GET /nodes/{node}/vncwebsocket': (call) => checkTicket(call, `/nodes/${nodeOf(call).name}`),
};
