import type { Home } from '../../tests/support/home.ts';
import type { Terminal } from '../../tests/support/terminal.ts';
import { showsGuests } from './screen.ts';
import { open, quit } from './starts.ts';
import { summarize, type Summary } from './statistics.ts';

export interface Wizard {
  /** From `n` to the menu of what can be made, and from its key to the form of a container: both together, ms. */
  readonly latency: Summary;
  /** The same for the first one of a run, which is loaded then, ms. */
  readonly first: number;
}

/** Opens the wizard of a container and leaves it; returns how long it took to stand there. What the cluster is asked comes into it later. */
async function openOnce(terminal: Terminal): Promise<number> {
  const menuAt = terminal.press('n');
  const menuShownAt = await terminal.waitFor('new guest');
  await terminal.settled(100);
  const pressedAt = terminal.press('c');
  const shownAt = await terminal.waitFor(/▸ Node/);
  await terminal.settled(200);
  terminal.press('<escape>');
  await terminal.waitFor((frame) => showsGuests(terminal) && !frame.includes('New container'));
  await terminal.settled(100);
  return menuShownAt - menuAt + (shownAt - pressedAt);
}

/** Measures how long the wizard of a container takes to open. */
export async function measureWizard(home: Home, runs: number): Promise<Wizard> {
  await using terminal = open(home);
  await terminal.waitFor(() => showsGuests(terminal) && terminal.updates > 0);
  await terminal.settled(1_000);
  const first = await openOnce(terminal);
  const latencies: number[] = [];
  for (let run = 0; run < runs; run += 1) latencies.push(await openOnce(terminal));
  await quit(terminal);
  return { latency: summarize(latencies), first };
}
