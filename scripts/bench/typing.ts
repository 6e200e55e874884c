import type { Home } from '../../tests/support/home.ts';
import { showsGuests } from './screen.ts';
import { open, quit } from './starts.ts';
import { summarize, type Summary } from './statistics.ts';

export interface Typing {
  /** From a letter of a filter to the arrival of the list that matches it, ms. */
  readonly latency: Summary;
}

/** What people look for: names, parts of them, fields. Each letter makes another list of all guests. */
const filters = ['web', 'db-1', 'tag:prod', 'status:running', '!lab', '-f pgrs', '404'];

/** Measures filters typed letter by letter into the list of guests. */
export async function measureTyping(home: Home, runs: number): Promise<Typing> {
  const latencies: number[] = [];
  await using terminal = open(home);
  await terminal.waitFor(() => showsGuests(terminal) && terminal.updates > 0);
  await terminal.settled(1_000);
  // The first run warms up and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    for (const filter of filters) {
      terminal.press('/');
      await terminal.waitFor('/_');
      for (let length = 1; length <= filter.length; length += 1) {
        const pressedAt = terminal.press(filter[length - 1] ?? '');
        const shownAt = await terminal.waitFor(`/${filter.slice(0, length)}_`);
        if (run > 0) latencies.push(shownAt - pressedAt);
        await terminal.settled(30);
      }
      terminal.press('<escape>');
      // Crumbs without a filter, and every guest again.
      await terminal.waitFor((frame) => /▸ Guests {3}/.test(frame) && showsGuests(terminal));
      await terminal.settled(60);
    }
  }
  await quit(terminal);
  return { latency: summarize(latencies) };
}
