import type { GuestConfig } from '../../src/operations/guest-config.ts';

/** The settings of a guest as texts by key. */
export type Settings = Readonly<Record<string, string>>;

/** A configuration as texts, without what is no setting; empty while it is asked for. */
export const settingsOf = (config: GuestConfig | undefined): Settings =>
  Object.fromEntries(
    Object.entries(config ?? {}).flatMap(([key, value]) =>
      typeof value === 'object' || key === 'digest' ? [] : [[key, String(value)]],
    ),
  );
