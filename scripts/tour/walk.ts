import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from '../../tests/support/terminal.ts';

/** A text that must be on the screen, as a person would look for it. */
type Expected = string | RegExp;

/** Something that one comes by: a screen, a tab, a view. */
interface Stop {
  /** Of its picture, and how it is called when something is missing. */
  readonly name: string;
  /** Keys that lead here from the stop before; none for the next tab, which `]` opens. */
  readonly keys?: string;
  readonly shows: readonly Expected[];
  /** Whether the documentation shows it. */
  readonly picture?: boolean;
}

export interface Visit {
  /** The name of the screen. */
  readonly screen: string;
  readonly stops: readonly Stop[];
  /** The tabs of its details, in their order; the keys of the first one lead into the details. */
  readonly tabs?: readonly Stop[];
}

/** Presses keys as fast as they are taken in; only after an Esc it waits, because two of them in one read may be one key. */
const press = async (terminal: Terminal, keys: string): Promise<void> => {
  for (const part of keys.split(/(?<=<escape>)/)) {
    terminal.press(part);
    if (part.endsWith('<escape>')) await sleep(afterEscapeMs);
  }
};

/** Longer than Ink holds an Esc back; in milliseconds. */
const afterEscapeMs = 40;

/** Back to the plain list, whatever was opened over it. */
const goBack = (terminal: Terminal): Promise<void> => press(terminal, '<escape>'.repeat(4));

/** The tab that is open, as its row shows it: bold and underlined. Undefined when no tabs are shown. */
const openTab = (terminal: Terminal): string | undefined =>
  terminal
    .styledRuns()
    .flat()
    .find((run) => run.bold && run.underline)
    ?.text.trim();

const missing = (frame: string, expected: readonly Expected[]): readonly Expected[] =>
  expected.filter((one) => (typeof one === 'string' ? !frame.includes(one) : !one.test(frame)));

/** Waits until all of it is on the screen. Returns what is wrong, with the screen; undefined when nothing is. */
const look = async (terminal: Terminal, where: string, expected: readonly Expected[]): Promise<string | undefined> => {
  try {
    await terminal.waitFor((frame) => missing(frame, expected).length === 0, patienceMs);
    return undefined;
  } catch {
    const frame = terminal.frame();
    return `${where} does not show ${missing(frame, expected).map(String).join(' nor ')}:\n${frame}`;
  }
};

/** Only ends the waiting for what does not come: answers take a second, those of the slow storage two. */
const patienceMs = 12_000;

/** Told at each stop, when all that is expected is on the screen. */
export type Arrived = (stop: Stop) => void | Promise<void>;

/** Goes through all visits by keys alone. Returns what was missing at which stop, each with the frame; empty when all was seen. */
export const walk = async (
  terminal: Terminal,
  size: string,
  visits: readonly Visit[],
  arrived: Arrived,
): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (const { screen, stops, tabs = [] } of visits) {
    const stopAt = async (stop: Stop): Promise<void> => {
      const sentence = await look(terminal, `${stop.name} at ${size}`, stop.shows);
      if (sentence !== undefined) wrong.push(sentence);
      await arrived(stop);
    };
    for (const stop of stops) {
      if (stop.keys !== undefined) await press(terminal, stop.keys);
      await stopAt(stop);
    }
    const opened = await walkTabs(terminal, tabs, stopAt);
    if (opened !== undefined) wrong.push(`${screen} at ${size}: ${opened}\n${terminal.frame()}`);
    await goBack(terminal);
  }
  return wrong;
};

/** Opens each tab and checks that there are no others. Returns what is wrong with them. */
const walkTabs = async (
  terminal: Terminal,
  tabs: readonly Stop[],
  stopAt: (stop: Stop) => Promise<void>,
): Promise<string | undefined> => {
  let first: string | undefined;
  for (const [at, tab] of tabs.entries()) {
    await press(terminal, at === 0 ? (tab.keys ?? '') : ']');
    await stopAt(tab);
    first ??= openTab(terminal);
  }
  if (tabs.length < 2) return undefined;
  await press(terminal, ']');
  try {
    await terminal.waitFor(() => openTab(terminal) === first, patienceMs);
    return undefined;
  } catch {
    return `after its ${String(tabs.length)} tabs comes ${openTab(terminal) ?? 'none'}, not ${first ?? 'the first'}`;
  }
};
