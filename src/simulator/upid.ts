export interface UpidParts {
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
}

const grammar =
  /^UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+):$/;

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');

/** Writes `UPID:node:pid:pstart:starttime:type:id:user:` (contract §7.1). */
export const formatUpid = (parts: UpidParts): string =>
  `UPID:${parts.node}:${hex(parts.pid)}:${hex(parts.pstart)}:${hex(parts.starttime)}:${parts.type}:${parts.id}:${parts.user}:`;

/** Returns the parts of a UPID, or undefined when it breaks the grammar. */
export const parseUpid = (upid: string): UpidParts | undefined => {
  const [, node, pid, pstart, starttime, type, id, user] = grammar.exec(upid) ?? [];
  if (node === undefined || type === undefined || id === undefined || user === undefined) return undefined;
  return {
    node,
    pid: Number(`0x${pid}`),
    pstart: Number(`0x${pstart}`),
    starttime: Number(`0x${starttime}`),
    type,
    id,
    user,
  };
};
