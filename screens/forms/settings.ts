import type { GuestConfig } from '../../src/operations/guest-config.ts';

/** A configuration as texts by key, without what is no setting; empty while it is asked for. */
export const textsOf = (config: GuestConfig | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(config ?? {}).flatMap(([key, value]) =>
      typeof value === 'object' || key === 'digest' ? [] : [[key, String(value)]],
    ),
  );
