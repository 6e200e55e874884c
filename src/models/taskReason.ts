/** Why a task failed, in the words of its log. */

const backupFailed = /^ERROR: Backup of VM (\d+) failed - (.*)$/;
const noSpace = /no space left on device|storage is full|disk quota exceeded|not enough space|out of space/i;
/** Where a network storage is mounted names it. */
const mounted = /\/mnt\/pve\/([^/\s']+)\//;
/** Lines that only say that something failed, which is known. */
const saysNothing = /job errors|finished with errors|^INFO: Failed at|notified via target/i;
const saysError =
  /^(?:TASK ERROR|ERROR|Err:\d+|E): ?|\b(?:error|failed|failure|cannot|unable to|denied|refused|timed? ?out|busy)\b/i;
const prefix = /^(?:TASK ERROR|ERROR|WARN|INFO|E): */;

/** `command '…' failed: exit code 2` says what was run; what went wrong stands behind it. */
const withoutCommand = (text: string): string => /^command '.*' failed: (.+)$/.exec(text)?.[1] ?? text;

const isExitCode = (text: string): boolean => /^(?:exit code|got signal) \d+$/.test(text);

/** Returns the sentence of a log that says why its task failed; undefined when no line does. Pass the last lines, oldest first. */
export const reasonIn = (lines: readonly string[]): string | undefined => {
  const storage = lines.map((line) => mounted.exec(line)?.[1]).findLast((name) => name !== undefined);
  const fullAt = lines.findIndex((line) => noSpace.test(line));
  if (fullAt >= 0) return storage === undefined ? 'no space left' : `storage ${storage} is full`;
  const backups = lines.flatMap((line) => {
    const [, vmid, text] = backupFailed.exec(line) ?? [];
    return vmid === undefined || text === undefined ? [] : [{ vmid, text: withoutCommand(text.trim()) }];
  });
  const [first] = backups;
  if (first !== undefined && !isExitCode(first.text))
    return backups.length === 1 ? first.text : `${String(backups.length)} guests, first ${first.vmid}: ${first.text}`;
  const telling = lines.filter((line) => saysError.test(line) && !saysNothing.test(line));
  return telling.toReversed().flatMap((line) => plainReason(line) ?? [])[0];
};

/** Returns what an error text says without its prefix and the command that was run; undefined when nothing is left to say. */
export const plainReason = (text: string): string | undefined => {
  const plain = withoutCommand(text.replace(prefix, '').trim());
  return plain === '' || isExitCode(plain) ? undefined : plain;
};
