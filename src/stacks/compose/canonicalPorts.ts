import { isIP } from 'node:net';
import { type Here } from './canonicalTable.ts';
import { isTreeList, listEntries, listOf, mapOf, type ListEntry, type Tree } from './tree.ts';

/** The short form of ports: `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, each port a single one or a range. */

interface Range {
  readonly first: number;
  readonly last: number;
}

const portNumber = (text: string): number | undefined =>
  /^\d+$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;

const rangeOf = (text: string): Range | undefined => {
  const [from = '', to = from] = text.split('-');
  const first = portNumber(from);
  const last = portNumber(to);
  return first === undefined || last === undefined || last < first ? undefined : { first, last };
};

/** `[::1]` without its brackets. */
const addressOf = (text: string): string => (text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text);

interface Parts {
  readonly address: string;
  readonly host: string;
  readonly container: string;
  readonly protocol: string;
}

const partsOf = (text: string): Parts => {
  const pieces = text.split(':');
  const [container = '', protocol = ''] = (pieces.at(-1) ?? '').split(/\/(.*)/s);
  return {
    address: pieces.slice(0, -2).join(':'),
    host: pieces.at(-2) ?? '',
    container,
    protocol: protocol === '' ? 'tcp' : protocol.toLowerCase(),
  };
};

/** Returns the ports a short form stands for, a long form each; in the order Compose has them in, which is that of their texts. */
const parsePort = (text: string, fail: (message: string) => never): readonly Readonly<Record<string, Tree>>[] => {
  const { address: written, host, container, protocol } = partsOf(text);
  const address = addressOf(written);
  if (address !== '' && (isIP(address) === 0 || address.includes('%')))
    return fail(`\`${written}\` is no IP address; a port is written as in \`127.0.0.1:8080:80/tcp\``);
  if (container === '') return fail(`\`${text}\` names no port of the container`);
  if (!['tcp', 'udp', 'sctp'].includes(protocol))
    return fail(`\`${protocol}\` is no protocol: it is \`tcp\`, \`udp\` or \`sctp\``);
  const inside = rangeOf(container);
  if (inside === undefined) return fail(`\`${container}\` is no port or range of ports of the container, 0 to 65535`);
  const outside = host === '' ? undefined : rangeOf(host);
  if (host !== '' && outside === undefined)
    return fail(`\`${host}\` is no port or range of ports of the host, 0 to 65535`);
  const many = inside.last > inside.first;
  if (outside !== undefined && many && outside.last - outside.first !== inside.last - inside.first)
    return fail(`the ranges ${host} and ${container} are of different length`);
  const publishedAt = (step: number): string | undefined => {
    if (outside === undefined) return undefined;
    const first = String(outside.first + step);
    return !many && outside.last > outside.first ? `${first}-${String(outside.last)}` : first;
  };
  return Array.from({ length: inside.last - inside.first + 1 }, (_, step) => step)
    .toSorted((a, b) => (String(inside.first + a) < String(inside.first + b) ? -1 : 1))
    .map((step) => {
      const published = publishedAt(step);
      return {
        mode: 'ingress',
        ...(address === '' ? {} : { host_ip: address }),
        target: inside.first + step,
        ...(published === undefined ? {} : { published }),
        protocol,
      };
    });
};

/** Every port as its long form; a range becomes several. */
export const longPorts = (ports: Tree, { fail }: Here): Tree => {
  if (!isTreeList(ports)) return ports;
  return listOf(
    listEntries(ports).flatMap(([port, origin], index): readonly ListEntry[] => {
      if (typeof port !== 'string' && typeof port !== 'number') return [[port, origin]];
      return parsePort(String(port), (message) => fail(message, [index])).map((long) => [
        mapOf(Object.entries(long).map(([key, value]) => [key, value, origin])),
        origin,
      ]);
    }),
  );
};
