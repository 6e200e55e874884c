/** Moments in the texts of a fixture: its times are told as ages, and names and logs that hold a time have to move with them. */

const spans: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

const age = /\{(\d+(?:\.\d+)?)([smhd])\}/;

const utc = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);

/** `2026_11_20-02_00_00` in the name of an archive, `2026-11-20T02:00:00Z` in that of a Proxmox Backup Server's snapshot. */
const inName = (volid: string, seconds: number): string =>
  volid.includes('vzdump-')
    ? utc(seconds).replaceAll('-', '_').replace('T', '-').replaceAll(':', '_')
    : `${utc(seconds)}Z`;

/** A volume id whose `{26h}` became the moment that long before `now`, and that age in seconds (0 without one). */
export const datedVolume = (volid: string, now: number): { volid: string; ago: number } => {
  const match = age.exec(volid);
  if (!match) return { volid, ago: 0 };
  const ago = Math.round(Number(match[1]) * (spans[match[2] ?? ''] ?? 1));
  return { volid: volid.replace(age, inName(volid, now - ago)), ago };
};

/** The guest that a backup's name tells. */
export const guestInName = (volid: string): number | undefined => {
  const vmid = /vzdump-(?:lxc|qemu)-(\d+)-/.exec(volid)?.[1] ?? /backup\/(?:ct|vm)\/(\d+)\//.exec(volid)?.[1];
  return vmid === undefined ? undefined : Number(vmid);
};

/** Log lines with `{+90s}`: the time of day that long after the task began. */
export const datedLines = (lines: readonly string[], starttime: number): string[] =>
  lines.map((line) =>
    line.replaceAll(/\{\+(\d+)s\}/g, (_, seconds: string) => utc(starttime + Number(seconds)).replace('T', ' ')),
  );
