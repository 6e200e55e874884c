import { gzipSync } from 'node:zlib';
import { zoneOffset } from '../calendar-next.ts';
import { textFact } from '../facts.ts';
import { RawAnswer } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { NodeState } from '../world.ts';
import { digestOf, integer, nodeOf, text } from './params.ts';

type Entry = NodeState['syslog'][number];

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Nov 20 20:49:08 pve1 pvestatd[812]: …`: as journalctl prints it, in the node's time. */
const lineOf = (node: NodeState, { at, text: message }: Entry): string => {
  const local = new Date((at + zoneOffset(textFact(node, 'timezone', 'UTC'), at)) * 1000);
  const day = String(local.getUTCDate()).padStart(2, '0');
  return `${months[local.getUTCMonth()]} ${day} ${local.toISOString().slice(11, 19)} ${node.name} ${message}`;
};

/** What systemd writes when it starts a node, so that no log is empty. */
const bootLines = [
  'kernel: Linux version',
  'systemd[1]: Starting pve-cluster.service - The Proxmox VE cluster filesystem...',
  'systemd[1]: Started pve-cluster.service - The Proxmox VE cluster filesystem.',
  'systemd[1]: Starting pvedaemon.service - PVE API Daemon...',
  'systemd[1]: Started pvedaemon.service - PVE API Daemon.',
  'systemd[1]: Starting pveproxy.service - PVE API Proxy Server...',
  'systemd[1]: Started pveproxy.service - PVE API Proxy Server.',
  'systemd[1]: Started pvestatd.service - PVE Status Daemon.',
];

const entriesOf = (node: NodeState): Entry[] => {
  const kept = node.syslog.toSorted((left, right) => left.at - right.at);
  const [first] = kept;
  if (first && first.at <= node.bootedAt) return kept;
  const boot = bootLines.map((message, index) => ({
    at: node.bootedAt + index * 4,
    text: index === 0 ? `${message} ${node.kernel}` : message,
  }));
  return [...boot, ...kept];
};

/** `2026-11-21`, `2026-11-21 08:00`: a time of the node. */
const parseTime = (node: NodeState, given: string | undefined): number | undefined => {
  if (given === undefined) return undefined;
  const utc = Date.parse(`${given.replace(' ', 'T')}${given.includes(' ') ? '' : 'T00:00'}Z`) / 1000;
  return Number.isFinite(utc) ? utc - zoneOffset(textFact(node, 'timezone', 'UTC'), utc) : undefined;
};

const ofService =
  (service: string | undefined) =>
  (entry: Entry): boolean =>
    service === undefined ||
    entry.unit === service ||
    entry.text.startsWith(service) ||
    entry.text.includes(`${service}.service`);

const readSyslog = (call: ApiCall): unknown => {
  const node = nodeOf(call);
  const since = parseTime(node, text(call, 'since')) ?? -Infinity;
  const until = parseTime(node, text(call, 'until')) ?? Infinity;
  const entries = entriesOf(node)
    .filter((entry) => entry.at >= since && entry.at <= until)
    .filter(ofService(text(call, 'service')));
  const start = integer(call, 'start') ?? 0;
  const limit = integer(call, 'limit') ?? 50;
  call.siblings['total'] = entries.length;
  return entries.slice(start, start + limit).map((entry, index) => ({ n: start + index + 1, t: lineOf(node, entry) }));
};

/** An opaque mark of a place in the journal, in journald's form. */
const cursorOf = (node: NodeState, index: number, at: number): string => {
  const id = digestOf(node.name);
  const micros = Math.floor(at) * 1_000_000;
  return `s=${id.slice(0, 32)};i=${(index + 1).toString(16)};b=${id.slice(8, 40)};m=${(micros % 2 ** 40).toString(16)};t=${micros.toString(16)};x=${id.slice(0, 16)}`;
};

const indexOf = (cursor: string | undefined): number | undefined => {
  const index = /(?:^|;)i=([0-9a-f]+)/.exec(cursor ?? '')?.[1];
  return index === undefined ? undefined : Number.parseInt(index, 16) - 1;
};

/** Always compressed, whether the client asked for it or not, and without a character set (contract §9.4). */
const journalAnswer = (lines: readonly string[]): RawAnswer =>
  new RawAnswer('application/json', gzipSync(JSON.stringify({ data: lines, success: 1 })), {
    'Content-Encoding': 'gzip',
  });

const readJournal = (call: ApiCall): RawAnswer => {
  const node = nodeOf(call);
  const since = integer(call, 'since') ?? -Infinity;
  const until = integer(call, 'until') ?? Infinity;
  const first = indexOf(text(call, 'startcursor')) ?? 0;
  const last = indexOf(text(call, 'endcursor')) ?? Infinity;
  const found = entriesOf(node)
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry, index }) => entry.at >= since && entry.at <= until && index >= first && index <= last);
  const wanted = integer(call, 'lastentries');
  const shown = wanted === undefined ? found : found.slice(-wanted);
  const [head] = shown;
  const tail = shown.at(-1);
  if (!head || !tail) return journalAnswer([]);
  return journalAnswer([
    cursorOf(node, head.index, head.entry.at),
    ...shown.map(({ entry }) => lineOf(node, entry)),
    cursorOf(node, tail.index, tail.entry.at),
  ]);
};

/** Syslog and journal of a node (PVE::API2::Nodes). */
export const logRoutes: Routes = {
  'GET /nodes/{node}/syslog': readSyslog,
  'GET /nodes/{node}/journal': readJournal,
};
