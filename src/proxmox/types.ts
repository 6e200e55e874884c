import type { Proxmox } from 'proxmox-api';
import type { Resources, Task } from '../models/cluster.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A value of a parameter before it is encoded: booleans become 1 and 0, arrays repeated keys, undefined is not sent. */
export type ParameterValue = string | number | boolean | readonly (string | number)[] | undefined;
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** How the client proves who it is. Values are kept in memory only and never logged. */
export type Credential =
  /** `user@realm!id=secret`, as the server shows it once. */
  | { readonly kind: 'token'; readonly token: string }
  /** A token that is asked for when it is needed first, and kept while the client is open. */
  | { readonly kind: 'asked-token'; readonly ask: () => Promise<string> }
  /** Nobody yet: for the few calls that need no login (`GET /access/domains`). */
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'password';
      /** With its realm: `root@pam`. */
      readonly username: string;
      /** Or how it is asked for, once it is needed. */
      readonly password: string | (() => Promise<string>);
      /**
       * Asked for when the server wants a second factor; `kinds` are those the user has (`totp`, `recovery`, `yubico` …).
       * Returns a TOTP code or a recovery key, or either with its kind in front (`totp:123456`, `recovery:…`).
       * A wrong one is asked for again, `refused` then.
       */
      readonly secondFactor?: (kinds: readonly string[], refused: boolean) => Promise<string>;
    };

/** What makes a server's certificate good besides the certificate authorities of the system. */
export interface Trust {
  /** SHA-256 of the certificate, `AB:CD:…`; several (one a node of the cluster) separated by commas. */
  readonly fingerprint?: string;
  /** Certificates of further authorities, PEM (`/etc/pve/pve-root-ca.pem`). */
  readonly ca?: string;
}

/** Bounds of the client. Times in milliseconds. */
export interface Limits {
  /** Calls in flight a node; a node has three workers for everybody. */
  readonly inFlightPerNode: number;
  /** From sending to the whole answer, for the program's own polling. */
  readonly pollTimeoutMs: number;
  /** The same for what a person asks for. */
  readonly personTimeoutMs: number;
  /** Until a connection is there: name, TCP and TLS. */
  readonly connectTimeoutMs: number;
  /** An unused connection is closed before the server does it after 5 s (contract §2). */
  readonly idleMs: number;
}

export interface ClientOptions {
  /** `https://pve1:8006`, `pve1`, `[::1]:8006`: asked in this order. */
  readonly addresses: readonly string[];
  readonly credential: Credential;
  readonly tls: Trust;
  /** SSH hosts that every address is reached through, as ProxyJump writes them: `ada@bastion`. */
  readonly jump?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly limits?: Partial<Limits>;
}

/** A file that goes with a POST: read piece by piece, and again from its beginning when another address is tried. */
export interface FilePart {
  readonly name: string;
  readonly sizeBytes: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the call is given up, from the moment it is sent. */
  readonly timeoutMs?: number;
  /** `poll`: the program asks by itself; `person`: somebody wants to see it now. They are counted apart. */
  readonly origin?: 'poll' | 'person';
  /** Sends the parameters of a POST as a form with this file behind them. */
  readonly file?: FilePart;
}

/** The envelope of an answer. `total` and `changes` are siblings of `data` where Proxmox sends them (contract §5.1). */
export interface Answer {
  readonly data: unknown;
  readonly total?: number;
  readonly changes?: string;
}

/** One line of the ring of the last 1,000 calls. Parameters have their secrets masked. */
export interface CallRecord {
  readonly id: number;
  /** Milliseconds since 1970 when the call was sent. */
  readonly at: number;
  readonly method: Method;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly address: string;
  /** HTTP status; absent while the call runs or when no answer came. */
  readonly status?: number;
  /** Milliseconds from sending to the whole answer. */
  readonly durationMs?: number;
  readonly error?: string;
  readonly origin: 'poll' | 'person';
}

export interface CallLog {
  /** The last 1,000 calls, oldest first. */
  readonly records: readonly CallRecord[];
  /** Calls sent in the last 60 seconds, the poll's and those that a person asked for. */
  perMinute(now: number): { readonly poll: number; readonly person: number };
  subscribe(listener: () => void): () => void;
}

export interface TaskStatus {
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  readonly starttime: number;
  readonly status: 'running' | 'stopped';
  /** Only when stopped. */
  readonly exitstatus?: string;
}

export interface LogLine {
  /** 1-based. */
  readonly n: number;
  readonly t: string;
}

/** Cells of a terminal. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A console that is open: what is typed goes there, what it shows comes from there. */
export interface ConsoleLine {
  /** The task that lasts as long as the console. */
  readonly upid: string;
  /**
   * Bytes of the terminal, read once; who reads slowly slows the server down. Ends when the program behind the console ends or the
   * connection breaks: the server does not tell which (contract §15.1).
   */
  readonly output: AsyncIterable<Uint8Array>;
  write(text: string): void;
  resize(size: TerminalSize): void;
  close(): void;
}

export interface ConsoleOptions {
  readonly size: TerminalSize;
  /** Of a VM: which of its serial lines, `serial0`. */
  readonly serial?: string;
  readonly signal?: AbortSignal;
}

/** A session with one cluster: knows its addresses, its credential and its limits. Every method rejects with a ProxmoxError. */
export interface ProxmoxClient {
  /** Typed paths of the package proxmox-api over our engine. Answers are as the server typed them: coerce what you read. */
  readonly api: Proxmox.Api;
  readonly calls: CallLog;
  /** The address that answered last, `pve1:8006`; the first one before any did. */
  readonly address: string;
  /** Who is calling: `root@pam` or `root@pam!main`, without the secret. */
  readonly identity: string;
  /** Sends one call; `path` begins behind `/api2/json` and is encoded by the caller where a part of it may hold `/`, `%` or `#`. */
  request(method: Method, path: string, parameters?: Parameters, options?: CallOptions): Promise<Answer>;
  /** `GET /version` */
  version(options?: CallOptions): Promise<{ version: string; release: string }>;
  /** `GET /cluster/resources`, parsed row by row; yields to the event loop every 1,000 rows. */
  resources(options?: CallOptions): Promise<Resources>;
  /** `GET /cluster/tasks`, newest first. */
  tasks(options?: CallOptions): Promise<readonly Task[]>;
  /** `GET /nodes/{node}/tasks/{upid}/status` on the node that the UPID names. */
  taskStatus(upid: string, options?: CallOptions): Promise<TaskStatus>;
  /** `GET /nodes/{node}/tasks/{upid}/log`: lines from `start` (0-based) on, at most `limit` (0: all), and how many there are. */
  taskLog(
    upid: string,
    range: { start: number; limit: number },
    options?: CallOptions,
  ): Promise<{ lines: readonly LogLine[]; total: number }>;
  /** Opens the console of what a path names, `/nodes/pve1` or `/nodes/pve1/lxc/101`: `POST …/termproxy`, then its websocket (contract §15). */
  openConsole(path: string, options: ConsoleOptions): Promise<ConsoleLine>;
  /** Tells the client which nodes are offline, so that it refuses calls to them at once (contract §1.7). */
  setOfflineNodes(nodes: ReadonlySet<string>): void;
  close(): void;
}
