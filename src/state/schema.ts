import type { Generated } from 'kysely';

/** The tables as Kysely sees them; migrations.ts makes them. Times are milliseconds since 1970. */
export interface Tables {
  readonly audit: {
    readonly id: Generated<number>;
    readonly at: number;
    readonly who: string;
    readonly context: string;
    readonly operation: string;
    /** JSON, secrets masked. */
    readonly input: string;
    readonly result: string;
    readonly message: string | null;
    readonly duration_ms: number;
    /** SHA-256 as hex over the hash of the row before and this row (auditChain.ts). Every row that Proxdeck wrote has one. */
    readonly hash: string | null;
  };
  readonly history: {
    readonly cluster: string;
    readonly id: string;
    readonly at: number;
    readonly cpu: number | null;
    readonly mem: number | null;
  };
  readonly snapshot_cache: {
    readonly cluster: string;
    readonly at: number;
    readonly head: Uint8Array;
    readonly rest: Uint8Array | null;
  };
  readonly facts: {
    readonly cluster: string;
    readonly kind: string;
    readonly subject: string;
    readonly at: number;
    /** JSON */
    readonly value: string;
  };
}

/**
 * What tells one cluster from another: the name of the context and its first address. With the name alone,
 * a context that was pointed at another cluster would show the guests of the old one.
 */
export interface ClusterKey {
  readonly contextName: string;
  readonly address: string;
}

/** Returns the value of the columns `cluster`. JSON, so that no two pairs can run together. */
export const clusterColumn = ({ contextName, address }: ClusterKey): string => JSON.stringify([contextName, address]);
