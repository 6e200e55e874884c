import type { LiveState } from './state.ts';

/** What rows of several clusters have to do with their context. */

/** Returns whether a row is what was last known of a cluster that is away now: it must not look like news. */
export const isStale = (
  { connection, parts }: Pick<LiveState, 'connection' | 'parts'>,
  { context }: { readonly context?: string },
): boolean => {
  const own = parts?.find(({ contextName }) => contextName === context)?.connection ?? connection;
  return own.state === 'away';
};

/** What a filter finds a context by, `@home`, behind a blank; empty for a row of the only cluster. */
export const atContext = ({ context }: { readonly context?: string }): string =>
  context === undefined ? '' : ` @${context}`;
