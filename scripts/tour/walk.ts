import type { Terminal } from '../../tests/support/terminal.ts';

/** A text that must be on the screen, as a person would look for it. */
export type Expected = string | RegExp;

/** Something that one comes by: a screen, a tab, a view. */
export interface Stop {
  /** Of its picture, and how it is called when something is missing. */
  readonly name: string;
  /** Keys that lead here from the stop before; none for the next tab, which `]` opens. */
  readonly keys?: string;
  readonly shows: readonly Expected[];
  /** Only where a terminal has room for it: at least so many columns. */
  readonly columns?: number;
}

export interface Visit {
  /** The name of the screen. */
  readonly screen: string;
  readonly stops: readonly Stop[];
  /** The tabs of its details, in their order; the keys of the first one lead into the details. */
  readonly tabs?: readonly Stop[];
}

/** How often Esc is pressed to be back in the plain list, whatever was opened. */
const wayBack = '<escape>';

/** The tab that is open, as its row shows it: bold and underlined. Undefined when no tabs are shown. */
const openTab = (terminal: Terminal): string | undefined =>
  terminal
    .styledRuns()
    .flat()
    .find((run) => run.bold && run.underline)
    ?.text.trim();

const missing = (frame: string, expected: readonly Expected[]): readonly Expected[] =>
  expected.filter((one) => (typeof one === 'string' ? !frame.includes(one) : !one.test(frame)));

/** Waits until all of it is on the screen. Throws with what is missing and the screen. */
const sees = async (terminal: Terminal, where: string, expected: readonly Expected[]): Promise<void> => {
  try {
    await terminal.waitFor((frame) => missing(frame, expected).length === 0, patienceMs);
  } catch (thrown) {
    const frame = terminal.frame();
    throw new Error(`${where} does not show ${missing(frame, expected).map(String).join(' nor ')}:\n${frame}`, {
      cause: thrown,
    });
  }
};

/** Only ends a tour that would hang: answers come within a second. */
const patienceMs = 20_000;

/** Told at each stop, when all that is expected is on the screen. */
export type Arrived = (stop: Stop) => void | Promise<void>;

/** Goes through all visits by keys alone. Throws at the first stop that does not show what it should, with the frame. */
export const walk = async (
  terminal: Terminal,
  columns: number,
  visits: readonly Visit[],
  arrived: Arrived,
): Promise<void> => {
  for (const visit of visits) {
    const seen = async (stop: Stop): Promise<void> => {
      if (columns < (stop.columns ?? 0)) return;
      await sees(terminal, `${visit.screen}: ${stop.name} (${String(columns)} columns)`, stop.shows);
      await arrived(stop);
    };
    for (const stop of visit.stops) {
      if (stop.keys !== undefined) terminal.press(stop.keys);
      await seen(stop);
    }
    await walkTabs(terminal, visit, seen);
    terminal.press(wayBack.repeat(4));
    await terminal.settled(60);
  }
};

/** Opens each tab and checks that there are no others. */
const walkTabs = async (
  terminal: Terminal,
  { screen, tabs = [] }: Visit,
  seen: (stop: Stop) => Promise<void>,
): Promise<void> => {
  let first: string | undefined;
  for (const [at, tab] of tabs.entries()) {
    const before = openTab(terminal);
    terminal.press(at === 0 ? (tab.keys ?? '') : ']');
    if (at > 0) await terminal.waitFor(() => openTab(terminal) !== before, patienceMs);
    await seen(tab);
    first ??= openTab(terminal);
  }
  if (tabs.length < 2) return;
  terminal.press(']');
  await terminal
    .waitFor(() => openTab(terminal) === first, patienceMs)
    .catch((thrown: unknown) => {
      throw new Error(`${screen} has a tab that the tour does not visit: ${openTab(terminal) ?? ''}`, {
        cause: thrown,
      });
    });
};
