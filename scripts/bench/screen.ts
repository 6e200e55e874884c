import type { Terminal } from '../../tests/support/terminal.ts';

/** What the bench reads off the list of guests, as a person does. */

const guestRow = /^(▸| ).{0,4}\b(\d{3,})  /;

/** The ids of the guests on the screen, from top to bottom. */
export const shownIds = (terminal: Terminal): string[] =>
  terminal.lines().flatMap((line) => guestRow.exec(line)?.[2] ?? []);

/** The id under the mark; undefined when no row is marked. */
export const markedId = (terminal: Terminal): string | undefined =>
  terminal
    .lines()
    .map((line) => guestRow.exec(line))
    .find((match) => match?.[1] === '▸')?.[2];

/** Whether at least ten guests stand there with their states. */
export const showsGuests = (terminal: Terminal): boolean =>
  terminal.lines().filter((line) => guestRow.test(line) && /[●○◐?] \w+/.test(line)).length >= 10;
