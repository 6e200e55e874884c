import { readdirSync, readFileSync } from 'node:fs';

/** Reads of /proc. A process may end between two of them: then it counts for nothing. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${String(pid)}/task`);
  } catch {
    return [];
  }
}

/** The process and all that it started, directly or not. */
function processTree(pid: number): number[] {
  const children = threadsOf(pid)
    .flatMap((thread) => read(`/proc/${String(pid)}/task/${thread}/children`).split(' '))
    .filter((text) => text.trim() !== '')
    .map(Number);
  return [pid, ...children.flatMap(processTree)];
}

/** CPU time of the tree so far, in ms: from schedstat, which counts nanoseconds where `stat` counts ticks of 10 ms. */
export function cpuMs(pid: number): number {
  const threads = processTree(pid).flatMap((process) =>
    threadsOf(process).map((thread) => `/proc/${String(process)}/task/${thread}/schedstat`),
  );
  return threads.reduce((sum, file) => sum + Number(read(file).split(' ')[0] ?? 0), 0) / 1e6;
}

/** Resident memory of the tree, in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = (process: number): number =>
    Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${String(process)}/status`))?.[1] ?? 0);
  return processTree(pid).reduce((sum, process) => sum + kilobytes(process) * 1024, 0);
}
