import { FactStore } from '../../inventory/facts.ts';
import { emptySnapshot } from '../../inventory/emptySnapshot.ts';
import type { Inventory } from '../../inventory/types.ts';
import type { ProxdeckError } from '../../models/error.ts';
import type { Session } from '../../ui/session.ts';

/** A context that cannot be opened at all, among others that can: it says why and does nothing. `since` in milliseconds since 1970. */
export const absentSession = (contextName: string, error: ProxdeckError, since: number): Session => {
  const refuse = (): Promise<never> => Promise.reject(error);
  const inventory: Inventory = {
    snapshot: emptySnapshot,
    connection: { state: 'away', since, error, nextTryAt: since },
    subscribe: () => () => undefined,
    rates: () => undefined,
    history: () => ({ cpu: [], mem: [] }),
    refresh: async () => undefined,
    watchTask: () => undefined,
    automatic: false,
    close: async () => undefined,
  };
  return {
    contextName,
    prod: false,
    readOnly: true,
    onTrouble: () => undefined,
    inventory,
    permissions: () => undefined,
    facts: new FactStore(),
    calls: { records: [], perMinute: () => ({ poll: 0, person: 0 }), subscribe: () => () => undefined },
    taskStatus: refuse,
    taskLog: refuse,
    ask: refuse,
    plan: refuse,
    run: refuse,
    close: async () => undefined,
  };
};
