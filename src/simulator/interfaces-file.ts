/** /etc/network/interfaces as Proxmox VE writes it (PVE::INotify::__write_etc_network_interfaces), and the difference of two of them. */

export type Interface = Readonly<Record<string, unknown>>;

const options: readonly (readonly [string, string])[] = [
  ['address', 'cidr'],
  ['gateway', 'gateway'],
  ['bridge-ports', 'bridge_ports'],
  ['bridge-stp', 'bridge_stp'],
  ['bridge-fd', 'bridge_fd'],
  ['bridge-vlan-aware', 'bridge_vlan_aware'],
  ['bridge-vids', 'bridge_vids'],
  ['bond-slaves', 'slaves'],
  ['bond-mode', 'bond_mode'],
  ['bond-primary', 'bond-primary'],
  ['bond-xmit-hash-policy', 'bond_xmit_hash_policy'],
  ['vlan-raw-device', 'vlan-raw-device'],
  ['vlan-id', 'vlan-id'],
  ['mtu', 'mtu'],
];

const optionText = (key: string, value: unknown): string => {
  if (key === 'bridge_ports' && value === '') return 'none';
  if (key === 'bridge_vlan_aware') return 'yes';
  return String(value);
};

const stanza = (name: string, iface: Interface): string[] => {
  const lines = Number(iface['autostart'] ?? 0) === 1 ? [`auto ${name}`] : [];
  lines.push(`iface ${name} inet ${String(iface['method'] ?? 'manual')}`);
  for (const [option, key] of options) {
    const value = iface[key];
    if (value !== undefined) lines.push(`\t${option} ${optionText(key, value)}`);
  }
  if (iface['cidr6'] !== undefined) lines.push('', `iface ${name} inet6 static`, `\taddress ${String(iface['cidr6'])}`);
  const comments = String(iface['comments'] ?? '').replace(/\n$/, '');
  if (comments !== '') lines.push(...comments.split('\n').map((line) => `#${line}`));
  return [...lines, ''];
};

const priorityOf = ([, iface]: [string, Interface]): number => Number(iface['priority'] ?? 0);

/** The lines of the file for these interfaces. */
const fileLines = (interfaces: ReadonlyMap<string, Interface>): string[] => [
  'auto lo',
  'iface lo inet loopback',
  '',
  ...[...interfaces]
    .toSorted((left, right) => priorityOf(left) - priorityOf(right))
    .flatMap(([name, iface]) => stanza(name, iface)),
  'source /etc/network/interfaces.d/*',
];

type Edit = readonly [' ' | '-' | '+', string];

/** The shortest way from one list of lines to another (longest common subsequence; the files are short). */
const edits = (before: readonly string[], after: readonly string[]): Edit[] => {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const line = lengths[row];
      if (!line) continue;
      line[column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const result: Edit[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const old = before[row];
    const fresh = after[column];
    if (old !== undefined && old === fresh) {
      result.push([' ', old]);
      row += 1;
      column += 1;
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      result.push(['-', old]);
      row += 1;
    } else if (fresh !== undefined) {
      result.push(['+', fresh]);
      column += 1;
    }
  }
  return result;
};

const context = 3;

/** Ranges of edits that belong together: changes with three lines around them. */
const hunks = (all: readonly Edit[]): [number, number][] => {
  const ranges: [number, number][] = [];
  all.forEach(([kind], index) => {
    if (kind === ' ') return;
    const from = Math.max(0, index - context);
    const to = Math.min(all.length, index + context + 1);
    const last = ranges.at(-1);
    if (last && from <= last[1]) last[1] = to;
    else ranges.push([from, to]);
  });
  return ranges;
};

const count = (part: readonly Edit[], without: '-' | '+'): number => part.filter(([kind]) => kind !== without).length;

const stamp = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')}.000000000 +0000`;

/** The unified diff that `changes` holds while an interfaces.new is pending; undefined when both files are the same. */
export const interfacesDiff = (
  current: ReadonlyMap<string, Interface>,
  pending: ReadonlyMap<string, Interface>,
  now: number,
): string | undefined => {
  const all = edits(fileLines(current), fileLines(pending));
  const ranges = hunks(all);
  if (ranges.length === 0) return undefined;
  const lines = [`--- /etc/network/interfaces\t${stamp(now)}`, `+++ /etc/network/interfaces.new\t${stamp(now)}`];
  for (const [from, to] of ranges) {
    const part = all.slice(from, to);
    const before = all.slice(0, from);
    const old = `${count(before, '+') + 1},${count(part, '+')}`;
    const fresh = `${count(before, '-') + 1},${count(part, '-')}`;
    lines.push(`@@ -${old} +${fresh} @@`, ...part.map(([kind, line]) => `${kind}${line}`));
  }
  return `${lines.join('\n')}\n`;
};
