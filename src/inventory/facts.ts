import { storageKey, type Guest, type Storage } from '../models/cluster.ts';
import type { Growth } from './growth.ts';

/**
 * What `/cluster/resources` does not carry, as the slow crawl found it out (crawl.ts): every fact with its age, none promised.
 * A fact that is missing means “not known yet”, never “there is none”.
 */

/** One fact and when the cluster told it, in milliseconds since 1970. */
export interface Fact<Value> {
  readonly at: number;
  readonly value: Value;
}

/** The newest backup of one guest on one storage. */
export interface NewestBackup {
  /** Seconds since 1970. */
  readonly ctime: number;
  readonly volid: string;
  readonly size: number;
  /** What a Proxmox Backup Server said of it: `ok`, `failed`; absent where nobody verified it. */
  readonly verification?: string;
  /** How many backups of the guest lie there. */
  readonly count: number;
}

/** Everything that is kept, by kind. The subject of a fact is a name of what it is about, or empty for the cluster. */
export interface FactValues {
  /** `GET /cluster/status`; `quorate` is absent on a host without a cluster. */
  readonly quorum: { readonly quorate?: boolean };
  /** `GET /cluster/ha/status/current`: when the local manager of each node reported last, in seconds since 1970. */
  readonly reported: Readonly<Record<string, number>>;
  /** When a node that is away was last seen online by this program, in seconds since 1970. Subject: the node. */
  readonly seen: number;
  /** `GET /nodes/{node}/storage/{storage}/content?content=backup`: the newest of each guest, by vmid. Subject: `storageKey`. */
  readonly backups: Readonly<Record<string, NewestBackup>>;
  /** `GET /cluster/backup-info/not-backed-up`: guests that no backup job covers. */
  readonly uncovered: readonly number[];
  /** `GET /nodes/{node}/storage/{storage}/rrddata`. Subject: `storageKey`. */
  readonly trend: Growth;
  /** `GET /cluster/replication`: guests that are replicated. */
  readonly replicated: readonly number[];
  /** `GET /nodes/{node}/replication`: jobs that fail. Subject: the node. */
  readonly replication: readonly FailingReplication[];
  /** `GET /nodes/{node}/disks/list`. Subject: the node. */
  readonly disks: readonly DiskHealth[];
  /** `GET /nodes/{node}/disks/zfs`: pools that are not well. Subject: the node. */
  readonly sickPools: readonly SickPool[];
  /** `GET /nodes/{node}/apt/update`: how many packages could be renewed. Subject: the node. */
  readonly updates: { readonly count: number };
  /** `GET /nodes/{node}/certificates/info`: the certificate that the web server shows. Subject: the node. */
  readonly certificate: { readonly notafter: number; readonly filename: string };
  /** `GET /nodes/{node}/version`. Subject: the node. */
  readonly version: { readonly version: string };
  /** Addresses without prefix length, loopback and link-local ones left out. Subject: the vmid. */
  readonly addresses: readonly string[];
}

export type FactKind = keyof FactValues;

export interface FailingReplication {
  /** `101-0` */
  readonly id: string;
  readonly guest: number;
  readonly target: string;
  readonly failures: number;
  readonly error: string;
}

export interface DiskHealth {
  readonly devpath: string;
  readonly model: string;
  /** PASSED, FAILED, UNKNOWN, OK */
  readonly health: string;
  /** Percent of life that is left; absent where the disk does not tell. */
  readonly wearout?: number;
}

export interface SickPool {
  readonly name: string;
  /** DEGRADED, FAULTED, SUSPENDED … */
  readonly health: string;
}

/** The newest backup of a guest over all storages that were read. */
export interface BackupOf {
  /** Milliseconds since 1970 of the oldest answer that this rests on. */
  readonly at: number;
  /** Absent when there is none on the storages that were read. */
  readonly newest?: NewestBackup & { readonly storage: string };
  readonly count: number;
}

/** What is known beside the poll. Reading it never asks the cluster. */
export interface Facts {
  /** Grows with each fact that came: what was derived from them is derived anew. */
  readonly version: number;
  get<Kind extends FactKind>(kind: Kind, subject?: string): Fact<FactValues[Kind]> | undefined;
  /** Undefined until a storage with backups was read. */
  backupOf(guest: Pick<Guest, 'id' | 'vmid'>): BackupOf | undefined;
  addressesOf(guest: Pick<Guest, 'id' | 'vmid'>): Fact<readonly string[]> | undefined;
  trendOf(storage: Storage): Fact<Growth> | undefined;
  /** Takes in addresses that somebody asked for at once, so that the crawl need not ask again. */
  learnAddresses(guest: Pick<Guest, 'id' | 'vmid'>, addresses: readonly string[], at: number): void;
  /**
   * Somebody looks at what needs a person: what one call tells of the whole cluster, and nobody asked yet, is asked at once.
   * Returns the function that ends it.
   */
  look(): () => void;
  /** Called after each fact that came. Returns the function that ends it. */
  subscribe(listener: () => void): () => void;
}

/** The facts of one cluster, in memory. */
export class FactStore implements Facts {
  #facts = new Map<string, { readonly kind: FactKind; readonly subject: string; readonly fact: Fact<unknown> }>();
  #listeners = new Set<() => void>();
  #backups: { readonly version: number; readonly at: number; readonly byGuest: Map<string, BackupOf> } | undefined;
  #version = 0;
  #lookers = 0;
  /** Set by the crawl: somebody began to look. */
  onLook: () => void = () => undefined;

  /** Whether somebody looks now. */
  get isLookedAt(): boolean {
    return this.#lookers > 0;
  }

  look(): () => void {
    this.#lookers += 1;
    this.onLook();
    let ended = false;
    return () => {
      if (!ended) this.#lookers -= 1;
      ended = true;
    };
  }

  get version(): number {
    return this.#version;
  }

  get<Kind extends FactKind>(kind: Kind, subject = ''): Fact<FactValues[Kind]> | undefined {
    return this.#facts.get(`${kind} ${subject}`)?.fact as Fact<FactValues[Kind]> | undefined;
  }

  /** Takes in facts, of which the newest of a kind and subject stays, and tells everybody once. */
  put(facts: readonly KeptFact[]): void {
    for (const { kind, subject, at, value } of facts) {
      const key = `${kind} ${subject}`;
      if ((this.#facts.get(key)?.fact.at ?? Number.NEGATIVE_INFINITY) > at) continue;
      this.#facts.set(key, { kind, subject, fact: { at, value } });
    }
    if (facts.length > 0) this.#changed();
  }

  /** Forgets facts about what is not there any more; returns which. */
  forget(isThere: (kind: FactKind, subject: string) => boolean): readonly { kind: FactKind; subject: string }[] {
    const gone = [...this.#facts.values()].filter(({ kind, subject }) => !isThere(kind, subject));
    for (const { kind, subject } of gone) this.#facts.delete(`${kind} ${subject}`);
    if (gone.length > 0) this.#changed();
    return gone;
  }

  backupOf({ vmid }: Pick<Guest, 'id' | 'vmid'>): BackupOf | undefined {
    const { at, byGuest } = this.#backupIndex();
    if (!Number.isFinite(at)) return undefined;
    return byGuest.get(String(vmid)) ?? { at, count: 0 };
  }

  addressesOf({ vmid }: Pick<Guest, 'id' | 'vmid'>): Fact<readonly string[]> | undefined {
    return this.get('addresses', String(vmid));
  }

  trendOf(storage: Storage): Fact<Growth> | undefined {
    return this.get('trend', storageKey(storage));
  }

  learnAddresses({ vmid }: Pick<Guest, 'id' | 'vmid'>, addresses: readonly string[], at: number): void {
    this.put([{ kind: 'addresses', subject: String(vmid), at, value: addresses }]);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  /** The newest backup of each guest over all storages; made anew when a fact came. */
  #backupIndex(): { readonly at: number; readonly byGuest: Map<string, BackupOf> } {
    if (this.#backups?.version === this.#version) return this.#backups;
    const byGuest = new Map<string, BackupOf>();
    const read = [...this.#facts.values()].filter(({ kind }) => kind === 'backups');
    const at = Math.min(...read.map(({ fact }) => fact.at), Number.POSITIVE_INFINITY);
    for (const { subject } of read) {
      const storage = subject.slice(subject.indexOf('/') + 1);
      for (const [vmid, newest] of Object.entries(this.get('backups', subject)?.value ?? {})) {
        const known = byGuest.get(vmid);
        const count = (known?.count ?? 0) + newest.count;
        const better = known?.newest !== undefined && known.newest.ctime >= newest.ctime;
        byGuest.set(vmid, { at, count, newest: better ? known.newest : { ...newest, storage } });
      }
    }
    this.#backups = { version: this.#version, at, byGuest };
    return this.#backups;
  }
}

/** A fact as it is kept over restarts. */
export type KeptFact = {
  readonly [Kind in FactKind]: {
    readonly kind: Kind;
    readonly subject: string;
    readonly at: number;
    readonly value: FactValues[Kind];
  };
}[FactKind];
