import type { TaskState, World } from './world.ts';

/** Who is calling, after authentication. */
export interface Caller {
  /** `root@pam` or `root@pam!main`: the name the server's code sees. */
  readonly authid: string;
  /** `root@pam` */
  readonly userid: string;
  readonly tokenid?: string;
  /** root@pam with a ticket: every check passes. A token of root is not root (contract §1.12). */
  readonly root: boolean;
  /** A daemon of the node itself: what the HA manager orders is not handed over to HA again. */
  readonly daemon?: boolean;
}

/** What a worker sees: its own log, time that can be sped up, and whether somebody wants it to end. */
export interface Worker {
  readonly task: TaskState;
  log(line: string): void;
  /** Waits simulated milliseconds. Throws `received interrupt` when the task is stopped. */
  sleep(ms: number): Promise<void>;
}

/** One API call after routing, authentication, permission declaration and parameter check. */
export interface ApiCall {
  readonly method: string;
  /** `/nodes/{node}/lxc/{vmid}/config` */
  readonly template: string;
  /** The path as called, decoded, behind `/api2/json`. */
  readonly path: string;
  /**
   * Path and request parameters, types converted (boolean → 0/1, integer → number). Schema defaults are filled in for GET only:
   * what a write does not send must not be stored.
   */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly caller: Caller;
  readonly world: World;
  /** Seconds since 1970, of the simulated clock. */
  now(): number;
  /** True when the caller holds the privilege on the ACL path. */
  may(path: string, ...anyOf: string[]): boolean;
  /** Throws the 403 of PVE::RPCEnvironment unless the caller holds one of the privileges. */
  require(path: string, ...anyOf: string[]): void;
  /** Starts a worker task and returns its UPID. `node` is where it runs. */
  fork(node: string, type: string, id: string, work: (worker: Worker) => Promise<void>): string;
  /** Envelope siblings of `data`. */
  readonly siblings: Record<string, unknown>;
  /** The node that this call reached: `local: 1` in the cluster's status. */
  readonly localNode: string;
  /** SHA-256 of the simulator's certificate, as `ssl_fingerprint` shows it. */
  readonly fingerprint: string;
  /** The file part of a multipart body (`…/upload`). */
  readonly upload: Upload | undefined;
}

/** What arrived in the file part of an upload. The bytes are counted and hashed, not kept. */
export interface Upload {
  readonly filename: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** An answer that is no JSON envelope: a download, an image. */
export class RawAnswer {
  readonly contentType: string;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;

  constructor(contentType: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
  }
}

export type ParamValue = string | number | readonly (string | number)[] | undefined;

/** Computes the `data` of an answer from state. Throws ApiFailure for everything else. */
export type Handler = (call: ApiCall) => unknown;

/** `GET /nodes/{node}/lxc` → handler. The rooms under handlers/ each export one such table. */
export type Routes = Readonly<Record<string, Handler>>;

/** A refusal as Proxmox VE sends it: the first line of the message becomes the reason phrase. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>> | undefined;

  constructor(status: number, message: string, fields?: Readonly<Record<string, string>>) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

/** Only a status line, no body: a node that is away (595, 596: the proxy's own status), an HTTP method that the server has not. */
export class Bodiless extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** `die "…\n"` in the server's code: status 500 with this text. */
export const die = (message: string): never => {
  throw new ApiFailure(500, message);
};

/** `raise_param_exc`: status 400 with a text for each parameter. */
export const badParameters = (fields: Readonly<Record<string, string>>): never => {
  throw new ApiFailure(400, 'Parameter verification failed.', fields);
};

/** `raise_perm_exc`: 403 with what was missing, as in `/vms/101, VM.PowerMgmt`. */
export const forbidden = (what?: string): never => {
  throw new ApiFailure(403, what === undefined ? 'Permission check failed' : `Permission check failed (${what})`);
};
