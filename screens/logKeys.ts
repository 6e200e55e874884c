import type { AppModel } from '../src/ui/app.ts';
import { compileFilter } from '../src/ui/filter.ts';
import type { Handlers } from '../src/ui/keys.ts';
import type { LogEntry } from '../src/ui/logBuffer.ts';
import type { LogPane } from '../src/ui/logPane.ts';
import { saveText } from '../src/ui/saveText.ts';
import { asProxdeckError } from '../src/models/error.ts';

/** What a view of a log knows besides its lines: what it shows of them, and whether it has the whole terminal. */
export class LogView {
  readonly pane: LogPane;
  #filter = '';
  #faults = false;
  #full = false;
  readonly #app: AppModel;

  constructor(app: AppModel, pane: LogPane) {
    this.#app = app;
    this.pane = pane;
  }

  get filter(): string {
    return this.#filter;
  }

  get faults(): boolean {
    return this.#faults;
  }

  get full(): boolean {
    return this.#full;
  }

  setFilter(filter: string): void {
    this.#filter = filter;
    this.#narrow();
  }

  toggleFaults(): void {
    this.#faults = !this.#faults;
    this.#narrow();
  }

  toggleFull(): void {
    this.#full = !this.#full;
    this.#app.changed();
  }

  /** One step back: out of the whole terminal, then what narrows the lines. False when there is none. */
  back(): boolean {
    if (this.#full) this.toggleFull();
    else if (this.#filter !== '') this.setFilter('');
    else if (this.#faults) this.toggleFaults();
    else if (this.pane.find !== '') this.pane.setFind('');
    else return false;
    return true;
  }

  #narrow(): void {
    const passes = compileFilter(this.#filter);
    const faults = this.#faults;
    if (passes === undefined && !faults) return this.pane.show(undefined);
    this.pane.show((entry) => (!faults || entry.level !== 'info') && (passes?.(fieldsOf(entry)) ?? true));
  }
}

const fieldsOf = (entry: LogEntry): Parameters<NonNullable<ReturnType<typeof compileFilter>>>[0] => {
  const { node = '', source = '', level } = entry;
  const text = entry.text.toLowerCase();
  const fields = { node: [node.toLowerCase()], source: [source.toLowerCase()], level: [level], text: [text] };
  return { text: `${fields.node[0] ?? ''} ${fields.source[0] ?? ''} ${text}`, fields };
};

export interface LogDoors {
  /** What the file is called that `s` writes. */
  readonly name: () => string;
  /** What Enter does on a line. */
  readonly open: (entry: LogEntry) => void;
  /** What `x` does. */
  readonly stop: () => void;
}

/** What the keys do in every log. */
export const logKeys = (app: AppModel, view: LogView, doors: LogDoors): Handlers => {
  const { pane } = view;
  const half = (): number => Math.max(1, Math.floor(pane.height / 2));
  const times = (): number => app.keyboard.count ?? 1;
  const find = (step: 1 | -1) => (): void => {
    if (pane.findNext(step)) return;
    const text = pane.find === '' ? 'nothing to find yet: / asks' : `no line holds “${pane.find}”`;
    app.notify({ token: 'muted', text });
  };
  const copy = (): void => {
    const entry = pane.current();
    if (entry !== undefined) app.copy(entry.text);
  };
  return {
    down: () => pane.move(times()),
    up: () => pane.move(-times()),
    'half-down': () => pane.move(half() * times()),
    'half-up': () => pane.move(-half() * times()),
    'page-down': () => pane.move(pane.height * times()),
    'page-up': () => pane.move(-pane.height * times()),
    first: () => pane.moveTo(pane.buffer.first + times() - 1),
    'last-row': () =>
      pane.moveTo(app.keyboard.count === undefined ? pane.buffer.end - 1 : pane.buffer.first + app.keyboard.count - 1),
    follow: () => pane.toggleFollow(),
    wrap: () => pane.toggleWrap(),
    faults: () => view.toggleFaults(),
    'log.time': () => {
      if (!pane.nextTime())
        app.notify({ token: 'muted', text: 'its lines have no times: only those that arrive while one looks' });
    },
    'log.error': () => nextError(app, pane),
    'log.save': () => void save(app, view, doors.name()),
    'log.copy': copy,
    'full-screen': () => view.toggleFull(),
    'stop-task': doors.stop,
    open: () => {
      const entry = pane.current();
      if (entry !== undefined) doors.open(entry);
    },
    'log.find': () =>
      app.overlays.beginEditing({
        prompt: '/',
        text: '',
        change: (text) => pane.setFind(text),
        cancel: () => pane.setFind(''),
      }),
    'log.next': find(1),
    'log.previous': find(-1),
    'log.filter': () =>
      app.overlays.beginEditing({
        prompt: '&',
        text: view.filter,
        change: (text) => view.setFilter(text),
        cancel: () => view.setFilter(''),
      }),
  };
};

const isError = (entry: LogEntry): boolean => entry.level === 'error';

/** The first error of the log; standing on one, the next. */
const nextError = (app: AppModel, pane: LogPane): void => {
  const current = pane.current();
  const from = current !== undefined && isError(current) && !pane.follow ? pane.cursor + 1 : pane.buffer.first;
  if (!pane.goTo(isError, 1, from)) app.notify({ token: 'muted', text: 'no line of it is an error' });
};

/** Writes what is shown to a new file and says where it is. */
const save = async (app: AppModel, { pane, filter, faults }: LogView, name: string): Promise<void> => {
  const { buffer } = pane;
  const lines = [...buffer.shown()].map(savedLine);
  try {
    const file = await saveText(name, lines, app.now());
    const part = filter !== '' || faults ? ', only what is shown' : '';
    const lost = buffer.dropped > 0 ? `, the first ${String(buffer.dropped)} were not kept` : '';
    app.notify({ token: 'ok', text: `saved ${String(lines.length)} lines to ${file}${part}${lost}` });
  } catch (thrown) {
    const { message, hint } = asProxdeckError(thrown);
    app.notify({ token: 'error', text: message, ...(hint === undefined ? {} : { hint }) });
  }
};

const savedLine = ({ at, node, source, text }: LogEntry): string =>
  [at === undefined ? undefined : new Date(at).toISOString(), node, source, text]
    .filter((part) => part !== undefined)
    .join(' ');
