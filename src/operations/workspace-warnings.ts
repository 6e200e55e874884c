import type { Event } from './event.ts';

/** Yields what is allowed and unwise in a file of the workspace, each with its place. */
export function* warningsOf(warnings: readonly string[]): Generator<Event, void, void> {
  for (const message of warnings) yield { type: 'warning', code: 'workspace', message };
}
