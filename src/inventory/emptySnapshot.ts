import type { Snapshot } from './types.ts';

/** What is known of a cluster before anything is known. */
export const emptySnapshot: Snapshot = {
  at: 0,
  fromCache: false,
  nodes: [],
  guests: [],
  storages: [],
  pools: [],
  tasks: [],
  skipped: 0,
};
