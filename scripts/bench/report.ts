import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import type { Once, SizeResult, Verdict } from './budgets.ts';

const short = (value: number): string => {
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value < 10 ? 2 : 1);
};

type Row = readonly [what: string, figure: (result: SizeResult) => string];

const times = (one: { p50: number; p95: number; p99: number }): string =>
  [one.p50, one.p95, one.p99].map(short).join(' / ');

const rows: readonly Row[] = [
  ['`node -e 0` (ms)', ({ starts }) => short(starts.node.p50)],
  ['last picture (ms, × node)', ({ starts }) => againstNode(starts.picture.p50, starts.node.p50)],
  ['first frame (ms, × node)', ({ starts }) => againstNode(starts.firstFrame.p50, starts.node.p50)],
  ['first key answered (ms, × node)', ({ starts }) => againstNode(starts.firstKey.p50, starts.node.p50)],
  ['keys typed meanwhile, lost', ({ starts }) => `${short(starts.keysTyped)}, ${short(starts.keysLost)}`],
  ['guests without a cache (ms)', ({ starts }) => short(starts.withoutCache.p50)],
  ['key to paint, mark: p50 / p95 / p99 (ms, after 10 keys)', ({ keys }) => times(keys.move.latency)],
  ['key to paint, scroll: p50 / p95 / p99 (ms, after 10 keys)', ({ keys }) => times(keys.scroll.latency)],
  ['the same key, only echoed: p50 / p95 / p99 (ms)', ({ keys }) => times(keys.echo)],
  ['bytes a frame: mark, scroll (p50)', ({ keys }) => `${short(keys.move.bytes.p50)}, ${short(keys.scroll.bytes.p50)}`],
  ['letter of a filter to paint: p50 / p95 / p99 (ms)', ({ typing }) => times(typing.latency)],
  [
    'keys to a wizard: p50 / p95 / p99, the first (ms)',
    ({ wizard }) => `${times(wizard.latency)}, ${short(wizard.first)}`,
  ],
  ['refresh: JSON.parse, whole (ms, × JSON.parse)', ({ refresh }) => refreshed(refresh)],
  ['while idle: frames/s, bytes (p95), frames that change nothing', ({ idle }) => idled(idle)],
  ['CPU at rest (%)', ({ rest }) => short(rest.cpuPercent)],
  ['memory (MB)', ({ rest }) => short(rest.residentBytes / 1_000_000)],
  ['API calls a minute', ({ rest }) => short(rest.callsPerMinute)],
];

const refreshed = ({ json, whole, ratio }: SizeResult['refresh']): string =>
  `${short(json.p50)}, ${short(whole.p50)} (${short(ratio.p50)}×)`;

const idled = ({ framesPerSecond, bytes, identical }: SizeResult['idle']): string =>
  `${short(framesPerSecond)}, ${short(bytes.p95)}, ${short(identical)}`;

const againstNode = (ms: number, node: number): string => `${short(ms)} (${short(ms / node)}×)`;

/** The figures as a Markdown table, one column a size. It reads well in a terminal too. */
export function table(results: readonly SizeResult[]): string {
  const head = ['120×40', ...results.map(({ guests }) => `${guests.toLocaleString('en')} guests`)];
  const body = rows.map(([what, figure]) => [what, ...results.map(figure)]);
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** What does not depend on the size, as sentences. */
export const onceLines = ({ follow, hour, compose, render }: Once): readonly string[] => [
  `A log of ${short(follow.linesPerSecond)} lines a second, followed: ${short(follow.cpuPercent)} % of a core, the last line ${short(follow.lag.p50)} ms old (p95 ${short(follow.lag.p95)} ms), ${short(follow.residentBytes / 1_000_000)} MB resident.`,
  `${String(hour.minutes)} simulated minutes from screen to screen: heap ${short(hour.heapBefore / 1_000_000)} MB before, ${short(hour.heapAfter / 1_000_000)} MB after.`,
  `A Compose file of ${short(compose.lines)} lines: YAML alone ${short(compose.parse.p50)} ms, the whole project ${short(compose.load.p50)} ms (${short(compose.ratio.p50)}×).`,
  `The ${short(render.files)} files of Lucia rendered: in memory ${times(render.memory.whole)} ms (p50 / p95 / p99), ${short(render.memory.again.p50)} ms where nothing has changed; on this disk ${times(render.disk.whole)} ms, ${short(render.disk.again.p50)} ms; from nothing by three commands ${short(render.commands.p50)} ms.`,
];

export const verdictLine = ({ what, guests, measured, limit, unit, kept }: Verdict): string =>
  `${kept ? 'pass' : 'FAIL'}  ${guests === undefined ? '     any size' : `${guests.toLocaleString('en').padStart(6)} guests`}  ${what.padEnd(34)} ${short(measured)} of ${short(limit)} ${unit}`.trimEnd();

/** What the figures were measured on. */
export function machine(): string {
  const [cpu] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const day = new Date().toISOString().slice(0, 10);
  return `${String(cpus().length)} × ${cpu?.model ?? 'unknown CPU'}, ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}, ${day}`;
}

const marks = /(<!-- bench:start -->\n)[^]*?(<!-- bench:end -->)/;

/** Puts the table between the marks of the README. Throws when the marks are not there. */
export function writeReadme(file: string, results: readonly SizeResult[], once: Once): void {
  const text = readFileSync(file, 'utf8');
  if (!marks.test(text)) throw new Error(`${file} has no <!-- bench:start --> and <!-- bench:end -->`);
  writeFileSync(
    file,
    text.replace(
      marks,
      (_, start: string, end: string) =>
        `${start}\n${table(results)}\n\n${onceLines(once).join('\n')}\n\nMeasured on ${machine()}.\n\n${end}`,
    ),
  );
}
