import type { ProxdeckError } from '../../models/error.ts';
import type { Event } from '../../operations/event.ts';
import type { Column } from '../../operations/operation.ts';
import type { OutputFormat } from './globals.ts';
import { harmless, renderLines, type Style } from './render.ts';

/** Where text goes; a part of what process.stdout is. */
export interface Sink {
  write(text: string): unknown;
}

export interface OutputOptions {
  readonly format: OutputFormat;
  readonly style: Style;
  /** The columns of a list. */
  readonly columns?: readonly Column[] | undefined;
  /** Running work is one event a line in JSON, ended by its result; a read is its value alone. */
  readonly work: boolean;
  readonly stdout: Sink;
  readonly stderr: Sink;
}

/** What a command says: events while it works, then a result or an error. */
export interface Output {
  event(event: Event): void;
  /** `ok` is false for what is known of work that failed. */
  result(value: unknown, ok: boolean): Promise<void>;
  error(error: ProxdeckError): void;
}

const stepWords = {
  running: 'running',
  done: 'done',
  skipped: 'nothing to do',
  failed: 'failed',
  undone: 'undone',
} as const;

const eventText = (event: Event): string | undefined => {
  switch (event.type) {
    case 'step':
      return `${event.title}: ${stepWords[event.state]}`;
    case 'line':
      return event.text;
    case 'warning':
      return `Warning: ${event.message}${event.hint === undefined ? '' : ` ${event.hint}`}`;
    case 'task':
    case 'progress':
      return undefined;
  }
};

const humanOutput = ({ format, style, columns, stdout, stderr }: OutputOptions): Output => ({
  event(event) {
    const text = eventText(event);
    if (text === undefined) return;
    // Lines of a log are what was asked for; all else is talk beside it. YAML and CSV keep stdout to themselves.
    const sink = event.type === 'line' && format === 'table' ? stdout : stderr;
    for (const line of harmless(text, style)) sink.write(`${line}\n`);
  },
  async result(value) {
    if (format === 'table') {
      stdout.write(
        renderLines(value, columns, style)
          .map((line) => `${line}\n`)
          .join(''),
      );
      return;
    }
    const { toCsv, toYaml } = await import('./formats.ts');
    stdout.write(format === 'csv' ? toCsv(value, columns) : `${toYaml(value)}\n`);
  },
  error({ message, hint }) {
    for (const line of harmless(`proxdeck: ${message}`, style)) stderr.write(`${line}\n`);
    if (hint !== undefined) for (const line of harmless(hint, style)) stderr.write(`${line}\n`);
  },
});

const jsonOutput = ({ work, stdout, stderr }: OutputOptions): Output => {
  let streaming = work;
  return {
    event(event) {
      // A warning must not turn the one value of a read into a stream: it goes where errors go.
      if (event.type === 'warning' && !streaming) {
        stderr.write(`${JSON.stringify(event)}\n`);
        return;
      }
      streaming = true;
      stdout.write(`${JSON.stringify(event)}\n`);
    },
    async result(value, ok) {
      const { toJson } = await import('./formats.ts');
      stdout.write(`${streaming ? toJson({ type: 'result', ok, value: value ?? null }) : toJson(value, 2)}\n`);
    },
    error({ code, message, hint }) {
      stderr.write(`${JSON.stringify({ error: { code, message, ...(hint !== undefined && { hint }) } })}\n`);
    },
  };
};

/** Makes the output of one command. JSON is an interface, everything else is for people. */
export const createOutput = (options: OutputOptions): Output =>
  options.format === 'json' ? jsonOutput(options) : humanOutput(options);
